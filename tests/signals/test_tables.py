"""Tables: nothing is guessed; a header row pre-fills the question; the answer is applied exactly."""

import io

import numpy as np
import pytest
from scipy.io import savemat

from ecg_chat.errors import NeedsDescription, UnreadableFile
from ecg_chat.signals import TableDescription, read_ecg
from ecg_chat.signals.synthetic import make_ecg

ECG = make_ecg(duration_s=4, leads=("II", "V1", "V5")).ecg
MILLIVOLTS = ECG.signal.T.astype(float)
ROWS = [",".join(f"{v:.5f}" for v in row) for row in MILLIVOLTS]
DESCRIPTION = TableDescription(500, "mV", ("II", "V1", "V5"))


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def mat(**variables):
    stream = io.BytesIO()
    savemat(stream, variables, do_compression=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "\n".join(ROWS).encode()),
        ("a.csv", ("II,V1,V5\n" + "\n".join(ROWS)).encode()),
        ("a.csv", ("\ufeffII,V1,V5\r\n" + "\r\n".join(ROWS) + "\r\n").encode()),
        ("a.tsv", "\n".join(r.replace(",", "\t") for r in ROWS).encode()),
        ("a.txt", "\n".join(r.replace(",", "  ") for r in ROWS).encode()),
        ("a.csv", "\n".join(r.replace(",", ";").replace(".", ",") for r in ROWS).encode()),
        ("a.csv", ("II,V1,V5\n# a comment\n" + "\n".join(ROWS) + "\n").encode()),
        ("a.npy", npy(MILLIVOLTS)),
        ("a.npy", npy(np.asfortranarray(MILLIVOLTS.T))),
        ("a.mat", mat(val=MILLIVOLTS.T, fs=500.0)),
    ],
)
def test_described_table_becomes_the_ecg(name, data):
    with pytest.raises(NeedsDescription) as asked:
        read_ecg({name: data})
    assert len(asked.value.columns) == 3
    ecg = read_ecg({name: data}, DESCRIPTION)
    assert ecg.leads == ("II", "V1", "V5")
    np.testing.assert_allclose(ecg.signal, ECG.signal, atol=1e-5)


def test_header_row_prefills_leads_unit_and_rate():
    rows = [f"{k / 500:.3f},{row}" for k, row in enumerate(ROWS)]
    data = ("time (s),Lead II (mV),MDC_ECG_LEAD_V1 (mV),v5 [mV]\n" + "\n".join(rows)).encode()
    with pytest.raises(NeedsDescription) as asked:
        read_ecg({"a.csv": data})
    assert asked.value.guess == {"leads": ("-", "II", "V1", "V5"), "unit": "mV", "fs_hz": 500.0}
    ecg = read_ecg({"a.csv": data}, TableDescription(500, "mV", asked.value.guess["leads"]))
    assert ecg.leads == ("II", "V1", "V5")


def test_milliseconds_give_the_rate():
    rows = [f"{4 * k},{row}" for k, row in enumerate(ROWS)]
    with pytest.raises(NeedsDescription) as asked:
        read_ecg({"a.csv": ("time_ms,II,V1,V5\n" + "\n".join(rows)).encode()})
    assert asked.value.guess["fs_hz"] == 250.0


def test_without_header_nothing_is_guessed():
    with pytest.raises(NeedsDescription) as asked:
        read_ecg({"a.csv": "\n".join(ROWS).encode()})
    assert asked.value.guess == {}
    assert asked.value.columns == ("column 1", "column 2", "column 3")


def test_unit_is_applied():
    data = npy((MILLIVOLTS * 1000).astype(np.int16))
    ecg = read_ecg({"a.npy": data}, TableDescription(500, "µV", ("II", "V1", "V5")))
    np.testing.assert_allclose(ecg.signal, ECG.signal, atol=1e-3)


