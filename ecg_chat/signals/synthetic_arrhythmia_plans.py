"""When atria and ventricles of the synthetic arrhythmias are active: data and arithmetic, no signal.

Each plan is a textbook rhythm in its plainest form (Life in the Fast Lane ECG library for the definitions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, cycle, takewhile
from typing import Literal

QrsKind = Literal["normal", "ventricular", "paced"]
PR_S = 0.16
SPIKE_LEAD_S = 0.004  # a spike precedes the wave that it makes by a few ms
COUPLET_RR_S, VT_RR_S, SVT_RR_S = 0.42, 0.375, 0.40


@dataclass(frozen=True)
class AtrialWave:
    """One P wave: onset in s, whether the QRS that follows is its own, and whether it comes early (no sinus P wave)."""

    on_s: float
    conducted: bool
    early: bool = False


@dataclass(frozen=True)
class Plan:
    """All activity from before the start to after the end; times in s from the start of the recording."""

    atrial: tuple[AtrialWave, ...]
    qrs: tuple[tuple[float, QrsKind], ...]  # onset, kind
    spikes_s: tuple[float, ...] = ()
    flutter_hz: float = 0.0


def _beats(start_s: float, step_s: float, duration_s: float) -> list[float]:
    return list(takewhile(lambda t: t < duration_s + 1.0, (start_s + i * step_s for i in count())))


def _sinus(steps: Callable[[int], float], kind: Callable[[int], str], duration_s: float) -> Plan:
    """Lay slots one after the other; `kind` names each: N sinus, V ventricular, A early atrial, B blocked early atrial.

    The step of a slot is the time from its QRS (or where it would be) to that of the next.
    """
    atrial: list[AtrialWave] = []
    qrs: list[tuple[float, QrsKind]] = []
    now = 0.3
    for i in count():
        if now > duration_s + 1.0:
            return Plan(tuple(atrial), tuple(qrs))
        what = kind(i)
        if what in "NAB":
            atrial.append(AtrialWave(now - PR_S, what != "B", early=what != "N"))
        if what in "NAVJ":
            qrs.append((now, "ventricular" if what == "V" else "normal"))
        now += steps(i)
    raise AssertionError("count() does not end")


def _pattern(slots: str, steps_s: tuple[float, ...]) -> Callable[[float], Plan]:
    def plan(duration_s: float) -> Plan:
        n = len(slots)
        return _sinus(lambda i: steps_s[i % n], lambda i: slots[i % n], duration_s)

    return plan


def _event(usual_s: float, before: int, slots: str, steps_s: tuple[float, ...]) -> Callable[[float], Plan]:
    """One event in a sinus rhythm, after `before` beats; `steps_s` begins with the step from the last of them."""
    return _pattern("N" * before + slots + "N" * 99, (usual_s,) * (before - 1) + steps_s + (usual_s,) * 99)


def _block(pp_s: float, prs_s: tuple[float | None, ...]) -> Callable[[float], Plan]:
    """P waves in step; `prs_s` is the PR of each in turn, None for a P wave that is not conducted."""

    def plan(duration_s: float) -> Plan:
        ps = _beats(0.25, pp_s, duration_s)
        pairs = list(zip(ps, cycle(prs_s), strict=False))
        atrial = tuple(AtrialWave(p, pr is not None) for p, pr in pairs)
        return Plan(atrial, tuple((p + pr, "normal") for p, pr in pairs if pr is not None))

    return plan


def _dissociated(pp_s: float, rr_s: float, kind: QrsKind) -> Callable[[float], Plan]:
    def plan(duration_s: float) -> Plan:
        atrial = tuple(AtrialWave(p, False) for p in _beats(0.2, pp_s, duration_s))
        return Plan(atrial, tuple((q, kind) for q in _beats(0.5, rr_s, duration_s)))

    return plan


def _flutter(waves_per_beat: tuple[int, ...], rate_per_min: float = 300.0) -> Callable[[float], Plan]:
    def plan(duration_s: float) -> Plan:
        now, qrs = 0.25, []
        for waves in cycle(waves_per_beat):
            if now > duration_s + 1.0:
                break
            qrs.append(now)
            now += waves * 60.0 / rate_per_min
        return Plan((), tuple((q, "normal") for q in qrs), flutter_hz=rate_per_min / 60.0)

    return plan


def _paced(rr_s: float, *, atrial: bool, ventricular: bool, lost: int = 0) -> Callable[[float], Plan]:
    """Spikes before P, before QRS, or both; every `lost`-th ventricular spike makes no QRS (0: all do)."""

    def plan(duration_s: float) -> Plan:
        waves, qrs, spikes = [], [], []
        for i, q in enumerate(_beats(0.4, rr_s, duration_s)):
            if atrial:
                waves.append(AtrialWave(q - PR_S, True))
                spikes.append(q - PR_S - SPIKE_LEAD_S)
            if ventricular:
                spikes.append(q - SPIKE_LEAD_S)
            if not (lost and i % lost == lost - 1):
                kind: QrsKind = "paced" if ventricular else "normal"
                qrs.append((q, kind))
        return Plan(tuple(waves), tuple(qrs), tuple(spikes))

    return plan


PLANS: Mapping[str, tuple[str, Callable[[float], Plan]]] = {
    "sinus": ("sinus rhythm", _pattern("N", (0.86,))),
    "wenckebach": ("second-degree AV block, Mobitz I (Wenckebach) 4:3", _block(0.72, (0.17, 0.25, 0.29, None))),
    "mobitz_2": ("second-degree AV block, Mobitz II", _block(0.80, (0.16, 0.16, 0.16, None))),
    "two_to_one": ("second-degree AV block 2:1", _block(0.62, (0.18, None))),
    "high_grade": ("high-grade AV block 3:1", _block(0.62, (0.18, None, None))),
    "complete_block": ("complete AV block, junctional escape", _dissociated(0.70, 1.37, "normal")),
    "complete_block_wide": ("complete AV block, ventricular escape", _dissociated(0.66, 1.76, "ventricular")),
    "flutter_2to1": ("atrial flutter, every second wave conducted", _flutter((2,))),
    "flutter_4to1": ("atrial flutter, every fourth wave conducted", _flutter((4,))),
    "flutter_variable": ("atrial flutter, conduction that varies", _flutter((4, 2, 3, 4, 2, 4, 3), 280.0)),
    "sinus_pause": ("pause of 3.2 s", _event(0.85, 6, "", (3.2,))),
    "bigeminy": ("ventricular bigeminy", _pattern("NV", (0.52, 1.08))),
    "trigeminy": ("ventricular trigeminy", _pattern("NNV", (0.80, 0.50, 1.10))),
    "couplet": ("ventricular couplet", _event(0.80, 4, "VV", (0.5, COUPLET_RR_S, 1.0))),
    "vt_run": ("run of five ventricular beats", _event(0.80, 4, "VVVVV", (0.5, *(VT_RR_S,) * 4, 1.0))),
    "pac": ("early atrial beat", _event(0.86, 4, "A", (0.55, 0.95))),
    "svt_run": ("run of five early atrial beats", _event(0.90, 6, "AAAAA", (0.5, *(SVT_RR_S,) * 4, 1.0))),
    "blocked_pac": ("early atrial beat that is not conducted", _event(0.96, 4, "B", (0.60, 0.98))),
    "escape": ("sinus pause ended by a junctional escape beat", _event(0.80, 4, "J", (1.45, 1.0))),
    "paced_ventricular": ("ventricular pacing", _paced(0.857, atrial=False, ventricular=True)),
    "paced_atrial": ("atrial pacing", _paced(0.857, atrial=True, ventricular=False)),
    "paced_dual": ("atrial and ventricular pacing", _paced(0.857, atrial=True, ventricular=True)),
    "paced_lost": ("ventricular pacing, spikes without capture", _paced(0.857, atrial=False, ventricular=True, lost=5)),
}  # fmt: skip
"""Kind → label and plan."""
