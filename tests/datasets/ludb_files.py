"""A small LUDB made of synthetic ECGs: records and annotation files in the publisher's layout, with known truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import wfdb

from ecg_chat.datasets.ludb import WaveName
from ecg_chat.evaluation.wave_matching import ProgramWave
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import SyntheticEcg

SYMBOL = {"p": "p", "qrs": "N", "t": "t"}
Waves = tuple[ProgramWave, ...]


def true_waves(made: SyntheticEcg) -> Waves:
    """Every whole wave of the truth; limits lie on samples. QRS peaks are put in the middle of the QRS."""
    fs, end_s = made.ecg.fs_hz, made.ecg.duration_s - 1 / made.ecg.fs_hz
    waves: list[ProgramWave] = []

    def add(wave: WaveName, on_s: float | None, off_s: float | None, peak_s: float | None = None) -> None:
        if on_s is not None and off_s is not None and 0 <= on_s < off_s <= end_s:
            on, off = round(on_s * fs), round(off_s * fs)
            peak = (on + off) // 2 if peak_s is None else round(peak_s * fs)
            waves.append(ProgramWave(wave, on / fs, peak / fs, off / fs))

    for beat in made.truth.beats:
        add("p", beat.p_on_s, beat.p_off_s)
        add("qrs", beat.qrs_on_s, beat.qrs_off_s)
        add("t", beat.qrs_off_s + 0.04, beat.t_off_s, beat.t_peak_s)
    return tuple(sorted(waves, key=lambda w: w.peak_s))


def write_annotations(path: Path, lead: str, waves: Sequence[ProgramWave], fs_hz: float) -> None:
    """Write one annotation file; boundaries that are None are left out, as in LUDB."""
    samples, symbols = [], []
    for wave in waves:
        for second, symbol in ((wave.on_s, "("), (wave.peak_s, SYMBOL[wave.wave]), (wave.off_s, ")")):
            if second is not None:
                samples.append(round(second * fs_hz))
                symbols.append(symbol)
    # The library writes no "v1" as suffix, because it has a digit.
    wfdb.wrann(path.name, "new", np.array(samples), symbols, fs=fs_hz, write_dir=str(path.parent))
    path.with_suffix(".new").replace(path.with_suffix(f".{lead.lower()}"))


def write_ludb(
    folder: Path, made: Mapping[str, SyntheticEcg], marks: Mapping[str, Mapping[str, Waves]] | None = None
) -> Path:
    """Write records under ``folder/data``; the marks are the truth in every lead unless they are given."""
    data = folder / "data"
    data.mkdir(parents=True)
    for name, one in made.items():
        ecg = one.ecg
        wfdb.wrsamp(
            name, fs=ecg.fs_hz, units=["mV"] * 12, sig_name=[lead.lower() for lead in ecg.leads],
            p_signal=ecg.signal.T.astype(np.float64), fmt=["16"] * 12, write_dir=str(data),
        )  # fmt: skip
        given = (marks or {}).get(name, {})
        for lead in STANDARD_LEADS:
            write_annotations(data / name, lead, given.get(lead, true_waves(one)), ecg.fs_hz)
    return folder
