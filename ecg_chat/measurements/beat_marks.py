"""Marks of every single beat, for the strip."""

from __future__ import annotations

from collections.abc import Sequence

from ecg_chat.delineation.types import BeatWaves, Delineation
from ecg_chat.measurements.rhythm_pacing import VENTRICULAR_S
from ecg_chat.measurements.types import Beat


def beats_of(found: Delineation) -> tuple[Beat, ...]:
    """Return every beat with the boundaries that were found in it."""
    if found.beats is None:
        return ()
    fs = found.prepared.fs_hz
    end_s = found.prepared.signal_mv.shape[1] / fs
    out = []
    for i, kind in enumerate(found.beats.kinds):
        waves = found.beat_waves[i] if found.beat_waves else BeatWaves()
        r_s = int(found.beats.r[i]) / fs

        def at(wave: str, side: str, waves: BeatWaves = waves, r_s: float = r_s) -> float | None:
            own = getattr(waves, wave)
            return None if own is None else round(min(max(r_s + float(getattr(own, side)) / 1000, 0.0), end_s), 4)

        p = waves.p if found.p is not None else None
        out.append(
            Beat(
                r_s=round(r_s, 4),
                kind=kind,
                p_on_s=at("p", "on_ms") if p else None,
                p_peak_s=at("p", "peak_ms") if p else None,
                p_off_s=at("p", "off_ms") if p else None,
                qrs_on_s=at("qrs", "on_ms"),
                qrs_off_s=at("qrs", "off_ms"),
                t_peak_s=at("t", "peak_ms"),
                t_off_s=at("t", "off_ms"),
                premature=bool(found.beats.premature[i]),
                paced=is_paced(waves, r_s, found.prepared.pacing_spikes_s or ()),
                qrs_ms=None if waves.qrs is None else round(waves.qrs.off_ms - waves.qrs.on_ms, 1),
            )
        )
    return tuple(out)


def is_paced(waves: BeatWaves, r_s: float, spikes_s: Sequence[float]) -> bool:
    """Say whether a spike stands where it would have made this QRS (`rhythm_pacing.VENTRICULAR_S`)."""
    if waves.qrs is None:
        return False
    on_s = r_s + waves.qrs.on_ms / 1000
    return any(VENTRICULAR_S[0] <= on_s - spike <= VENTRICULAR_S[1] for spike in spikes_s)
