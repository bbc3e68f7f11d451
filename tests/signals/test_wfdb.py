"""WFDB records: values, units, segments, rates; headers that lead elsewhere, files that lack what they announce."""

import numpy as np
import pytest
import wfdb

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals import STANDARD_LEADS, read_ecg, read_ecg_path
from tests.signals.made_files import EIGHT, microvolts, wfdb_files, zipped
from tests.signals.real_files import CINC, files_of, needs_data

SIGNAL, LEADS = microvolts(duration_s=4)


def test_record_comes_back_and_says_what_was_derived():
    ecg = read_ecg(wfdb_files(SIGNAL, LEADS, comments=["Age: 61", "Sex: Female"]))
    np.testing.assert_allclose(ecg.select(EIGHT).signal, SIGNAL / 1000, atol=1e-6)
    assert (ecg.patient.age_years, ecg.patient.sex) == (61, "female")
    assert [(n.kind, n.leads) for n in ecg.notes] == [("derived", ("III", "aVR", "aVL", "aVF"))]


@pytest.mark.parametrize(
    ("gain", "factor"),
    [("1000/mV", 1.0), ("1/uV", 1.0), ("1000000/V", 1.0), ("2000(0)/mV", 0.5), ("1000", 1.0), ("1/µV", 1.0)],
)
def test_units_and_gain(gain, factor):
    ecg = read_ecg(wfdb_files(SIGNAL, LEADS, gain=gain))
    np.testing.assert_allclose(ecg.select(EIGHT).signal, factor * SIGNAL / 1000, atol=1e-6)


def test_baseline_is_subtracted():
    ecg = read_ecg(wfdb_files(SIGNAL + 100, LEADS, gain="1000(100)/mV"))
    np.testing.assert_allclose(ecg.select(EIGHT).signal, SIGNAL / 1000, atol=1e-6)


@pytest.mark.parametrize("gain", ["0/mV", "0", "0(0)/mV"])
def test_no_scale_is_refused(gain):
    with pytest.raises(UnreadableFile, match="no scale"):
        read_ecg(wfdb_files(SIGNAL, LEADS, gain=gain))


def test_unknown_unit_is_refused():
    with pytest.raises(UnreadableFile, match="voltage"):
        read_ecg(wfdb_files(SIGNAL, LEADS, gain="1000/mmHg"))


def test_absent_samples_become_a_gap():
    signal = SIGNAL.copy()
    signal[2, 500:750] = -32768
    ecg = read_ecg(wfdb_files(signal, LEADS))
    assert np.isnan(ecg.lead("V1")[500:750]).all()
    assert np.isfinite(ecg.lead("V2")).all()
    assert [n.leads for n in ecg.notes if n.kind == "gap"] == [("V1",)]


def test_zip_with_folders_is_the_same_recording():
    files = wfdb_files(SIGNAL, LEADS)
    packed = read_ecg({"x.zip": zipped({f"a/b/{n}": d for n, d in files.items()} | {"__MACOSX/._rec.hea": b"junk"})})
    np.testing.assert_array_equal(packed.signal, read_ecg(files).signal)


def test_segments_are_joined_with_a_gap_between():
    first, second = wfdb_files(SIGNAL, LEADS, name="s1"), wfdb_files(SIGNAL, LEADS, name="s2")
    master = f"rec/3 8 500 4500\ns1 {SIGNAL.shape[1]}\n~ 500\ns2 {SIGNAL.shape[1]}\n".encode()
    ecg = read_ecg({"rec.hea": master, **first, **second})
    assert ecg.duration_s == 9
    np.testing.assert_allclose(ecg.lead("V4")[2500:], SIGNAL[5] / 1000, atol=1e-6)
    assert np.isnan(ecg.signal[:, 2000:2500]).all()
    assert "gap" in {n.kind for n in ecg.notes}


def test_leads_of_different_rates_are_brought_to_the_highest(tmp_path):
    fast, _ = microvolts(duration_s=4, leads=("II",), noise_mv=0)
    slow, _ = microvolts(duration_s=4, leads=("V1",), fs_hz=250, noise_mv=0)
    frames = np.concatenate([fast[0].reshape(-1, 2), slow[0][:, None]], axis=1)
    header = b"rec 2 250 1000\nrec.dat 16x2 1000/mV 16 0 0 0 0 II\nrec.dat 16 1000/mV 16 0 0 0 0 V1\n"
    ecg = read_ecg({"rec.hea": header, "rec.dat": frames.astype("<i2").tobytes()})
    assert ecg.fs_hz == 500
    np.testing.assert_allclose(ecg.lead("II"), fast[0] / 1000, atol=1e-6)
    np.testing.assert_allclose(ecg.lead("V1")[::2], slow[0] / 1000, atol=0.02)
    assert [(n.kind, n.leads) for n in ecg.notes] == [("resampled", ("V1",))]


