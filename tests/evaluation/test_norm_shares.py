import numpy as np
import pytest
import wfdb

from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.norm_shares import norm_shares
from ecg_chat.signals.synthetic import make_ecg

HEADER = "ecg_id,patient_id,age,sex,height,weight,scp_codes,strat_fold,filename_lr\n"


def folder_of(tmp_path, *records):
    """PTB-XL's layout with records of (kind, age, fold)."""
    lines = [HEADER]
    for number, (kind, age, fold) in enumerate(records, start=1):
        ecg = make_ecg(kind, fs_hz=100.0).ecg
        name = f"{number:05d}_lr"
        target = tmp_path / "records100" / "00000"
        target.mkdir(parents=True, exist_ok=True)
        signal = ecg.signal.T.astype(np.float64)
        wfdb.wrsamp(name, 100.0, ["mV"] * 12, list(ecg.leads), signal, fmt=["16"] * 12, write_dir=str(target))
        lines.append(f"{number},{number},{age},0,,,\"{{'NORM': 100.0}}\",{fold},records100/00000/{name}\n")
    (tmp_path / "ptbxl_database.csv").write_text("".join(lines), encoding="utf-8")
    return tmp_path


def test_shares_are_of_the_adults_of_the_fold(tmp_path):
    folder = folder_of(tmp_path, ("normal", 50, 9), ("av_block_1", 50, 9), ("av_block_1", 10, 9), ("av_block_1", 50, 8))
    result = norm_shares(folder, code="NORM", fold=9)
    assert result["pr_ms"] == {"n": 2, "low": 0.0, "high": 50.0}
    assert result["poor_r_progression"] == {"n": 2, "yes": 0.0}


def test_nobody_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no adult"):
        norm_shares(folder_of(tmp_path, ("normal", 50, 9)), code="WPW", fold=9)
