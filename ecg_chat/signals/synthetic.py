"""ECGs made by formulas, whose every wave boundary and height is known: for tests, and as labelled examples."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.ecg import CHEST_LEADS, STANDARD_LEADS, Ecg, FilePatient, Note, Sex, Source
from ecg_chat.signals.lead_arithmetic import FROM_I_AND_II, limb_leads_from
from ecg_chat.signals.synthetic_beat import BeatTimes, beat_signal, net_qrs_axis_deg
from ecg_chat.signals.synthetic_rhythm import SyntheticBeat, beat_times, fibrillation_waves
from ecg_chat.signals.synthetic_shapes import KINDS

EXAMPLES: Mapping[str, str] = {key: f"Synthetic: {kind.label}" for key, kind in KINDS.items()}
"""Kind → label of the one-click example."""
INDEPENDENT_LEADS = ("I", "II", *CHEST_LEADS)
LABEL = "Synthetic ECG, computed from formulas; it is not the recording of a person."

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Truth:
    """What the generator put in; times in s from the start, heights in mV without noise.

    ``qrs_axis_deg`` is the direction of the net QRS area in the frontal plane. ``per_lead`` holds, for the basic
    beat in each lead, ``r_mv`` (largest positive value within the QRS), ``s_mv`` (largest negative one),
    ``st_j_mv``, ``t_mv`` and ``p_mv`` (0 without P). ``clean_mv`` is the signal without noise.
    ``statements`` are the codes a reader should name.
    """

    kind: str
    heart_rate_bpm: float
    p_ms: float | None
    pr_ms: float | None
    qrs_ms: float
    qt_ms: float
    p_axis_deg: float | None
    qrs_axis_deg: float
    t_axis_deg: float
    beats: tuple[SyntheticBeat, ...]
    per_lead: Mapping[str, Mapping[str, float]]
    statements: tuple[str, ...]
    clean_mv: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class SyntheticEcg:
    """A synthetic recording and what is true of it."""

    ecg: Ecg
    truth: Truth


def make_ecg(
    kind: str = "normal",
    *,
    fs_hz: float = 500.0,
    duration_s: float = 10.0,
    seed: int = 0,
    noise_mv: float = 0.008,
    hum_mv: float = 0.0,
    hum_hz: float = 50.0,
    wander_mv: float = 0.02,
    heart_rate_bpm: float | None = None,
    rr_sd_ms: float | None = None,
    p_ms: float | None = None,
    pr_ms: float | None = None,
    qrs_ms: float | None = None,
    qt_ms: float | None = None,
    qrs_axis_deg: float | None = None,
    gain: float = 1.0,
    st_mv: Mapping[str, float] | None = None,
    leads: Sequence[str] = STANDARD_LEADS,
    drop_leads: Sequence[str] = (),
    age_years: float | None = None,
    sex: Sex | None = None,
) -> SyntheticEcg:
    """Make an ECG with known truth; the same arguments give the same samples.

    Parameters
    ----------
    kind : str
        A key of `EXAMPLES`.
    fs_hz, duration_s, seed
        Sampling rate in Hz, length in s, seed of the noise and of the beat-to-beat variability.
    noise_mv, hum_mv, hum_hz, wander_mv
        Standard deviation of white noise, amplitude of mains hum and of baseline wander (0.2-0.35 Hz) in each of the
        eight independent leads. All zero gives the clean signal.
    heart_rate_bpm, rr_sd_ms, p_ms, pr_ms, qrs_ms, qt_ms
        Override the kind's own; `qt_ms` follows the rate by Fridericia's formula unless given.
    qrs_axis_deg : float, optional
        Rotates the frontal QRS so that its net area points there.
    gain : float
        Multiplies every deflection.
    st_mv : mapping, optional
        Sets the ST level of I, II or V1-V6 in mV; the other limb leads follow.
    leads, drop_leads
        Which of the twelve to keep, in the order of the standard; `drop_leads` are left out.

    Raises
    ------
    ValueError
        For an unknown kind or lead, or times that do not fit into one another.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(KINDS)}")
    if not set(st_mv or {}) <= set(INDEPENDENT_LEADS):
        raise ValueError(f"st_mv names {sorted(st_mv or {})}, expected some of {', '.join(INDEPENDENT_LEADS)}")
    spec = KINDS[kind]
    rng = np.random.default_rng(seed)
    rate = heart_rate_bpm or spec.heart_rate_bpm
    times = BeatTimes(
        p_ms=None if spec.p_ms is None else (p_ms or spec.p_ms),
        pr_ms=None if spec.pr_ms is None else (pr_ms or spec.pr_ms),
        qrs_ms=qrs_ms or spec.qrs_ms,
        qt_ms=qt_ms or spec.qtc_ms * (60.0 / rate) ** (1 / 3),
        st_flat_ms=spec.st_flat_ms,
    )
    ectopic_times = BeatTimes(
        None, None, spec.ectopic_qrs_ms, max(times.qt_ms, spec.ectopic_qrs_ms + 240.0), st_flat_ms=0.0
    )
    variation_ms = spec.rr_sd_ms if rr_sd_ms is None else rr_sd_ms
    beats = beat_times(spec, times, ectopic_times, rate_bpm=rate, rr_sd_ms=variation_ms, duration_s=duration_s, rng=rng)
    t = np.arange(round(duration_s * fs_hz)) / fs_hz

    clean = np.zeros((len(INDEPENDENT_LEADS), t.size))
    for beat in beats:
        premature = beat.kind == "ventricular"
        shape = spec.ectopic if premature and spec.ectopic else spec.shape
        clean += beat_signal(shape, ectopic_times if premature else times, t - beat.qrs_on_s, qrs_axis_deg, st_mv or {})
    clean += fibrillation_waves(spec.fibrillation_mv, t, rng)
    clean *= gain
    names = tuple(name for name in STANDARD_LEADS if name in leads and name not in drop_leads)
    if not names or not set(leads) <= set(STANDARD_LEADS):
        raise ValueError(
            f"leads are {tuple(leads)} without {tuple(drop_leads)}, expected some of the twelve standard leads"
        )
    noisy = clean + disturbance(t, rng, noise_mv=noise_mv, hum_mv=hum_mv, hum_hz=hum_hz, wander_mv=wander_mv)
    visible = tuple(beat for beat in beats if beat.qrs_on_s >= 0 and beat.qrs_off_s <= duration_s)
    truth = _truth(
        kind,
        times,
        visible,
        rate=rate,
        gain=gain,
        qrs_axis_deg=qrs_axis_deg,
        st_mv=st_mv or {},
        clean=twelve_leads(clean, names),
    )
    ecg = Ecg(
        signal=twelve_leads(noisy, names),
        fs_hz=fs_hz,
        leads=names,
        source=_source(kind, twelve_leads(noisy, names)),
        patient=FilePatient(age_years=age_years, sex=sex),
        notes=(Note("warning", LABEL),),
    )
    return SyntheticEcg(ecg, truth)