def test_damaged_samples_are_noticed_by_the_checksum():
    files = wfdb_files(SIGNAL, LEADS)
    data = bytearray(files["rec.dat"])
    data[8000] ^= 0x05
    ecg = read_ecg({**files, "rec.dat": bytes(data)})
    assert any("checksum" in n.text for n in ecg.notes)
    assert not any("checksum" in n.text for n in read_ecg(files).notes)


@pytest.mark.parametrize(
    "target",
    ["../secret.dat", "/etc/passwd", "..", "a/b.dat", "C:\\x.dat", "http://host/x.dat", "$HOME.dat", "a b.dat"],
)
def test_header_that_names_other_places_is_refused(tmp_path, target):
    (tmp_path / "secret.dat").write_bytes(SIGNAL.T.tobytes())
    folder = tmp_path / "in"
    folder.mkdir()
    files = wfdb_files(SIGNAL, LEADS)
    (folder / "rec.hea").write_bytes(files["rec.hea"].replace(b"rec.dat", target.encode()))
    with pytest.raises(UnreadableFile) as caught:
        read_ecg_path(folder / "rec.hea")
    assert "plain file name" in str(caught.value) or "not read" in str(caught.value)


def test_segment_that_names_other_places_is_refused():
    with pytest.raises(UnreadableFile, match="plain record name"):
        read_ecg({"rec.hea": b"rec/1 8 500 2000\n../s1 2000\n"})


def test_header_without_samples_file():
    files = wfdb_files(SIGNAL, LEADS)
    with pytest.raises(UnreadableFile, match=r"rec\.dat, which was not uploaded"):
        read_ecg({"rec.hea": files["rec.hea"]})
    with pytest.raises(UnreadableFile, match=r"\.hea"):
        read_ecg({"rec.dat": files["rec.dat"]})


def test_two_records_at_once_are_refused():
    with pytest.raises(UnreadableFile, match="one WFDB record"):
        read_ecg({**wfdb_files(SIGNAL, LEADS), **wfdb_files(SIGNAL, LEADS, name="other")})


@pytest.mark.parametrize("samples", [2001, 10**12, 10**17])
def test_header_that_announces_more_than_there_is(samples):
    with pytest.raises(UnreadableFile, match="cut off"):
        read_ecg(wfdb_files(SIGNAL, LEADS, samples=samples))


def test_number_of_samples_may_be_left_to_the_file():
    files = wfdb_files(SIGNAL, LEADS, samples="")
    np.testing.assert_allclose(read_ecg(files).select(EIGHT).signal, SIGNAL / 1000, atol=1e-6)


def test_compressed_length_is_not_believed():
    header = b"rec 1 500 100000000000\nrec.dat 516 1000/mV 16 0 0 0 0 II\n"
    with pytest.raises(UnreadableFile, match=r"decoded|values"):
        read_ecg({"rec.hea": header, "rec.dat": b"fLaC" + bytes(200)})


@pytest.mark.parametrize("fs_hz", [1, 49, 50_000, "1e9", "nan", "-5"])
def test_impossible_rates_are_refused(fs_hz):
    with pytest.raises(UnreadableFile, match="sampling rate"):
        read_ecg(wfdb_files(SIGNAL, LEADS, fs_hz=fs_hz))


@needs_data
@pytest.mark.parametrize("stem", ["A0001", "Q1847", "HR00599"])
def test_real_record_equals_what_wfdb_reads(stem):
    ecg, record = read_ecg_path(CINC / f"{stem}.hea"), wfdb.rdrecord(str(CINC / stem))
    assert ecg.leads == STANDARD_LEADS
    np.testing.assert_allclose(ecg.signal, record.p_signal.T, atol=1e-5)


@needs_data
def test_header_with_a_dot_in_the_record_name_is_read_and_said():
    ecg = read_ecg(files_of("E00009"))
    assert ecg.leads == STANDARD_LEADS
    assert (ecg.patient.age_years, ecg.patient.sex, ecg.start.isoformat()) == (76, "male", "2020-05-05T14:50:55")
    assert any("not quite to the standard" in n.text for n in ecg.notes)
    raw = np.frombuffer(files_of("E00009")["E00009.mat"][24:], dtype="<i2").reshape(-1, 12).T
    np.testing.assert_allclose(ecg.signal, raw / 4880, atol=1e-6)


@needs_data
def test_improbable_scale_is_said():
    assert any("unusually tall" in n.text for n in read_ecg(files_of("HR00599")).notes)
