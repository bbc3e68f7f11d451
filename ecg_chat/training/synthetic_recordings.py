"""Synthetic ECGs among the marked ones: fast rhythms, long PR, wide QRS, with limits that are known, not marked."""

from __future__ import annotations

import numpy as np

from ecg_chat.delineation.prepare import prepare
from ecg_chat.delineation.wave_input import NETWORK_HZ, at_network_rate
from ecg_chat.delineation.wave_net import WAVES
from ecg_chat.signals.quality import assess
from ecg_chat.signals.synthetic import EXAMPLES, SyntheticEcg, make_ecg
from ecg_chat.training.wave_crops import Floats32, MarkedRecording
from ecg_chat.training.wave_targets import covered

KINDS = ("normal", "tachycardia", "af", "clbbb", "crbbb", "inferior_ste", "av_block_1", "lvh", "pvcs")
TRIES = 20


def synthetic_recordings(n: int, seed: int) -> list[MarkedRecording]:
    """Make `n` recordings of random kind, rate, intervals, axis and noise; the same seed gives the same ones."""
    rng = np.random.default_rng(seed)
    return [marked(_random_ecg(rng), f"synthetic {k}") for k in range(n)]


def _random_ecg(rng: np.random.Generator) -> SyntheticEcg:
    """Draw until the times fit into one another; a P wave may lie on the T wave before it."""
    for _ in range(TRIES):
        kind = str(rng.choice(KINDS))
        assert kind in EXAMPLES
        usual = {"clbbb": 154.0, "crbbb": 142.0}.get(kind, 92.0)
        try:
            return make_ecg(
                kind,
                seed=int(rng.integers(2**31)),
                heart_rate_bpm=float(np.exp(rng.uniform(np.log(35), np.log(190)))),
                rr_sd_ms=None if kind == "af" else float(rng.choice([0.0, 10.0, 40.0])),
                pr_ms=float(rng.uniform(105, 320)) if kind == "av_block_1" else float(rng.uniform(105, 210)),
                p_ms=float(rng.uniform(80, 105)),
                qrs_ms=float(usual + rng.normal(0, 12)),
                qrs_axis_deg=float(rng.uniform(-80, 120)) if rng.random() < 0.5 else None,
                noise_mv=float(rng.uniform(0, 0.02)),
                wander_mv=float(rng.uniform(0, 0.1)),
            )
        except ValueError:
            continue
    return make_ecg()


def marked(made: SyntheticEcg, name: str) -> MarkedRecording:
    """Turn the truth of a synthetic ECG into targets; every lead has the same limits.

    Where T begins is a matter of taste: from J to the peak of T nothing is asked for.
    """
    ecg = made.ecg
    prepared = prepare(ecg, assess(ecg))
    signal_mv = at_network_rate(prepared.signal_mv, prepared.fs_hz).astype(np.float32)
    leads, n = signal_mv.shape
    target = np.zeros((len(WAVES), n), np.float32)
    weight = np.ones((len(WAVES), n), np.float32)
    for beat in made.truth.beats:
        spans = {"qrs": (beat.qrs_on_s, beat.qrs_off_s), "t": (beat.t_peak_s, beat.t_off_s)}
        if beat.p_on_s is not None and beat.p_off_s is not None:
            spans["p"] = (beat.p_on_s, beat.p_off_s)
        for wave, (first_s, last_s) in spans.items():
            row: Floats32 = covered(n, first_s * NETWORK_HZ, last_s * NETWORK_HZ)
            target[WAVES.index(wave)] = np.maximum(target[WAVES.index(wave)], row)
        unsure = slice(max(0, round(beat.qrs_off_s * NETWORK_HZ)), max(0, round(beat.t_peak_s * NETWORK_HZ)))
        weight[WAVES.index("t"), unsure] = 0.0
    every = np.broadcast_to(target, (leads, *target.shape)).copy()
    known = np.broadcast_to(weight, (leads, *weight.shape)).copy()
    return MarkedRecording(name, signal_mv, every, known, target, weight)
