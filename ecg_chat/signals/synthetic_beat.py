"""One synthetic beat as a function of time, exact at its boundaries: zero outside P, and outside QRS onset to T end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from ecg_chat.signals.ecg import CHEST_LEADS
from ecg_chat.signals.synthetic_shapes import Shape, Turns

Floats = NDArray[np.float64]
ROUNDING = 1.25
"""Power of the half sine of P and T. 1 would meet the baseline with a sharp corner, 2 so gently that nobody could
say where the wave ends; 1.25 rounds the corner and keeps the tangent's T end within about 4 ms of the true one."""
T_PEAK_SHARE = 0.62
"""Where T peaks between its onset and its end: T rises more slowly than it falls."""


@dataclass(frozen=True)
class BeatTimes:
    """Lengths of the waves in ms; ``p_ms`` and ``pr_ms`` None where there is no P wave.

    ``st_flat_ms`` is how long the ST segment stays level after J; 0 where it slopes into T at once.
    """

    p_ms: float | None
    pr_ms: float | None
    qrs_ms: float
    qt_ms: float
    st_flat_ms: float = 40.0

    def __post_init__(self) -> None:
        if self.p_ms is not None and self.pr_ms is not None and not 20 <= self.p_ms <= self.pr_ms:
            raise ValueError(f"p_ms is {self.p_ms} and pr_ms is {self.pr_ms}, expected 20 <= p_ms <= pr_ms")
        if not 20 <= self.qrs_ms <= self.qt_ms - 120:
            raise ValueError(f"qrs_ms is {self.qrs_ms} and qt_ms is {self.qt_ms}, expected 20 <= qrs_ms <= qt_ms - 120")

    @property
    def t_peak_ms(self) -> float:
        """Peak of T after QRS onset, in ms."""
        onset = self.qrs_ms + self.st_flat_ms
        return onset + T_PEAK_SHARE * (self.qt_ms - onset)


def beat_signal(
    shape: Shape, times: BeatTimes, t_s: Floats, qrs_axis_deg: float | None, st_mv: Mapping[str, float]
) -> Floats:
    """Evaluate a beat in I, II, V1 … V6.

    Parameters
    ----------
    t_s : ndarray, shape (samples,)
        Seconds from QRS onset.
    qrs_axis_deg : float or None
        Direction to which the net frontal QRS is turned; None leaves it.
    st_mv : mapping
        ST levels that replace the shape's own.

    Returns
    -------
    ndarray, shape (8, samples), mV
    """
    t_ms = t_s * 1000.0
    st = np.array(
        [
            st_mv.get(n, v)
            for n, v in zip(("I", "II", *CHEST_LEADS), _levels(shape.st_frontal, shape.st_chest), strict=True)
        ]
    )
    t_peak = _levels(shape.t_frontal, shape.t_chest)
    result = np.zeros((8, t_ms.size))
    inside = (t_ms >= 0) & (t_ms <= times.qrs_ms)
    result[:, inside] = _qrs(shape, t_ms[inside] / times.qrs_ms, qrs_axis_deg, st)
    after = (t_ms > times.qrs_ms) & (t_ms < times.qt_ms)
    result[:, after] = _st_t(times, t_ms[after], st, t_peak)
    if times.p_ms is not None and times.pr_ms is not None:
        result += p_signal(shape, times.p_ms, times.pr_ms, t_ms)
    return result


def net_qrs_axis_deg(shape: Shape) -> float:
    """Direction of the net area of the frontal QRS, in degrees from -180 to 180, ST level left out."""
    u = np.linspace(0, 1, 2001)
    x, y = _frontal_xy(shape, u)
    return float(np.degrees(np.arctan2(y.mean(), x.mean())))


def _levels(frontal: tuple[float, float], chest: tuple[float, ...]) -> Floats:
    size, angle = frontal[0], np.radians(frontal[1])
    return np.array([size * np.cos(angle), size * np.cos(angle - np.pi / 3), *chest])


def _frontal_xy(shape: Shape, u: Floats) -> tuple[Floats, Floats]:
    angles = [np.radians(a) for _, _, a in shape.qrs_frontal]
    x = _turns(tuple((f, m * float(np.cos(a))) for (f, m, _), a in zip(shape.qrs_frontal, angles, strict=True)), u)
    y = _turns(tuple((f, m * float(np.sin(a))) for (f, m, _), a in zip(shape.qrs_frontal, angles, strict=True)), u)
    return x, y


def _turns(turns: Turns, u: Floats) -> Floats:
    points = ((0.0, 0.0), *turns, (1.0, 0.0))
    return PchipInterpolator([p for p, _ in points], [v for _, v in points])(u)  # type: ignore[no-any-return]


def _qrs(shape: Shape, u: Floats, axis_deg: float | None, st: Floats) -> Floats:
    x, y = _frontal_xy(shape, u)
    if axis_deg is not None:
        turn = np.radians(axis_deg - net_qrs_axis_deg(shape))
        x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    rows = [x, x * np.cos(np.pi / 3) + y * np.sin(np.pi / 3)]
    rows += [_turns(shape.qrs_chest[name], u) for name in CHEST_LEADS]
    # The ST level is reached over the last fifth of the QRS, so that J is continuous.
    ramp = np.clip((u - 0.8) / 0.2, 0, 1)
    return np.stack(rows) + st[:, None] * (ramp * ramp * (3 - 2 * ramp))


def _st_t(times: BeatTimes, t_ms: Floats, st: Floats, t_peak: Floats) -> Floats:
    onset, peak, end = times.qrs_ms + times.st_flat_ms, times.t_peak_ms, times.qt_ms
    rise = np.clip((t_ms - onset) / (peak - onset), 0, 1)
    fall = np.clip((end - t_ms) / (end - peak), 0, 1)
    # A level ST segment is left without a corner; a sloping one rises from J at once.
    upstroke = np.sin(np.pi / 2 * rise) ** (2.0 if times.st_flat_ms >= 20 else 1.4)
    downstroke = np.sin(np.pi / 2 * fall) ** ROUNDING
    return np.where(t_ms <= peak, st[:, None] + (t_peak - st)[:, None] * upstroke, t_peak[:, None] * downstroke)


def p_signal(shape: Shape, p_ms: float, pr_ms: float, t_ms: Floats) -> Floats:
    """Evaluate a P wave of `p_ms` that begins `pr_ms` before time 0 in I, II, V1 … V6, shape (8, samples), mV."""
    u = (t_ms + pr_ms) / p_ms
    inside = (u > 0) & (u < 1)
    bump = np.zeros_like(t_ms)
    bump[inside] = np.sin(np.pi * u[inside]) ** ROUNDING
    result = _levels(shape.p_frontal, shape.p_chest)[:, None] * bump
    first = np.where(inside & (u < 0.5), np.abs(np.sin(2 * np.pi * u)) ** ROUNDING, 0.0)
    second = np.where(inside & (u >= 0.5), np.abs(np.sin(2 * np.pi * u)) ** ROUNDING, 0.0)
    result[2] = shape.p_chest[0] * first + shape.p_v1_terminal_mv * second
    return result
