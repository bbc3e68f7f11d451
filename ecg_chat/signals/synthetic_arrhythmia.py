"""Synthetic arrhythmias, with the time of every P wave (also of those without QRS), QRS and pacing spike.

`ecg_chat.signals.synthetic` makes ECGs whose every beat is alike and whose intervals and heights are known; here the
rhythm is what is known.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, FilePatient, Note, Source
from ecg_chat.signals.synthetic import LABEL, disturbance, twelve_leads
from ecg_chat.signals.synthetic_arrhythmia_plans import PLANS, AtrialWave, Plan, QrsKind
from ecg_chat.signals.synthetic_beat import BeatTimes, beat_signal, p_signal
from ecg_chat.signals.synthetic_shapes import LEFT_BUNDLE, NORMAL, VENTRICULAR_ECTOPIC, Shape

Floats = NDArray[np.float64]
ARRHYTHMIAS: Mapping[str, str] = {kind: f"Synthetic: {label}" for kind, (label, _) in PLANS.items()}
P_MS = 104.0
QTC_MS, LEAST_JT_MS = 405.0, 190.0
QRS: Mapping[QrsKind, tuple[Shape, float]] = {
    "normal": (NORMAL, 90.0),
    "ventricular": (VENTRICULAR_ECTOPIC, 152.0),
    "paced": (LEFT_BUNDLE, 156.0),
}
# Height of the flutter wave in I, II, V1 … V6: typical flutter is negative in the inferior leads, upright in V1.
FLUTTER_MV = np.array([0.03, 0.24, -0.13, -0.06, -0.03, 0.03, 0.04, 0.04])
SPIKE_MV, SPIKE_S = 1.6, 0.001
SPIKES_FROM_HZ = 400.0  # a recorder of a lower rate filters them away


@dataclass(frozen=True, eq=False)
class SyntheticArrhythmia:
    """A recording and what was put into it; times in s from the start.

    ``p_s`` are onset and end of every P wave within the recording, ``atrial`` says which of them are conducted,
    ``qrs_on_s`` and ``qrs_kinds`` describe the QRS complexes within it.
    """

    ecg: Ecg
    kind: str
    p_s: tuple[tuple[float, float], ...]
    atrial: tuple[AtrialWave, ...]
    qrs_on_s: tuple[float, ...]
    qrs_kinds: tuple[QrsKind, ...]
    spikes_s: tuple[float, ...]
    flutter_hz: float


def make_arrhythmia(
    kind: str, *, fs_hz: float = 500.0, duration_s: float = 10.0, seed: int = 0, noise_mv: float = 0.008,
    wander_mv: float = 0.02,
) -> SyntheticArrhythmia:  # fmt: skip
    """Make an arrhythmia; the same arguments give the same samples.

    Parameters
    ----------
    kind : str
        A key of `ARRHYTHMIAS`.
    fs_hz, duration_s, seed, noise_mv, wander_mv
        As in `ecg_chat.signals.synthetic.make_ecg`. Below 400 Hz there are no pacing spikes in the signal, as a
        recorder of that rate filters them away.

    Raises
    ------
    ValueError
        For an unknown kind.
    """
    if kind not in PLANS:
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(PLANS)}")
    plan = PLANS[kind][1](duration_s)
    t = np.arange(round(duration_s * fs_hz)) / fs_hz
    clean = _waves(plan, t) + _flutter(plan.flutter_hz, t)
    rng = np.random.default_rng(seed)
    noisy = clean + disturbance(t, rng, noise_mv=noise_mv, hum_mv=0.0, hum_hz=50.0, wander_mv=wander_mv)
    if fs_hz >= SPIKES_FROM_HZ:
        noisy += _spikes(plan.spikes_s, t)
    signal = twelve_leads(noisy, STANDARD_LEADS)
    source = Source(name=ARRHYTHMIAS[kind], format="synthetic", sha256=hashlib.sha256(signal.tobytes()).hexdigest())
    ecg = Ecg(signal, fs_hz, STANDARD_LEADS, source, patient=FilePatient(), notes=(Note("warning", LABEL),))
    atrial = tuple(p for p in plan.atrial if 0 <= p.on_s <= duration_s - P_MS / 1000)
    inside = [(on, what) for on, what in plan.qrs if 0 <= on <= duration_s - 0.2]
    return SyntheticArrhythmia(
        ecg,
        kind,
        tuple((p.on_s, p.on_s + P_MS / 1000) for p in atrial),
        atrial,
        tuple(on for on, _ in inside),
        tuple(what for _, what in inside),
        tuple(s for s in plan.spikes_s if 0 <= s < duration_s),
        plan.flutter_hz,
    )


def _waves(plan: Plan, t: Floats) -> Floats:
    """P waves, and QRS-T complexes whose QT follows the interval before them (Fridericia)."""
    result = np.zeros((8, t.size))
    for p in plan.atrial:
        result += p_signal(NORMAL, P_MS, 0.0, (t - p.on_s) * 1000.0)
    before_s = None
    for on_s, kind in plan.qrs:
        shape, qrs_ms = QRS[kind]
        rr_s = 0.85 if before_s is None else min(max(on_s - before_s, 0.3), 1.1)
        times = BeatTimes(None, None, qrs_ms, max(QTC_MS * rr_s ** (1 / 3), qrs_ms + LEAST_JT_MS), st_flat_ms=10.0)
        result += beat_signal(shape, times, t - on_s, None, {})
        before_s = on_s
    return result


def _flutter(flutter_hz: float, t: Floats) -> Floats:
    """Saw teeth: the first four harmonics, a slow fall and a quick rise in II."""
    if not flutter_hz:
        return np.zeros((8, t.size))
    tooth = sum(np.sin(2 * np.pi * k * flutter_hz * t) / k for k in range(1, 5))
    return np.asarray(FLUTTER_MV[:, None] * 0.5 * tooth / 1.5, dtype=np.float64)


def _spikes(spikes_s: tuple[float, ...], t: Floats) -> Floats:
    """Narrow spikes of full height at the sample nearest to each time."""
    result = np.zeros((8, t.size))
    for spike in spikes_s:
        near = np.abs(t - spike) < SPIKE_S
        near[np.argmin(np.abs(t - spike))] |= bool(0 <= spike <= t[-1])
        result[:, near] += SPIKE_MV
    return result
