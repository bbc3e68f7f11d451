import json

import numpy as np
import pytest
import wfdb

from ecg_chat.cli.main import main
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.sampling_rates import compare_rates
from ecg_chat.signals.synthetic import make_ecg


def write(folder, name, ecg):
    folder.mkdir(parents=True)
    signal = ecg.signal.T.astype(np.float64)
    units, formats = ["mV"] * len(ecg.leads), ["16"] * len(ecg.leads)
    wfdb.wrsamp(name, ecg.fs_hz, units, list(ecg.leads), p_signal=signal, fmt=formats, write_dir=str(folder))


def test_differences_are_those_of_the_two_files(tmp_path):
    write(tmp_path / "records500" / "00000", "00001_hr", make_ecg("normal", heart_rate_bpm=80.0).ecg)
    write(tmp_path / "records100" / "00000", "00001_lr", make_ecg("normal", heart_rate_bpm=70.0, fs_hz=100.0).ecg)
    result = compare_rates(tmp_path)
    assert result["heart_rate_bpm"]["n"] == 1
    assert result["heart_rate_bpm"]["median"] == pytest.approx(10, abs=0.5)
    assert result["qrs_ms"]["median"] <= 8


def test_a_folder_without_pairs_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="no record is in both"):
        compare_rates(tmp_path)


def test_a_wave_found_at_one_rate_only_is_counted(tmp_path):
    for number, slow in enumerate(("normal", "af")):
        write(tmp_path / "records500" / f"0{number}000", f"0{number}001_hr", make_ecg("normal").ecg)
        write(tmp_path / "records100" / f"0{number}000", f"0{number}001_lr", make_ecg(slow, fs_hz=100.0).ecg)
    assert compare_rates(tmp_path)["pr_ms"]["n"] == 1
    assert compare_rates(tmp_path)["pr_ms"]["at one rate only"] == 1


def test_the_command_prints_and_writes_the_same(tmp_path, capsys):
    write(tmp_path / "records500" / "00000", "00001_hr", make_ecg("normal").ecg)
    write(tmp_path / "records100" / "00000", "00001_lr", make_ecg("normal", fs_hz=100.0).ecg)
    out = tmp_path / "out.json"
    assert main(["evaluate", "sampling-rates", "--ptbxl", str(tmp_path), "--json", str(out)]) == 0
    row = json.loads(out.read_text(encoding="utf-8"))["qrs_ms"]
    assert f"| qrs_ms | 1 | {row['median']} |" in capsys.readouterr().out


def test_an_interval_that_no_record_has_at_both_rates_is_no_number(tmp_path):
    write(tmp_path / "records500" / "00000", "00001_hr", make_ecg("af").ecg)
    write(tmp_path / "records100" / "00000", "00001_lr", make_ecg("af", fs_hz=100.0).ecg)
    result = compare_rates(tmp_path)
    assert (result["pr_ms"]["n"], result["pr_ms"]["median"]) == (0, None)
