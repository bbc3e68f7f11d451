"""Holds the measured intervals against the marks of cardiologists in LUDB.

``python -m ecg_chat.evaluation.measurements --ludb DIR --json OUT``
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import wfdb
from tqdm import tqdm

from ecg_chat.measurements.measure import measure
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg
from ecg_chat.signals.reading import read_ecg_path

KEYS = ("p_ms", "pr_ms", "qrs_ms", "qt_ms", "heart_rate_bpm")
ROBUST_RANK = 2  # third earliest onset and third latest end of the leads
SYMBOLS = {"p": "p", "N": "qrs", "t": "t"}
WINDOW_S: Mapping[str, tuple[float, float]] = {"p": (-0.4, 0.0), "qrs": (-0.15, 0.15), "t": (0.0, 0.6)}
Marks = list[tuple[str, int | None, int, int | None]]
log = logging.getLogger(__name__)


def lead_marks(record: Path, lead: str) -> Marks:
    """Read the marks of one lead as (wave, onset, peak, end) in samples; None where a boundary is not marked."""
    notes = wfdb.rdann(str(record), lead)
    out: Marks = []
    for k, symbol in enumerate(notes.symbol):
        if symbol in SYMBOLS:
            on = int(notes.sample[k - 1]) if k and notes.symbol[k - 1] == "(" else None
            has_end = k + 1 < len(notes.symbol) and notes.symbol[k + 1] == ")"
            out.append((SYMBOLS[symbol], on, int(notes.sample[k]), int(notes.sample[k + 1]) if has_end else None))
    return out


def boundary_by_lead(
    marks: Mapping[str, Marks], beats: Sequence[int], wave: str, *, end: bool, fs_hz: float
) -> list[float]:
    """Per lead, the median over the beats of one boundary, in ms from R of lead II; sparse leads are left out."""
    low, high = (limit * fs_hz for limit in WINDOW_S[wave])
    out = []
    for rows in marks.values():
        values = []
        for beat in beats:
            near = [row[3] if end else row[1] for row in rows if row[0] == wave and low < row[2] - beat < high]
            marked = [mark for mark in near if mark is not None]
            if marked:
                values.append((marked[-1 if wave == "p" else 0] - beat) * 1000 / fs_hz)
        if len(values) >= max(1, 0.5 * len(beats)):
            out.append(float(np.median(values)))
    return sorted(out)


def reference_of(record: Path, fs_hz: float, rank: int) -> dict[str, float | None]:
    """Global intervals that follow from the marks of all leads.

    Parameters
    ----------
    record : Path
        LUDB record without suffix.
    fs_hz : float
        Its sampling rate.
    rank : int
        0: earliest onset to latest end over the leads; 2: third earliest to third latest, which the scatter of twelve
        separate marks does not widen.
    """
    marks = {lead: lead_marks(record, lead.lower()) for lead in STANDARD_LEADS}
    beats = [row[2] for row in marks["II"] if row[0] == "qrs"]

    def boundary(wave: str, *, end: bool) -> float | None:
        values = boundary_by_lead(marks, beats, wave, end=end, fs_hz=fs_hz)
        if len(values) <= rank:
            return None
        return values[-1 - rank] if end else values[rank]

    p_on, p_off = boundary("p", end=False), boundary("p", end=True)
    q_on, q_off, t_off = boundary("qrs", end=False), boundary("qrs", end=True), boundary("t", end=True)

    def between(first: float | None, last: float | None) -> float | None:
        return None if first is None or last is None else last - first

    rate = 60 * fs_hz / float(np.mean(np.diff(beats))) if len(beats) > 2 else None
    return {
        "p_ms": between(p_on, p_off),
        "pr_ms": between(p_on, q_on),
        "qrs_ms": between(q_on, q_off),
        "qt_ms": between(q_on, t_off),
        "heart_rate_bpm": rate,
    }


def compare(
    got: Sequence[Mapping[str, float | None]], truth: Sequence[Mapping[str, float | None]]
) -> dict[str, object]:
    """Mean, SD and median absolute difference (measured - marked) per interval, and what only one side has."""
    table: dict[str, object] = {}
    for key in KEYS:
        pairs = [(g[key], t[key]) for g, t in zip(got, truth, strict=True)]
        both = np.array([(g, t) for g, t in pairs if g is not None and t is not None])
        difference = both[:, 0] - both[:, 1] if both.size else np.zeros(0)
        table[key] = {
            "n": len(difference),
            "mean": round(float(difference.mean()), 2) if difference.size else None,
            "sd": round(float(difference.std(ddof=1)), 2) if difference.size > 1 else None,
            "median_abs": round(float(np.median(np.abs(difference))), 2) if difference.size else None,
            "not_measured": sum(g is None and t is not None for g, t in pairs),
            "measured_but_not_marked": sum(g is not None and t is None for g, t in pairs),
        }
    return table


def neurokit_intervals(ecg: Ecg, leads: Sequence[str] = ("I", "II", "V2", "V5")) -> dict[str, float | None]:
    """Intervals of NeuroKit2's ``dwt`` delineation: earliest onset to latest end over leads of medians over beats."""
    import neurokit2 as nk  # noqa: PLC0415  slow to load, and only the baseline needs it

    fs = round(ecg.fs_hz)
    ends: dict[str, list[float]] = {}
    for lead in leads:
        clean = nk.ecg_clean(ecg.lead(lead).astype(np.float64), sampling_rate=fs)
        _, peaks = nk.ecg_peaks(clean, sampling_rate=fs)
        r = np.asarray(peaks["ECG_R_Peaks"], dtype=np.float64)
        if r.size < 3:
            continue
        _, waves = nk.ecg_delineate(clean, r.astype(int), sampling_rate=fs, method="dwt")
        for name in ("ECG_P_Onsets", "ECG_P_Offsets", "ECG_R_Onsets", "ECG_R_Offsets", "ECG_T_Offsets"):
            place = np.asarray(waves[name], dtype=np.float64)[: r.size] - r[: len(waves[name])]
            if np.isfinite(place).sum() >= 0.5 * r.size:
                ends.setdefault(name, []).append(float(np.nanmedian(place)) * 1000 / fs)

    def between(first: str, last: str) -> float | None:
        if first not in ends or last not in ends:
            return None
        stop = max(ends[last]) if last.endswith("Offsets") else min(ends[last])
        return stop - min(ends[first])

    return {
        "p_ms": between("ECG_P_Onsets", "ECG_P_Offsets"),
        "pr_ms": between("ECG_P_Onsets", "ECG_R_Onsets"),
        "qrs_ms": between("ECG_R_Onsets", "ECG_R_Offsets"),
        "qt_ms": between("ECG_R_Onsets", "ECG_T_Offsets"),
        "heart_rate_bpm": None,
    }


