import csv

import pytest

from ecg_chat.datasets.bad_rows import BadRows
from ecg_chat.datasets.ptbxl_plus import (
    GLOBAL_12SL,
    LEAD_12SL,
    has_features,
    read_12sl,
    read_12sl_statements,
    read_columns,
)
from ecg_chat.errors import InvalidInput
from ecg_chat.signals.ecg import STANDARD_LEADS

WHOLE = {"QRS_Dur_Global": "98", "QT_Int_Global": "400", "RR_Mean_Global": "810", "R_AxisFrontal_Global": "-35"}


def row(ecg_id, **values):
    cells = dict.fromkeys(GLOBAL_12SL.values(), "") | WHOLE
    cells["ecg_id"] = ecg_id  # in the middle, as the publisher has it
    for start in LEAD_12SL.values():
        cells |= {f"{start}_{lead}": "" for lead in STANDARD_LEADS}
    return cells | {"R_Amp_V5": "1.25"} | values


def write_table(folder, *rows, name="12sl"):
    path = folder / "features" / f"{name}_features.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_values_have_our_names_and_what_was_not_measured_is_absent(tmp_path):
    write_table(tmp_path, row(21803, PR_Int_Global="-3276"), row("7", S_Amp_V1="-0.9", Q_Amp_III="nan", T_Amp_V6="0"))
    assert has_features(tmp_path)
    found = read_12sl(tmp_path)
    assert list(found) == [21803, 7]
    assert found[21803].whole == {"qrs_ms": 98, "qt_ms": 400, "rr_ms": 810, "qrs_axis_deg": -35}
    leads = found[7].leads
    assert (leads["V1"], leads["V5"], leads["V6"], leads["III"]) == ({"s_mv": -0.9}, {"r_mv": 1.25}, {"t_mv": 0}, {})


def test_an_absent_set_is_said_clearly(tmp_path):
    assert not has_features(tmp_path)
    with pytest.raises(InvalidInput, match=r"12sl_features\.csv is not in .*PTB-XL\+ is a set of its own"):
        read_12sl(tmp_path)


def test_an_absent_column_is_named(tmp_path):
    cells = row(1)
    del cells["QRS_Dur_Global"], cells["R_Amp_V2"]
    write_table(tmp_path, cells)
    with pytest.raises(InvalidInput, match=r"QRS_Dur_Global.*R_Amp_V2.*2 in all"):
        read_12sl(tmp_path)


@pytest.mark.parametrize(
    ("column", "value"), [("QRS_Dur_Global", "0.098"), ("R_Amp_V5", "1250"), ("QT_Int_Global", "2000")]
)
def test_other_units_are_refused(tmp_path, column, value):
    write_table(tmp_path, *(row(k, **{column: value}) for k in range(5)))
    with pytest.raises(InvalidInput, match=f"median {column} of"):
        read_12sl(tmp_path)


def test_bad_rows_are_refused_or_skipped(tmp_path):
    write_table(tmp_path, row(1), row("x"), row(1), row(2, P_Dur_Global="wide"), row("3.0"))
    with pytest.raises(InvalidInput, match="line 3"):
        read_12sl(tmp_path)
    bad = BadRows("skip")
    assert list(read_12sl(tmp_path, bad=bad)) == [1, 3]
    assert bad.counts() == {"ecg_id not a number": 1, "id repeated": 1, "value not a number": 1}


def test_columns_of_the_other_programs_keep_their_names(tmp_path):
    write_table(tmp_path, {"P_Area_I": "0.5", "ecg_id": "4"}, {"P_Area_I": "", "ecg_id": "5"}, name="unig")
    assert read_columns(tmp_path, "unig", ["P_Area_I"]) == {4: {"P_Area_I": 0.5}, 5: {}}


def test_statements_of_12sl(tmp_path):
    (tmp_path / "labels").mkdir()
    path = tmp_path / "labels" / "12sl_statements.csv"
    path.write_text("ecg_id,statements\n1,\"['NSR', 'NML']\"\n2,NSR\n")
    bad = BadRows("skip")
    assert read_12sl_statements(tmp_path, bad=bad) == {1: ("NSR", "NML")}
    assert bad.counts() == {"statements unreadable": 1}
