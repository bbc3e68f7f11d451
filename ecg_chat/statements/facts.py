"""Yes/no facts that criteria ask for: of the rhythm, the electrodes, the person.

The shares of beats at which a P wave counts as "before each QRS" or as "no P waves" are tolerances of this program
(wave detection misses some), not limits of a guideline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecg_chat.measurements.pacing import is_paced
from ecg_chat.measurements.types import Measurements, Span

P_BEFORE_EACH_SHARE = 0.8
P_ABSENT_SHARE = 0.2
# "Suspect flutter at a fixed 130-170" (Life in the Fast Lane).
SUSPECT_FLUTTER_BPM = 130.0
# The measurements' warnings are sentences for the person; those on limb electrodes speak of limb leads or of a swap.
SWAP_WORDS = ("limb", "swap", "revers", "exchang")


@dataclass(frozen=True)
class FactText:
    """How a fact is said when it holds, when it does not, and when it is not known."""

    holds: str
    fails: str
    unknown: str


def _p_before_each(m: Measurements) -> bool | None:
    return None if m.rhythm.p_share is None else m.rhythm.p_share >= P_BEFORE_EACH_SHARE


def _p_absent(m: Measurements) -> bool | None:
    return None if m.rhythm.p_share is None else m.rhythm.p_share <= P_ABSENT_SHARE


def _regularity(*wanted: str) -> Callable[[Measurements], bool | None]:
    def holds(m: Measurements) -> bool | None:
        return None if m.rhythm.regularity == "unknown" else m.rhythm.regularity in wanted

    return holds


def _limb_leads_trusted(m: Measurements) -> bool | None:
    return not any(word in warning.lower() for warning in m.warnings for word in SWAP_WORDS)


def _unpaced(m: Measurements) -> bool | None:
    # None spikes means the rate cannot show them: that alone does not forbid every other statement.
    return not is_paced(m)


def _rhythm_fact(name: str) -> Callable[[Measurements], bool | None]:
    def holds(m: Measurements) -> bool | None:
        fact = m.rhythm.fact(name)
        return None if fact is None else fact.holds

    return holds


def _p_without_qrs(m: Measurements) -> bool:
    return any(_rhythm_fact(name)(m) for name in ("dropped_beats", "blocked_premature_p", "av_dissociation"))


def _flutter_seen(m: Measurements) -> bool:
    return "flutter" in m.rhythm.atrial_activity.lower()


def _flutter(m: Measurements) -> bool | None:
    if _flutter_seen(m):
        return True
    # Not seeing flutter waves excludes flutter only at a rate that two-to-one flutter (130 to 170 a minute) does not
    # have, and where waves were searched for in vain or an upright P in II leads each QRS.
    rate = m.get("heart_rate_bpm")
    absent = _rhythm_fact("flutter_activity")(m) is False or (_p_before_each(m) and m.rhythm.p_upright_ii)
    return False if absent and rate is not None and rate < SUSPECT_FLUTTER_BPM else None


RHYTHM_FACTS: Mapping[str, str] = {
    "flutter_waves": "flutter_activity",
    "dropped_beats": "dropped_beats",
    "av_dissociation": "av_dissociation",
}
"""Facts whose evidence is a rhythm fact: its words and its place follow."""


def place_of_fact(name: str, m: Measurements) -> tuple[str, Span | None]:
    """Return what the measurements say about a fact that holds, and where; "" and None where they say no more."""
    fact = m.rhythm.fact(RHYTHM_FACTS[name]) if name in RHYTHM_FACTS else None
    if fact is None or fact.holds is None:
        return "", None
    return fact.text, fact.places[0] if fact.places else None


FACTS: Mapping[str, tuple[FactText, Callable[[Measurements], bool | None]]] = {
    "p_before_each_qrs": (
        FactText("a P wave before each QRS", "no P wave before each QRS", "P waves not judged"),
        _p_before_each,
    ),
    "p_absent": (
        FactText("no repeating P waves", "P waves are there", "P waves not judged"),
        _p_absent,
    ),
    "p_upright_ii": (
        FactText("P upright in II", "P not upright in II", "P in II not judged"),
        lambda m: m.rhythm.p_upright_ii,
    ),
    "p_inverted_avr": (
        FactText("P inverted in aVR", "P not inverted in aVR", "P in aVR not judged"),
        lambda m: m.rhythm.p_inverted_avr,
    ),
    "pr_constant": (
        FactText("PR constant", "PR not constant", "constancy of PR not judged"),
        lambda m: m.rhythm.pr_constant,
    ),
    "regular": (
        FactText("RR regular", "RR not regular", "regularity not judged"),
        _regularity("regular"),
    ),
    "irregular": (
        FactText("RR irregular", "RR not irregular", "regularity not judged"),
        _regularity("irregular", "irregularly irregular"),
    ),
    "flutter_waves": (
        FactText("flutter waves found", "no flutter waves found", "flutter waves not excluded"),
        _flutter,
    ),
    "no_flutter_seen": (
        FactText("no flutter waves found", "flutter waves found", ""),
        lambda m: not _flutter_seen(m),
    ),
    "dropped_beats": (
        FactText("P waves on time without a QRS", "no P wave on time without a QRS", "single P waves not judged"),
        _rhythm_fact("dropped_beats"),
    ),
    "av_dissociation": (
        FactText("P and QRS independent", "P and QRS not independent", "independence of P and QRS not judged"),
        _rhythm_fact("av_dissociation"),
    ),
    "no_p_without_qrs_seen": (
        FactText("no P wave without a QRS found", "P waves without a QRS", ""),
        lambda m: not _p_without_qrs(m),
    ),
    "limb_leads_trusted": (
        FactText("no sign of swapped limb leads", "limb leads may be swapped", ""),
        _limb_leads_trusted,
    ),
    "unpaced": (
        FactText("no pacing spikes seen", "pacing spikes at the beats", ""),
        _unpaced,
    ),
}