def _source(kind: str, signal: NDArray[np.float32]) -> Source:
    return Source(name=EXAMPLES[kind], format="synthetic", sha256=hashlib.sha256(signal.tobytes()).hexdigest())


def twelve_leads(independent: Floats, names: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the named leads, shape (leads, samples), from I, II, V1 … V6; III, aVR, aVL and aVF follow."""
    limb = limb_leads_from(independent[0], independent[1])
    rows = {**limb, **dict(zip(CHEST_LEADS, independent[2:], strict=True))}
    return np.stack([rows[name] for name in names]).astype(np.float32)


def disturbance(
    t: Floats, rng: np.random.Generator, *, noise_mv: float, hum_mv: float, hum_hz: float, wander_mv: float
) -> Floats:
    """Noise of the eight independent leads; being added before III … aVF follow, it keeps the lead arithmetic."""
    shape = (len(INDEPENDENT_LEADS), t.size)
    phases = rng.uniform(0, 2 * np.pi, (len(INDEPENDENT_LEADS), 3))
    strength = rng.uniform(0.5, 1.0, (len(INDEPENDENT_LEADS), 3))
    breath_hz, drift_hz = rng.uniform(0.2, 0.35), rng.uniform(0.05, 0.1)
    total = noise_mv * rng.standard_normal(shape)
    total += hum_mv * strength[:, :1] * np.sin(2 * np.pi * hum_hz * t + phases[:, :1])
    total += 0.7 * wander_mv * strength[:, 1:2] * np.sin(2 * np.pi * breath_hz * t + phases[:, 1:2])
    total += 0.3 * wander_mv * strength[:, 2:] * np.sin(2 * np.pi * drift_hz * t + phases[:, 2:])
    return total


def _truth(
    kind: str,
    times: BeatTimes,
    beats: tuple[SyntheticBeat, ...],
    *,
    rate: float,
    gain: float,
    qrs_axis_deg: float | None,
    st_mv: Mapping[str, float],
    clean: NDArray[np.float32],
) -> Truth:
    spec = KINDS[kind]
    grid = np.arange(-0.5, times.qt_ms / 1000 + 0.05, 0.0005)
    basic = gain * beat_signal(spec.shape, times, grid, qrs_axis_deg, st_mv)
    rows = {
        **{n: a * basic[0] + b * basic[1] for n, (a, b) in FROM_I_AND_II.items()},
        **dict(zip(CHEST_LEADS, basic[2:], strict=True)),
    }
    qrs_s = times.qrs_ms / 1000
    in_qrs, after = (grid >= 0) & (grid <= qrs_s), grid > qrs_s + 0.06
    per_lead = {
        name: {
            "p_mv": float(row[grid < 0][np.argmax(np.abs(row[grid < 0]))]),
            "r_mv": max(0.0, float(row[in_qrs].max())),
            "s_mv": min(0.0, float(row[in_qrs].min())),
            "st_j_mv": float(np.interp(qrs_s, grid, row)),
            "t_mv": float(row[after][np.argmax(np.abs(row[after]))]),
        }
        for name, row in rows.items()
    }
    rr = np.diff([beat.qrs_on_s for beat in beats])
    return Truth(
        kind=kind,
        heart_rate_bpm=float(60.0 / rr.mean()) if rr.size else rate,
        p_ms=times.p_ms,
        pr_ms=times.pr_ms,
        qrs_ms=times.qrs_ms,
        qt_ms=times.qt_ms,
        p_axis_deg=spec.shape.p_frontal[1] if times.p_ms else None,
        qrs_axis_deg=net_qrs_axis_deg(spec.shape) if qrs_axis_deg is None else qrs_axis_deg,
        t_axis_deg=spec.shape.t_frontal[1],
        beats=beats,
        per_lead=per_lead,
        statements=spec.statements,
        clean_mv=clean,
    )
