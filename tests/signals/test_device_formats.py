"""Device formats: made files come back sample by sample; real ones agree with an independent decoding."""

import base64
import struct
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals import STANDARD_LEADS, read_ecg, read_ecg_path
from tests.signals import made_files
from tests.signals.real_files import FORMATS, needs_data

MADE = {
    "ISHNE": made_files.ishne,
    "MFER": made_files.mfer,
    "Mortara XML": made_files.mortara,
    "EDF": made_files.edf,
    "GE MUSE XML": made_files.muse,
}


@pytest.mark.parametrize("format_name", MADE)
def test_made_file_comes_back_sample_by_sample_under_any_name(format_name):
    signal_uv, leads = made_files.microvolts("crbbb", duration_s=5)
    ecg = read_ecg({"anything.bin": MADE[format_name](signal_uv, leads)})
    assert ecg.source.format == format_name
    assert ecg.leads == STANDARD_LEADS
    assert ecg.fs_hz == 500
    for row, lead in zip(signal_uv, leads, strict=True):
        np.testing.assert_allclose(ecg.lead(lead), row / 1000, atol=1e-6)
    np.testing.assert_allclose(ecg.lead("III"), (signal_uv[1].astype(float) - signal_uv[0]) / 1000, atol=1e-6)
    assert [note.kind for note in ecg.notes] == ["derived"]


@pytest.mark.parametrize(
    ("format_name", "age", "sex", "identifier"),
    [
        ("ISHNE", 70, "female", "H-77"),
        ("Mortara XML", 70, "female", "M-5"),
        ("GE MUSE XML", 55, "male", "G-3"),
        ("EDF", 70, "female", "E-9"),
    ],
)
def test_patient_of_the_file(format_name, age, sex, identifier):
    signal_uv, leads = made_files.microvolts(duration_s=5)
    patient = read_ecg({"a": MADE[format_name](signal_uv, leads)}).patient
    assert (patient.age_years, patient.sex, patient.identifier) == (age, sex, identifier)


def test_file_without_scale_is_refused():
    signal_uv, leads = made_files.microvolts(duration_s=5)
    with pytest.raises(UnreadableFile, match="no scale"):
        read_ecg({"a.xml": made_files.mortara(signal_uv, leads, units_per_mv="")})


def test_file_with_another_quantity_is_refused():
    signal_uv, leads = made_files.microvolts(duration_s=5)
    with pytest.raises(UnreadableFile, match="holds no ECG lead"):
        read_ecg({"a.edf": made_files.edf(signal_uv, leads, unit="mmHg")})


@needs_data
@pytest.mark.parametrize(
    ("path", "format_name", "fs_hz", "n_samples", "age", "sex"),
    [
        ("dicom/pydicom_waveform_ecg.dcm", "DICOM waveform", 1000, 10000, 42, "female"),
        ("hl7aecg/fda_Example_aECG.xml", "HL7 aECG", 500, 5000, 46, "male"),
        ("scp/ecgtoolkit_Example.scp", "SCP-ECG", 500, 5000, 49, "male"),
        ("scp/scptools_ECG_20070321_110542_ANON000004.scp", "SCP-ECG", 600, 6000, 39, None),
        ("philips_sierra/2020-5-18_10401.xml", "Philips Sierra XML", 500, 5300, 69, None),
        ("philips_sierra/ad4d3d80_104.xml", "Philips Sierra XML", 500, 5300, 32, "female"),
        ("ge_muse/braveheart_example1.xml", "GE MUSE XML", 500, 5000, None, None),
        ("schiller_xml/cardio_sample.xml", "Schiller XML", 500, 5000, None, None),
    ],
)
def test_real_file(path, format_name, fs_hz, n_samples, age, sex):
    ecg = read_ecg_path(FORMATS / path)
    assert ecg.leads == STANDARD_LEADS
    assert (ecg.source.format, ecg.fs_hz, ecg.n_samples) == (format_name, fs_hz, n_samples)
    assert (ecg.patient.age_years, ecg.patient.sex) == (age, sex)
    assert np.isfinite(ecg.signal).all()


@needs_data
def test_dicom_agrees_with_pydicom():
    import pydicom

    path = FORMATS / "dicom/pydicom_waveform_ecg.dcm"
    group = pydicom.dcmread(path).waveform_array(0).T / 1000  # the file states µV
    np.testing.assert_allclose(read_ecg_path(path).signal, group, atol=1e-6)


@needs_data
def test_muse_agrees_with_own_decoding():
    path = FORMATS / "ge_muse/braveheart_example1.xml"
    ecg = read_ecg_path(path)
    rhythm = next(w for w in ET.parse(path).getroot().iter("Waveform") if w.findtext("WaveformType") == "Rhythm")
    for lead in rhythm.iter("LeadData"):
        raw = base64.b64decode(lead.findtext("WaveFormData"))
        values = (
            np.array(struct.unpack(f"<{len(raw) // 2}h", raw)) * float(lead.findtext("LeadAmplitudeUnitsPerBit")) / 1000
        )
        np.testing.assert_allclose(ecg.lead(lead.findtext("LeadID")), values, atol=1e-6)


@needs_data
def test_aecg_agrees_with_own_decoding():
    path = FORMATS / "hl7aecg/fda_Example_aECG.xml"
    ecg = read_ecg_path(path)
    space = "{urn:hl7-org:v3}"
    found = 0
    for sequence in ET.parse(path).getroot().iter(f"{space}sequence"):
        code, value = sequence.find(f"{space}code").get("code"), sequence.find(f"{space}value")
        if code != "MDC_ECG_LEAD_II" or found:
            continue
        digits = np.array(value.findtext(f"{space}digits").split(), dtype=float)
        scale = float(value.find(f"{space}scale").get("value")) / 1000
        assert value.find(f"{space}scale").get("unit") == "uV"
        np.testing.assert_allclose(ecg.lead("II"), digits * scale, atol=1e-6)
        found += 1
    assert found == 1


@needs_data
def test_calibration_pulse_of_philips_is_not_shown_as_a_beat():
    ecg = read_ecg_path(FORMATS / "philips_sierra/repbeats_103.xml")
    assert any(note.kind == "cut" and "calibration pulse" in note.text for note in ecg.notes)
    last_half_second = ecg.signal[:, -250:]
    assert not (np.abs(last_half_second - 1.0) < 0.02).all(axis=0).any()


@needs_data
def test_fill_value_at_the_end_of_an_edf_is_no_ecg():
    ecg = read_ecg_path(FORMATS / "edf/cardio_sample.edf")
    assert ecg.duration_s == pytest.approx(30.0)
    assert np.abs(ecg.signal).max() < 2.0
    assert {"gap", "cut"} <= {note.kind for note in ecg.notes}


@needs_data
def test_extra_leads_are_kept_after_the_standard_ones():
    ecg = read_ecg_path(FORMATS / "scp/scptools_ECG_00000000_000000_ANON000001.scp")
    assert ecg.leads == ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V4", "V6", "V3R", "V7")
