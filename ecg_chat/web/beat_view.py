"""The list of beats: when, what kind, the interval before, its P, PR and QRS, and where it lies on the strip."""

from __future__ import annotations

from collections import Counter
from typing import TypedDict

from ecg_chat.measurements.types import Beat, Measurements, Span
from ecg_chat.web.number_view import PlaceView, place_view

BEFORE_R_S, AFTER_R_S = 0.05, 0.10  # what is lit for a beat whose QRS bounds were not found
P_BEFORE_R_S = 0.3  # a beat nearer to the start than this may have its P before the recording
OWN_SHAPE = ("ventricular", "unclassified")  # beats in whose place P is not looked for (`measurements.beat_marks`)


class BeatLine(TypedDict):
    """One beat, ready to show."""

    number: int
    time: str
    kind: str
    premature: bool
    paced: bool
    rr: str
    p: str
    pr: str
    qrs: str
    places: list[PlaceView]


def beats_view(measurements: Measurements) -> list[BeatLine]:
    """Return one line for each beat."""
    lines: list[BeatLine] = []
    previous_s: float | None = None
    for number, beat in enumerate(measurements.beats, start=1):
        lines.append(
            {
                "number": number,
                "time": f"{beat.r_s:.2f}",
                "kind": beat.kind,
                "premature": beat.premature,
                "paced": beat.paced,
                "rr": "–" if previous_s is None else f"{1000 * (beat.r_s - previous_s):.0f}",
                "p": _p(beat),
                "pr": _ms(beat.p_on_s, beat.qrs_on_s),
                "qrs": "–" if beat.qrs_ms is None else f"{beat.qrs_ms:.0f}",
                "places": [place_view(_span(beat))],
            }
        )
        previous_s = beat.r_s
    return lines


def beat_kinds(measurements: Measurements) -> list[dict[str, object]]:
    """Return how many beats there are of each kind, for the filter; premature and paced are counted across them."""
    counted = Counter(beat.kind for beat in measurements.beats)
    kinds: list[dict[str, object]] = [{"kind": kind, "n": n} for kind, n in counted.most_common()]
    across = {
        "premature": sum(beat.premature for beat in measurements.beats),
        "paced": sum(beat.paced for beat in measurements.beats),
    }
    return [*kinds, *({"kind": name, "n": n} for name, n in across.items() if n)]


def _p(beat: Beat) -> str:
    if beat.p_peak_s is not None or beat.p_on_s is not None or beat.p_off_s is not None:
        return "yes"
    if beat.kind in OWN_SHAPE or beat.r_s < P_BEFORE_R_S:
        return "–"
    return "no"


def _ms(first_s: float | None, last_s: float | None) -> str:
    return "–" if first_s is None or last_s is None else f"{1000 * (last_s - first_s):.0f}"


def _span(beat: Beat) -> Span:
    starts = [t for t in (beat.p_on_s, beat.qrs_on_s) if t is not None]
    stops = [t for t in (beat.qrs_off_s, beat.t_off_s) if t is not None]
    return Span(min(starts, default=max(0.0, beat.r_s - BEFORE_R_S)), max(stops, default=beat.r_s + AFTER_R_S))
