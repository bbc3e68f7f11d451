"""Yes/no facts that criteria ask for: of the rhythm, the electrodes, the person.

The shares of beats at which a P wave counts as "before each QRS" or as "no P waves" are tolerances of this program
(wave detection misses some), not limits of a guideline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecg_chat.measurements.pacing import is_paced
from ecg_chat.measurements.types import Measurements

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


def _flutter_seen(m: Measurements) -> bool:
    return "flutter" in m.rhythm.atrial_activity.lower()


def _flutter(m: Measurements) -> bool | None:
    if _flutter_seen(m):
        return True
    # Not seeing flutter waves excludes flutter only where an upright P in II leads each QRS at a rate that
    # two-to-one flutter (130 to 170 a minute) does not have.
    rate = m.get("heart_rate_bpm")
    sinus = _p_before_each(m) and m.rhythm.p_upright_ii
    return False if sinus and rate is not None and rate < SUSPECT_FLUTTER_BPM else None


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
        FactText("flutter waves found", "sinus P waves, no flutter waves", "flutter waves not excluded"),
        _flutter,
    ),
    "no_flutter_seen": (
        FactText("no flutter waves found", "flutter waves found", ""),
        lambda m: not _flutter_seen(m),
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