def test_leads_in_another_order_are_sorted_and_said():
    ecg = read_ecg({"a.npy": npy(MILLIVOLTS[:, ::-1])}, TableDescription(500, "mV", ("V5", "V1", "II")))
    np.testing.assert_allclose(ecg.signal, ECG.signal, atol=1e-6)
    assert "renamed" in {n.kind for n in ecg.notes}


@pytest.mark.parametrize(
    ("description", "words"),
    [
        (TableDescription(500, "furlong", ("II", "V1", "V5")), "not a voltage"),
        (TableDescription(0, "mV", ("II", "V1", "V5")), "sampling rate"),
        (TableDescription(float("nan"), "mV", ("II", "V1", "V5")), "sampling rate"),
        (TableDescription(1, "mV", ("II", "V1", "V5")), "50 to 10000 Hz"),
        (TableDescription(50_000, "mV", ("II", "V1", "V5")), "50 to 10000 Hz"),
        (TableDescription(500, "mV", ("II", "V1")), "one for each column"),
        (TableDescription(500, "mV", ("-", "-", "")), "at least one"),
        (TableDescription(500, "uV", ("II", "V1", "V5")), "unit"),
        (TableDescription(500, "V", ("II", "V1", "V5")), "unit"),
        (TableDescription(1000, "mV", ("II", "V1", "V5")), "2.5 s"),
    ],
)
def test_description_that_does_not_fit(description, words):
    with pytest.raises(UnreadableFile, match=words):
        read_ecg({"a.npy": npy(MILLIVOLTS)}, description)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (npy(np.array([{"a": 1}], dtype=object)), "expected numbers"),
        (npy(MILLIVOLTS)[:-8], "cut off"),
        (npy(MILLIVOLTS).replace(b"(2000, 3)", b"(9e9, 3)"), "header"),
        (npy(MILLIVOLTS).replace(b"(2000, 3), } ", b"(2000000000000, 3), } ")[:-20], "cut off"),
        (npy(np.zeros((4, 5, 6))), "leads × samples"),
        (npy(np.array(["a", "b"])), "expected numbers"),
        (mat(val="text"), "no matrix"),
        (mat(val=MILLIVOLTS)[:900], "damaged"),
        (b"MATLAB 7.3 MAT-file" + bytes(600), "-v7"),
        (("II,V1\n" + "1,2\n" * 50 + "1,2,3\n").encode(), "Row 52"),
        (("II,V1\n" + "1,2\n" * 50 + "1,abc\n").encode(), "Row 52"),
    ],
)
def test_damaged_tables(data, words):
    with pytest.raises(UnreadableFile, match=words) as caught:
        read_ecg({"a": data}, DESCRIPTION)
    assert not isinstance(caught.value, NeedsDescription)


def test_mat_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr("ecg_chat.signals.array_files.MAX_UNPACKED", 1_000_000)
    with pytest.raises(UnreadableFile, match="unpacks to more"):
        read_ecg({"a.mat": mat(val=np.zeros((1000, 1000)))}, DESCRIPTION)


def test_pickles_are_never_loaded(tmp_path):
    class Attack:
        def __reduce__(self):
            return (open, (str(tmp_path / "made"), "w"))

    with pytest.raises(UnreadableFile):
        read_ecg({"a.npy": npy(np.array([Attack()], dtype=object))}, DESCRIPTION)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("cell", ["", "NaN", "null", " "])
def test_empty_cells_are_gaps(cell):
    rows = [row.split(",") for row in ROWS]
    rows[7][0] = rows[9][1] = rows[11][2] = rows[12][1] = rows[12][2] = cell
    ecg = read_ecg({"a.csv": "\n".join(",".join(row) for row in rows).encode()}, DESCRIPTION)
    holes = {(0, 7), (1, 9), (2, 11), (1, 12), (2, 12)}
    assert {(int(a), int(b)) for a, b in np.argwhere(np.isnan(ecg.signal))} == holes
    whole = np.isfinite(ecg.signal)
    np.testing.assert_allclose(ecg.signal[whole], ECG.signal[whole], atol=1e-5)
