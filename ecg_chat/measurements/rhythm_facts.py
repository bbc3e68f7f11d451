"""Names of the rhythm facts, how one is written down, and the plain arrays that they are worked out from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ecg_chat.delineation.types import BeatKind, Bools, Delineation, Floats
from ecg_chat.measurements.types import Rhythm, RhythmFact, Span

LABELS: Mapping[str, str] = {
    "rate_range": "Rate from beat to beat",
    "pr_constant": "PR from beat to beat",
    "p_per_qrs": "P waves per QRS",
    "dropped_beats": "P waves without QRS",
    "pr_grows_before_drop": "PR before dropped beats",
    "pr_same_before_drop": "Dropped beat at constant PR",
    "two_to_one": "Every second P conducted",
    "high_grade": "Two or more P in a row not conducted",
    "av_dissociation": "P and QRS independent",
    "blocked_premature_p": "Early P without QRS",
    "flutter_activity": "Regular atrial waves",
    "fibrillatory_activity": "Fibrillatory waves",
    "pause": "Pause",
    "escape_beats": "Late (escape) beats",
    "bigeminy": "Every second beat ectopic",
    "trigeminy": "Every third beat ectopic",
    "couplets": "Ventricular couplets",
    "ventricular_run": "Run of ventricular beats",
    "supraventricular_run": "Run of early supraventricular beats",
    "atrial_pacing": "Spikes before P",
    "ventricular_pacing": "Spikes before QRS",
    "spikes_without_capture": "Spikes without QRS",
}
"""Name of each fact → label for a person, in the order in which they are shown."""
NOT_JUDGED = "not judged: "
ALWAYS_TOLD = ("pr_constant", "p_per_qrs")  # shown with their numbers also where they do not hold
SHOWN_BEFORE_S, SHOWN_AFTER_S = 0.06, 0.12  # what is lit for a beat


@dataclass(frozen=True, eq=False)
class BeatTrain:
    """Beats and P waves of a strip as plain arrays, times in s from its start.

    Attributes
    ----------
    r_s, qrs_on_s : ndarray, shape (beats,)
    kinds : tuple of BeatKind
    premature, has_p : ndarray of bool, shape (beats,)
        Early; a P wave stands before it.
    p_s : ndarray, shape (waves, 2)
        Onset and end of every P wave, conducted or not; empty where single P waves were not marked.
    clear_of_t_s : float or None
        From this long after R on a wave is no part of T.
    rr_s : ndarray, shape (beats - 1,)
        NaN where the recording has a gap in between.
    irregularly : bool
        The rhythm is irregularly irregular.
    """

    duration_s: float
    r_s: Floats
    qrs_on_s: Floats
    kinds: tuple[BeatKind, ...]
    premature: Bools
    has_p: Bools
    p_s: Floats
    clear_of_t_s: float | None
    rr_s: Floats
    irregularly: bool = False

    @property
    def usual_rr_s(self) -> float:
        """Median of the RR intervals, NaN without any."""
        known = self.rr_s[np.isfinite(self.rr_s)]
        return float(np.median(known)) if known.size else float("nan")


def beat_train(found: Delineation, rr_ms: Floats, *, irregularly: bool) -> BeatTrain | None:
    """Return the arrays of a delineation; None without beats."""
    if found.beats is None:
        return None
    fs = found.prepared.fs_hz
    r_s = found.beats.r / fs
    qrs_on_ms = found.qrs.on_ms if found.qrs is not None else -40.0
    clear = None if found.t is None else 0.5 * (found.t.peak_ms + found.t.off_ms) / 1000
    return BeatTrain(
        duration_s=found.prepared.signal_mv.shape[1] / fs,
        r_s=r_s,
        qrs_on_s=r_s + qrs_on_ms / 1000,
        kinds=found.beats.kinds,
        premature=found.beats.premature,
        has_p=np.array([waves.p is not None for waves in found.beat_waves], dtype=np.bool_),
        p_s=np.asarray(found.p_marks_s, dtype=np.float64).reshape(-1, 2),
        clear_of_t_s=clear,
        rr_s=rr_ms / 1000,
        irregularly=irregularly,
    )


def yes(name: str, text: str, places: Iterable[Span] = (), *, value: float | None = None, unit: str = "") -> RhythmFact:
    """Return a fact that holds."""
    return RhythmFact(name, True, text, None if value is None else round(float(value), 3), unit, tuple(places))


def no(name: str, text: str, places: Iterable[Span] = (), *, value: float | None = None, unit: str = "") -> RhythmFact:
    """Return a fact that does not hold."""
    return RhythmFact(name, False, text, None if value is None else round(float(value), 3), unit, tuple(places))


def not_judged(name: str, reason: str) -> RhythmFact:
    """Return a fact that could not be judged, with the reason."""
    return RhythmFact(name, None, f"{NOT_JUDGED}{reason}")


def told(rhythm: Rhythm) -> tuple[str, list[RhythmFact], list[str], dict[str, list[str]]]:
    """Sort the facts for a reader.

    Returns
    -------
    rr : str
        Regularity, with the slowest and fastest rate where they were judged.
    shown : list of RhythmFact
        What was found, and what is always told.
    absent : list of str
        Labels of what was looked for and not found.
    open_reasons : dict of str to list of str
        Reason → labels of what was not judged for it.
    """
    rates = rhythm.fact("rate_range")
    rr = rhythm.regularity if rates is None or rates.holds is None else rates.text
    others = [fact for fact in rhythm.facts if fact.name != "rate_range"]
    shown = [fact for fact in others if fact.holds or (fact.name in ALWAYS_TOLD and fact.holds is not None)]
    absent = [LABELS[fact.name] for fact in others if fact.holds is False and fact.name not in ALWAYS_TOLD]
    reasons: dict[str, list[str]] = {}
    for fact in others:
        if fact.holds is None:
            reasons.setdefault(fact.text.removeprefix(NOT_JUDGED), []).append(LABELS[fact.name])
    return rr, shown, absent, reasons


def span(start_s: float, stop_s: float) -> Span:
    """Return a place on all leads."""
    return Span(max(0.0, round(float(start_s), 3)), max(0.0, round(float(stop_s), 3)))


def beat_span(train: BeatTrain, first: int, last: int | None = None) -> Span:
    """Return the place of one beat, or of beats `first` to `last`."""
    stop = first if last is None else last
    return span(train.r_s[first] - SHOWN_BEFORE_S, train.r_s[stop] + SHOWN_AFTER_S)


def plural(n: int, one: str, many: str = "") -> str:
    """Return the number with its noun."""
    return f"{n} {one if n == 1 else many or one + 's'}"