def evaluate_measurements(ludb_dir: Path, *, limit: int | None = None, baseline: bool = False) -> dict[str, object]:
    """Measure every LUDB record and compare with its marks.

    Parameters
    ----------
    ludb_dir : Path
        LUDB as published: ``data/1.hea``, ``data/1.i`` …
    limit : int, optional
        Only the first records.
    baseline : bool
        Measure with NeuroKit2 (``dwt``, leads I, II, V2, V5) as well.

    Returns
    -------
    dict
        ``records``; ``extreme`` (earliest onset to latest end) and ``robust`` (third earliest to third latest), each a
        table per interval; ``odd`` and ``even`` (the robust table for each half of the record numbers); the same for
        ``neurokit2`` if asked.
    """
    records = sorted((p.with_suffix("") for p in (Path(ludb_dir) / "data").glob("*.hea")), key=lambda p: int(p.name))
    records = records[:limit]
    got: list[dict[str, float | None]] = []
    other: list[dict[str, float | None]] = []
    truth: dict[str, list[dict[str, float | None]]] = {"extreme": [], "robust": []}
    for record in tqdm(records, desc="LUDB", disable=None):
        ecg = read_ecg_path(record.with_suffix(".hea"))
        found = measure(ecg)
        got.append({key: found.get(key) for key in KEYS})
        if baseline:
            other.append(neurokit_intervals(ecg))
        truth["extreme"].append(reference_of(record, ecg.fs_hz, 0))
        truth["robust"].append(reference_of(record, ecg.fs_hz, ROBUST_RANK))
    out: dict[str, object] = {"records": len(records)}
    out |= {name: compare(got, values) for name, values in truth.items()}
    for name, rest in (("even", 0), ("odd", 1)):
        rows = [k for k, record in enumerate(records) if int(record.name) % 2 == rest]
        out[name] = compare([got[k] for k in rows], [truth["robust"][k] for k in rows])
    if baseline:
        out["neurokit2"] = {name: compare(other, values) for name, values in truth.items()}
    return out


def main() -> None:
    """Read the arguments, evaluate, write the table."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description="Hold the measured intervals against the marks of LUDB.")
    parser.add_argument("--ludb", type=Path, required=True, help="LUDB as published")
    parser.add_argument("--json", type=Path, required=True, help="where to write the table")
    parser.add_argument("--limit", type=int, help="only the first records")
    parser.add_argument("--neurokit", action="store_true", help="measure with NeuroKit2 as well (slow)")
    chosen = parser.parse_args()
    table = evaluate_measurements(chosen.ludb, limit=chosen.limit, baseline=chosen.neurokit)
    text = json.dumps(table, indent=1)
    chosen.json.write_text(text + "\n", encoding="utf-8")
    log.info(text)


if __name__ == "__main__":
    main()
