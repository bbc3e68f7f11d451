"""Small writers of file formats, after their public descriptions; the readers under test share no code with them."""

import base64
import io
import struct
import zipfile

import numpy as np

from ecg_chat.signals.synthetic import make_ecg

EIGHT = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")


def microvolts(kind="normal", *, fs_hz=500.0, duration_s=10.0, leads=EIGHT, **settings):
    """Return int16 µV, shape (leads, samples), and the names."""
    ecg = make_ecg(kind, fs_hz=fs_hz, duration_s=duration_s, leads=leads, **settings).ecg
    return np.round(ecg.signal * 1000).astype("<i2"), ecg.leads


def wfdb_files(signal_uv, leads, *, fs_hz=500, name="rec", comments=(), gain="1000/mV", samples=None):
    """Write a record in format 16: two bytes a sample, leads interleaved (header(5), signal(5))."""
    data = np.ascontiguousarray(signal_uv.T).astype("<i2").tobytes()
    lines = [f"{name} {len(leads)} {fs_hz} {signal_uv.shape[1] if samples is None else samples}"]
    for row, lead in zip(signal_uv, leads, strict=True):
        checksum = np.int64(row.astype(np.int64).sum()).astype(np.int16)
        lines.append(f"{name}.dat 16 {gain} 16 0 {row[0] if row.size else 0} {checksum} 0 {lead}")
    text = "\n".join([*lines, *(f"#{c}" for c in comments)]) + "\n"
    return {f"{name}.hea": text.encode(), f"{name}.dat": data}


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    """Pack files (name → bytes) into a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def ishne(signal_uv, leads, *, fs_hz=500, nanovolts_per_count=1000):
    """Write an ISHNE Holter file (Badilini 1998): magic, CRC-CCITT, 512-byte header, interleaved int16."""
    codes = {"I": 5, "II": 6, "III": 7, "aVR": 8, "aVL": 9, "aVF": 10} | {f"V{k}": 10 + k for k in range(1, 7)}
    header = bytearray(512)
    n = len(leads)
    struct.pack_into("<iiiih", header, 0, 0, signal_uv.shape[1], 522, 522, 1)
    header[18:58], header[58:98] = b"Ann".ljust(40, b"\0"), b"Example".ljust(40, b"\0")
    header[98:118] = b"H-77".ljust(20, b"\0")
    struct.pack_into("<hh3h3h3h3h", header, 118, 2, 1, 1, 2, 1950, 3, 4, 2020, 3, 4, 2020, 9, 30, 0)
    struct.pack_into("<h", header, 146, n)
    struct.pack_into("<12h", header, 148, *[codes[x] for x in leads], *([-9] * (12 - n)))
    struct.pack_into("<12h", header, 172, *([0] * n), *([-9] * (12 - n)))
    struct.pack_into("<12h", header, 196, *([nanovolts_per_count] * n), *([-9] * (12 - n)))
    struct.pack_into("<h", header, 220, 0)
    struct.pack_into("<h", header, 262, fs_hz)
    crc = 0xFFFF
    for byte in bytes(header):
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return b"ISHNE1.0" + struct.pack("<H", crc) + bytes(header) + np.ascontiguousarray(signal_uv.T).tobytes()


def mfer(signal_uv, leads, *, fs_hz=500):
    """Write an MFER file (ISO 22077-1): tag, length, value; 1 µV per count, one block of all channels."""
    codes = {"I": 1, "II": 2, "III": 61, "aVR": 62, "aVL": 63, "aVF": 64} | {f"V{k}": 2 + k for k in range(1, 7)}

    def item(tag, value):
        return bytes([tag, len(value)]) + value

    out = item(0x40, b"MFR Standard 12-lead ECG".ljust(32))
    out += item(0x01, b"\x01")  # little endian
    out += item(0x0B, struct.pack("<BbH", 0, 0, fs_hz))  # Hz, 10^0
    out += item(0x0C, struct.pack("<BbH", 0, -6, 1))  # V, 10^-6
    out += item(0x04, struct.pack("<I", signal_uv.shape[1]))
    out += item(0x05, bytes([len(leads)]))
    out += item(0x06, b"\x01\x00")
    out += item(0x0A, b"\x00")  # 16-bit signed
    for k, lead in enumerate(leads):
        inner = item(0x09, struct.pack("<H", codes[lead]))
        out += bytes([0x3F, k, len(inner)]) + inner
    data = np.ascontiguousarray(signal_uv).tobytes()
    return out + b"\x1e\x84" + struct.pack(">I", len(data)) + data + b"\x80\x00"


def mortara(signal_uv, leads, *, fs_hz=500, units_per_mv="1000"):
    """Write a Mortara ELI XML export: one CHANNEL element with base64 int16 a lead."""
    channels = "".join(
        f'<CHANNEL OFFSET="0" BITS="16" FORMAT="SIGNED" UNITS_PER_MV="{units_per_mv}" DURATION="{row.size}" '
        f'SAMPLE_FREQ="{fs_hz}" NAME="{lead}" ENCODING="BASE64" DATA="{base64.b64encode(row.tobytes()).decode()}"/>'
        for row, lead in zip(signal_uv, leads, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ECG ACQUISITION_TIME="20200304093000" '
        'VENT_RATE="68" AGE="70" AGE_UNITS="YEARS">'
        '<SUBJECT LAST_NAME="Example" FIRST_NAME="Ann" ID="M-5" GENDER="Female"/>'
        f'<SOURCE TYPE="STANDARD" MANUFACTURER="Mortara Instrument, Inc." MODEL="ELI 250"/>{channels}</ECG>'
    ).encode()


def edf(signal_uv, leads, *, fs_hz=500, unit="uV"):
    """Write an EDF+ file (Kemp 1992, 2003) with one-second records; digital values are µV."""

    def field(values, width):
        return b"".join(str(v).ljust(width).encode("ascii")[:width] for v in values)

    n, seconds = len(leads), signal_uv.shape[1] // fs_hz
    head = field(["0"], 8) + field(["E-9 F 02-FEB-1950 Ann"], 80) + field(["Startdate 04-MAR-2020 X X X"], 80)
    head += field(["04.03.20"], 8) + field(["09.30.00"], 8) + field([256 * (n + 1)], 8) + field(["EDF+C"], 44)
    head += field([seconds], 8) + field([1], 8) + field([n], 4)
    head += field([f"ECG {x}" for x in leads], 16) + field([""] * n, 80) + field([unit] * n, 8)
    head += field([-32768] * n, 8) + field([32767] * n, 8) + field([-32768] * n, 8) + field([32767] * n, 8)
    head += field([""] * n, 80) + field([fs_hz] * n, 8) + field([""] * n, 32)
    records = signal_uv[:, : seconds * fs_hz].reshape(n, seconds, fs_hz).transpose(1, 0, 2)
    return head + np.ascontiguousarray(records).astype("<i2").tobytes()


def muse(signal_uv, leads, *, fs_hz=500):
    """Write a GE MUSE XML export with base64 int16 and its AmplitudeUnitsPerBit."""
    rows = "".join(
        f"<LeadData><LeadByteCountTotal>{row.size * 2}</LeadByteCountTotal>"
        f"<LeadSampleCountTotal>{row.size}</LeadSampleCountTotal>"
        f"<LeadAmplitudeUnitsPerBit>1</LeadAmplitudeUnitsPerBit><LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits>"
        f"<LeadID>{lead}</LeadID><WaveFormData>{base64.b64encode(row.tobytes()).decode()}</WaveFormData></LeadData>"
        for row, lead in zip(signal_uv, leads, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE RestingECG SYSTEM "restecg.dtd"><RestingECG>'
        "<PatientDemographics><PatientID>G-3</PatientID><PatientAge>55</PatientAge><AgeUnits>YEARS</AgeUnits><Gender>MALE</Gender>"
        "</PatientDemographics><Waveform><WaveformType>Rhythm</WaveformType>"
        f"<SampleType>CONTINUOUS_SAMPLES</SampleType><SampleBase>{fs_hz}</SampleBase><SampleExponent>0</SampleExponent>{rows}"
        "</Waveform></RestingECG>"
    ).encode()
