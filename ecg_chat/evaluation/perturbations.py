"""What a recording may suffer before a model sees it: noise, wander, fewer leads, other lengths, other rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.filters import resample

Signals = NDArray[np.int16]
Change = Callable[[Signals, np.random.Generator], Signals]

FS_HZ = 100.0
MEIT_LEVELS = (0.05, 0.1, 0.15, 0.2)
"""The four levels of MEIT (Wan et al. 2024, section 5.2.3), which calls them signal-to-noise ratios."""
LENGTHS_S = (5, 20, 30, 60)
WANDER_MV = (0.2, 0.5, 1.0)
WANDER_HZ = (0.15, 0.5)
"""Breathing: 9 to 30 a minute."""
RATES_HZ = (250.0, 500.0)
LEAD_SETS: dict[str, tuple[str, ...]] = {
    "8 leads (I, II, V1-V6)": ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6"),
    "6 limb leads": STANDARD_LEADS[:6],
    "3 leads (I, II, V2)": ("I", "II", "V2"),
    "I and II": ("I", "II"),
    "I": ("I",),
}

HOW = (
    "Noise: white, Gaussian, drawn anew for every lead and record. MEIT names signal-to-noise ratios of 0.05 to 0.2 "
    "and says that scores fall as they rise, so they are read in two ways here: as the noise's standard deviation "
    "divided by the lead's (noise/signal), and literally, as the lead's power divided by the noise's (SNR: the noise "
    "is stronger than the ECG). Leads left out are marked absent for the encoder. 5 s is the first half of the "
    "record; 20, 30 and 60 s are the 10-s record repeated end to end: the joints are not physiological and nothing new "
    "is to be seen. Wander: one sine a lead, 0.15-0.5 Hz, of the given amplitude. Rates: resampled from 100 Hz and "
    "back."
)


@dataclass(frozen=True)
class Condition:
    """One change; ``leads`` are those that remain."""

    name: str
    group: str
    change: Change
    leads: tuple[str, ...] = STANDARD_LEADS


def conditions() -> list[Condition]:
    """List every condition, the unchanged records first."""
    found = [Condition("as recorded", "12 leads, 10 s", _unchanged)]
    found += [Condition(f"noise/signal {level:g}", "noise", noise_by_amplitude(level)) for level in MEIT_LEVELS]
    found += [Condition(f"SNR {level:g}", "noise", noise_by_power(level)) for level in MEIT_LEVELS]
    found += [Condition(name, "leads", _unchanged, leads) for name, leads in LEAD_SETS.items()]
    found += [Condition(f"{length} s", "length", to_length(length)) for length in LENGTHS_S]
    found += [Condition(f"{height:g} mV wander", "wander", wander(height)) for height in WANDER_MV]
    found += [Condition(f"{rate:g} Hz and back", "rate", through_rate(rate)) for rate in RATES_HZ]
    return found


def noise_by_amplitude(ratio: float) -> Change:
    """Add noise whose standard deviation is `ratio` times that of the lead."""

    def change(signals_uv: Signals, rng: np.random.Generator) -> Signals:
        scale = ratio * signals_uv.std(axis=-1, keepdims=True)
        return _as_microvolts(signals_uv + scale * rng.standard_normal(signals_uv.shape))

    return change


def noise_by_power(snr: float) -> Change:
    """Add noise so that the lead's power (about its mean) is `snr` times the noise's."""
    return noise_by_amplitude(1.0 / float(np.sqrt(snr)))


def to_length(seconds: float) -> Change:
    """Cut, or repeat end to end and cut."""

    def change(signals_uv: Signals, _: np.random.Generator) -> Signals:
        samples = round(seconds * FS_HZ)
        times = -(-samples // signals_uv.shape[-1])
        return np.tile(signals_uv, (1, 1, times))[..., :samples]

    return change


def wander(height_mv: float) -> Change:
    """Add a slow sine of this amplitude to each lead, its frequency and phase drawn anew."""

    def change(signals_uv: Signals, rng: np.random.Generator) -> Signals:
        shape = (*signals_uv.shape[:2], 1)
        t = np.arange(signals_uv.shape[-1]) / FS_HZ
        slow = np.sin(2 * np.pi * (rng.uniform(*WANDER_HZ, shape) * t + rng.uniform(0, 1, shape)))
        return _as_microvolts(signals_uv + 1000.0 * height_mv * slow)

    return change


def through_rate(fs_hz: float) -> Change:
    """Resample to another rate and back."""

    def change(signals_uv: Signals, _: np.random.Generator) -> Signals:
        there = resample(signals_uv.astype(np.float64), FS_HZ, fs_hz)
        return _as_microvolts(resample(there, fs_hz, FS_HZ)[..., : signals_uv.shape[-1]])

    return change


def slots_of(leads: Sequence[str]) -> list[int]:
    """Places of leads among the twelve."""
    return [STANDARD_LEADS.index(lead) for lead in leads]


def _unchanged(signals_uv: Signals, _: np.random.Generator) -> Signals:
    return signals_uv


def _as_microvolts(signals: NDArray[np.floating]) -> Signals:
    limits = np.iinfo(np.int16)
    return np.clip(np.round(signals), limits.min, limits.max).astype(np.int16)
