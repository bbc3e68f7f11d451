"""Marks of every single beat, for the strip."""

from __future__ import annotations

from ecg_chat.delineation.qrs_wave import boundaries, spatial_velocity
from ecg_chat.delineation.types import Delineation, Wave
from ecg_chat.measurements.types import Beat

MAX_BEATS_WITH_OWN_QRS = 200


def beats_of(found: Delineation) -> tuple[Beat, ...]:
    """Place the boundaries of the median beat on every beat of its shape; other shapes get a QRS of their own."""
    if found.beats is None or found.median is None or found.qrs is None:
        return ()
    fs = found.prepared.fs_hz
    end_s = found.prepared.signal_mv.shape[1] / fs
    velocity = None
    out = []
    for i, kind in enumerate(found.beats.kinds):
        sample = int(found.beats.r[i])
        r_s = sample / fs

        def at(ms: float, r_s: float = r_s) -> float | None:
            t = r_s + ms / 1000
            return round(float(t), 4) if 0 <= t <= end_s else None

        own_shape = kind in ("ventricular", "unclassified")
        if own_shape:
            if velocity is None:
                velocity = spatial_velocity(found.prepared.signal_mv, found.prepared.usable, fs)
            on, off = boundaries(velocity, sample, fs)
            qrs = Wave((on - sample) * 1000 / fs, 0.0, (off - sample) * 1000 / fs)
        else:
            qrs = found.qrs
        p = found.p if found.p is not None and found.p_seen[i] and not own_shape else None
        t = found.t if found.t is not None and not own_shape else None
        out.append(
            Beat(
                r_s=round(r_s, 4),
                kind=kind,
                p_on_s=at(p.on_ms) if p else None,
                p_peak_s=at(p.peak_ms) if p else None,
                p_off_s=at(p.off_ms) if p else None,
                qrs_on_s=at(qrs.on_ms),
                qrs_off_s=at(qrs.off_ms),
                t_peak_s=at(t.peak_ms) if t else None,
                t_off_s=at(t.off_ms) if t else None,
                premature=bool(found.beats.premature[i]),
                qrs_ms=round(qrs.off_ms - qrs.on_ms, 1),
            )
        )
    return tuple(out)
