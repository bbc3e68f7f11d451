"""Hints of flutter and fibrillation: regular or fibrillatory atrial waves beside the QRS and T.

Rates: Life in the Fast Lane (flutter 200 to 400/min, about 300); at most 350/min is looked for, faster waves are
called fibrillatory. The likeness that is asked for is this program's own; it was chosen while
looking at synthetic ECGs and PTB-XL's fold 8.
"""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.types import Delineation
from ecg_chat.measurements.rhythm_atrial_waves import (
    AtrialWindow,
    Residue,
    repetition_of_strip,
    repetition_within_rr,
    residue_of,
)
from ecg_chat.measurements.rhythm_facts import no, not_judged, yes
from ecg_chat.measurements.types import Regularity, RhythmFact, Span

NAMES = ("flutter_activity", "fibrillatory_activity")
LEADS = ("II", "III", "aVF", "V1")
FLUTTER_PER_MIN = (200.0, 350.0)
FIBRILLATION_HZ = (4.0, 9.0)
LIKENESS = 0.75
STRIP_LIKENESS, V1_LIKENESS = 0.6, 0.4
SMALLEST_MV = 0.012  # root mean square, 3-12 Hz
OVER_NOISE = 3.0
SHORTEST_S = 5.0
P_ABSENT_SHARE = 0.2  # as in the criteria of atrial fibrillation


def atrial_facts(found: Delineation, regularity: Regularity, p_share: float | None) -> list[RhythmFact]:
    """Return the facts of `NAMES`; the value of the first is the atrial rate per min, of the second waves per s."""
    window = atrial_window(found)
    if isinstance(window, str):
        return [not_judged(name, window) for name in NAMES]
    n = window.signal_mv.shape[1]
    places = [Span(0.0, round(n / window.fs_hz, 3), lead) for lead in window.leads]
    if regularity in ("irregular", "irregularly irregular"):
        residue = residue_of(window)
        if residue is None:
            return [not_judged(name, "too few beats of one shape") for name in NAMES]
        flutter = free_flutter(window, places)
        return [flutter, fibrillation(residue, regularity, p_share, places, flutter=bool(flutter.holds))]
    if regularity == "unknown":
        return [not_judged(name, "too few beats") for name in NAMES]
    nothing = no("fibrillatory_activity", "not looked for: RR are regular")
    return [bound_flutter(window, places), nothing]


def atrial_window(found: Delineation) -> AtrialWindow | str:
    """Return the signal of II, III, aVF and V1, or the reason why it cannot be used."""
    prepared = found.prepared
    if found.beats is None or found.qrs is None:
        return found.problem or "no beats were found"
    if prepared.signal_mv.shape[1] < SHORTEST_S * prepared.fs_hz:
        return f"the strip is shorter than {SHORTEST_S:g} s"
    rows = [
        prepared.leads.index(lead)
        for lead in LEADS
        if lead in prepared.leads and prepared.usable[prepared.leads.index(lead)]
    ]
    if len(rows) < 2:
        return "needs two leads of II, III, aVF and V1"
    plain = np.array([kind == "dominant" for kind in found.beats.kinds])
    return AtrialWindow(
        signal_mv=np.asarray(prepared.signal_mv[rows], dtype=np.float64),
        leads=tuple(prepared.leads[k] for k in rows),
        fs_hz=prepared.fs_hz,
        r=found.beats.r,
        plain=found.beats.r[plain],
        qrs_s=(-found.qrs.on_ms / 1000, found.qrs.off_ms / 1000),
    )


def bound_flutter(window: AtrialWindow, places: list[Span]) -> RhythmFact:
    """Waves in step with a regular ventricular rhythm: the cycle repeats two to six times within RR."""
    name = "flutter_activity"
    repeated = repetition_within_rr(window, FLUTTER_PER_MIN)
    if repeated is None:
        ventricular = 60 * window.fs_hz / float(np.median(np.diff(window.r)))
        if FLUTTER_PER_MIN[0] / 6 <= ventricular <= FLUTTER_PER_MIN[1] / 2:
            return not_judged(name, "too few like cycles to average")
        return no(name, f"none of {FLUTTER_PER_MIN[0]:.0f} to {FLUTTER_PER_MIN[1]:.0f}/min in step with the QRS")
    if repeated.likeness < LIKENESS:
        return no(name, "none in step with the QRS: the signal does not repeat within RR")
    text = (
        f"flutter-like {repeated.rate_per_min:.0f}/min, {repeated.waves} waves to a QRS in {', '.join(window.leads)} "
        f"(likeness {repeated.likeness:.2f})"
    )
    return yes(name, text, places, value=repeated.rate_per_min, unit="/min")


def free_flutter(window: AtrialWindow, places: list[Span]) -> RhythmFact:
    """Waves of one length while the ventricular rhythm is irregular, in V1 too (tremor of a limb is not)."""
    name = "flutter_activity"
    repeated = repetition_of_strip(window, FLUTTER_PER_MIN)
    if repeated is None:
        return not_judged(name, "too little of the strip lies between the QRS")
    if repeated.likeness < STRIP_LIKENESS:
        return no(name, "the signal between the QRS does not repeat at one rate")
    if "V1" not in window.leads:
        return not_judged(name, f"waves of {repeated.rate_per_min:.0f}/min, but V1 is missing and tremor not excluded")
    if repeated.lead_likeness[window.leads.index("V1")] < V1_LIKENESS:
        return no(name, f"waves of {repeated.rate_per_min:.0f}/min in limb leads but not in V1, as in tremor")
    text = (
        f"flutter-like {repeated.rate_per_min:.0f}/min, conduction varies, in {', '.join(window.leads)} "
        f"(likeness {repeated.likeness:.2f})"
    )
    return yes(name, text, places, value=repeated.rate_per_min, unit="/min")


def fibrillation(
    residue: Residue, regularity: Regularity, p_share: float | None, places: list[Span], *, flutter: bool
) -> RhythmFact:
    """Waves of 4 to 9 per second that stand out of the noise, in an irregularly irregular rhythm without P waves."""
    name = "fibrillatory_activity"
    if flutter:
        return no(name, "the atrial waves are of one frequency")
    if regularity != "irregularly irregular":
        return no(name, "not looked for: RR are not irregularly irregular")
    if p_share is None:
        return not_judged(name, "P waves were not judged")
    if p_share > P_ABSENT_SHARE:
        return no(name, "not looked for: P waves lead some beats")
    low, high = FIBRILLATION_HZ
    seen = (residue.peak_hz >= low) & (residue.peak_hz <= high)
    seen &= (residue.size_mv >= SMALLEST_MV) & (residue.over_noise >= OVER_NOISE)
    if not seen.any():
        return no(name, "no waves stand out between the beats")
    k = int(np.argmax(np.where(seen, residue.size_mv, 0.0)))
    text = f"waves of about {residue.peak_hz[k]:.1f} per second in {places[k].lead}, no single frequency"
    return yes(name, text, [places[k]], value=float(residue.peak_hz[k]), unit="/s")
