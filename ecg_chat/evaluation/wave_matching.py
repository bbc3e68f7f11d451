"""Which predicted wave boundary belongs to which marked one, in one lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from ecg_chat.datasets.ludb import WAVES, MarkedWave, WaveName
from ecg_chat.signals.ecg import Ecg

TOLERANCE_MS = 150.0
"""Half-width within which a boundary counts as found (Kalyakulina et al. 2020; Moskalenko et al. 2020)."""
Boundary = Literal["onset", "offset"]
BOUNDARIES: tuple[Boundary, ...] = get_args(Boundary)
Key = tuple[WaveName, Boundary]
KEYS: tuple[Key, ...] = tuple((wave, boundary) for wave in WAVES for boundary in BOUNDARIES)


class PredictedWave(Protocol):
    """One wave of one lead as a program marks it; times in s from the start."""

    @property
    def wave(self) -> WaveName:
        """Which wave."""
        ...

    @property
    def on_s(self) -> float | None:
        """Onset; None where the program does not give it."""
        ...

    @property
    def peak_s(self) -> float:
        """Peak."""
        ...

    @property
    def off_s(self) -> float | None:
        """End; None where the program does not give it."""
        ...


class Marker(Protocol):
    """A program that marks waves in every lead of a LUDB record."""

    def __call__(self, ecg: Ecg, record: str, /) -> Mapping[str, Sequence[PredictedWave]]:
        """Return lead → waves; `record` is the number, for programs that may have been trained on it."""
        ...


@dataclass(frozen=True)
class ProgramWave:
    """A `PredictedWave` as plain data."""

    wave: WaveName
    on_s: float | None
    peak_s: float
    off_s: float | None


@dataclass(frozen=True)
class Matches:
    """One kind of boundary in one lead: signed errors (predicted minus marked) in ms, misses and extras."""

    errors_ms: tuple[float, ...]
    missed: int
    extra: int


def match_times(marked_ms: Sequence[float], predicted_ms: Sequence[float]) -> list[tuple[int, int]]:
    """Pair marked and predicted times one to one, the nearest pair first.

    Parameters
    ----------
    marked_ms, predicted_ms : sequence of float
        In any order.

    Returns
    -------
    list of (int, int)
        Indices into both; pairs lie at most `TOLERANCE_MS` apart. Of equally near pairs the earlier one is taken.
    """
    candidates = sorted(
        (abs(p - m), i, k)
        for i, m in enumerate(marked_ms)
        for k, p in enumerate(predicted_ms)
        if abs(p - m) <= TOLERANCE_MS
    )
    pairs: list[tuple[int, int]] = []
    taken_marked: set[int] = set()
    taken_predicted: set[int] = set()
    for _, i, k in candidates:
        if i not in taken_marked and k not in taken_predicted:
            taken_marked.add(i)
            taken_predicted.add(k)
            pairs.append((i, k))
    return pairs


def match_lead(marked: Sequence[MarkedWave], predicted: Iterable[PredictedWave], fs_hz: float) -> dict[Key, Matches]:
    """Match every kind of boundary of one lead.

    The rule, for each wave and each boundary on its own:

    1. Marked and predicted boundaries are paired by `match_times`.
    2. A marked boundary without partner is a miss.
    3. A predicted boundary without partner is an extra, unless it lies before the first or after the last mark of
       this lead, where LUDB's cardiologists marked nothing (margin 0 ms; a boundary out there that has a partner
       counts as found), or within `TOLERANCE_MS` of the peak of a marked wave whose own boundary is not marked.

    Parameters
    ----------
    marked : sequence of MarkedWave
        At least one, in samples.
    predicted : iterable of PredictedWave
    fs_hz : float
        Of the marks.
    """
    scale = 1000.0 / fs_hz
    places = [sample * scale for m in marked for sample in (m.on, m.peak, m.off) if sample is not None]
    first_ms, last_ms = min(places), max(places)
    predicted = tuple(predicted)
    out: dict[Key, Matches] = {}
    for wave, boundary in KEYS:
        own = [m for m in marked if m.wave == wave]
        ends = [(m.on if boundary == "onset" else m.off, m.peak) for m in own]
        truth_ms = [end * scale for end, _ in ends if end is not None]
        open_ms = [peak * scale for end, peak in ends if end is None]
        got_s = [p.on_s if boundary == "onset" else p.off_s for p in predicted if p.wave == wave]
        got_ms = [1000.0 * s for s in got_s if s is not None]
        pairs = match_times(truth_ms, got_ms)
        alone = set(range(len(got_ms))) - {k for _, k in pairs}
        extra = sum(
            first_ms <= got_ms[k] <= last_ms and not any(abs(got_ms[k] - peak) <= TOLERANCE_MS for peak in open_ms)
            for k in alone
        )
        errors = tuple(got_ms[k] - truth_ms[i] for i, k in pairs)
        out[wave, boundary] = Matches(errors, len(truth_ms) - len(pairs), extra)
    return out
