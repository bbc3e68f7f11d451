"""A small PTB-XL in its publisher's layout, of synthetic ECGs."""

import csv

import numpy as np
import wfdb

from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg

STATEMENTS = [
    ("", "description", "diagnostic", "form", "rhythm", "diagnostic_class", "diagnostic_subclass"),
    ("NORM", "normal ECG", "1.0", "", "", "NORM", "NORM"),
    ("CLBBB", "complete left bundle branch block", "1.0", "", "", "CD", "CLBBB"),
    ("CRBBB", "complete right bundle branch block", "1.0", "", "", "CD", "CRBBB"),
    ("NDT", "non-diagnostic T abnormalities", "1.0", "1.0", "", "STTC", "STTC"),
    ("IMI", "inferior infarction", "1.0", "", "", "MI", "IMI"),
    ("LVH", "left ventricular hypertrophy", "1.0", "", "", "HYP", "LVH"),
    ("SR", "sinus rhythm", "", "", "1.0", "", ""),
    ("STACH", "sinus tachycardia", "", "", "1.0", "", ""),
    ("AFIB", "atrial fibrillation", "", "", "1.0", "", ""),
]
KINDS = {
    "normal": "{'NORM': 100.0, 'SR': 0.0}",
    "tachycardia": "{'NORM': 80.0, 'STACH': 0.0}",
    "crbbb": "{'CRBBB': 100.0, 'NDT': 50.0, 'SR': 0.0}",
    "af": "{'LVH': 100.0, 'AFIB': 0.0}",
}
COLUMNS = (
    "ecg_id", "patient_id", "age", "sex", "height", "weight", "scp_codes", "strat_fold", "filename_lr", "ecgqa_split",
)  # fmt: skip
FOLDS = (1, 9, 10)


def write_ptbxl(folder, copies=1):
    """Write so many records of each kind into each fold, twice as many into fold 10; ids count from 1."""
    rows = [COLUMNS]
    (folder / "records100").mkdir()
    for fold in (*FOLDS, 10):
        for kind, codes in list(KINDS.items()) * copies:
            ecg_id = len(rows)
            name = f"records100/{ecg_id}_lr"
            _write_signal(folder / "records100", f"{ecg_id}_lr", make_ecg(kind, fs_hz=100.0, seed=ecg_id).ecg.signal)
            split = {1: "train", 9: "valid", 10: "test"}[fold]
            rows.append([ecg_id, ecg_id, 50 + ecg_id, ecg_id % 2, "", "", codes, fold, name, split])
    for file, table in (("ptbxl_database.csv", rows), ("scp_statements.csv", STATEMENTS)):
        with (folder / file).open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(table)
    return folder


def _write_signal(folder, name, signal_mv):
    samples = np.round(np.nan_to_num(signal_mv.T) * 1000).astype(int)[:1000]
    wfdb.wrsamp(
        name, 100, ["mV"] * 12, list(STANDARD_LEADS), d_signal=samples, fmt=["16"] * 12, adc_gain=[1000.0] * 12,
        baseline=[0] * 12, write_dir=str(folder),
    )  # fmt: skip
