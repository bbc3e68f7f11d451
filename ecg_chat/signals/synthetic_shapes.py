"""The wave shapes of the synthetic ECGs, as data: what a heart of each kind writes into the eight independent leads.

The frontal plane is one vector per moment (size in mV, direction in degrees: 0 to the left arm, +90 down), so that
the six limb leads hold Einthoven's and Goldberger's relations exactly. The chest leads have their own table. A QRS
complex is a list of turning points (time as a fraction of the QRS, value in mV); the value between them is a
monotone cubic, so peaks have exactly the stated height. The shapes are drawn from memory of textbook ECGs
and were checked by eye; they copy no recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Turns = tuple[tuple[float, float], ...]
Vector = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """One kind of beat.

    Attributes
    ----------
    qrs_frontal : tuple of (fraction, mV, degrees)
        Turning points of the frontal QRS vector.
    qrs_chest : mapping of lead to turning points (fraction, mV)
        Turning points of V1 to V6.
    st_frontal, t_frontal : (mV, degrees)
        The ST level (at J and flat on) and the T peak, as frontal vectors.
    st_chest, t_chest : tuple of 6 numbers
        The same for V1 to V6, mV.
    p_frontal : (mV, degrees), p_chest : tuple of 6 numbers
        P peak. V1 is followed by an equal and opposite half (`p_v1_terminal_mv`).
    """

    qrs_frontal: tuple[tuple[float, float, float], ...]
    qrs_chest: Mapping[str, Turns]
    st_frontal: Vector
    st_chest: tuple[float, ...]
    t_frontal: Vector
    t_chest: tuple[float, ...]
    p_frontal: Vector = (0.13, 55.0)
    p_chest: tuple[float, ...] = (0.05, 0.06, 0.06, 0.06, 0.05, 0.05)
    p_v1_terminal_mv: float = -0.035


@dataclass(frozen=True)
class Kind:
    """A rhythm and its beats; ``None`` for a time means the wave is absent."""

    label: str
    shape: Shape
    heart_rate_bpm: float
    p_ms: float | None = 104.0
    pr_ms: float | None = 158.0
    qrs_ms: float = 90.0
    qtc_ms: float = 405.0
    rr_sd_ms: float = 14.0
    st_flat_ms: float = 40.0
    fibrillation_mv: float = 0.0
    ectopic: Shape | None = None
    ectopic_qrs_ms: float = 152.0
    statements: tuple[str, ...] = field(default=())
    """SCP codes of PTB-XL that a reader of the strip should name."""


_NORMAL_CHEST: Mapping[str, Turns] = {
    "V1": ((0.24, 0.22), (0.58, -0.95)),
    "V2": ((0.28, 0.42), (0.62, -1.40)),
    "V3": ((0.36, 0.80), (0.68, -0.85)),
    "V4": ((0.12, -0.04), (0.42, 1.45), (0.73, -0.45)),
    "V5": ((0.13, -0.08), (0.45, 1.50), (0.76, -0.18)),
    "V6": ((0.14, -0.09), (0.47, 1.15), (0.80, -0.06)),
}
NORMAL = Shape(
    qrs_frontal=((0.14, 0.10, -150.0), (0.47, 1.15, 52.0), (0.80, 0.14, -120.0)),
    qrs_chest=_NORMAL_CHEST,
    st_frontal=(0.015, 45.0),
    st_chest=(0.02, 0.05, 0.05, 0.02, 0.01, 0.0),
    t_frontal=(0.32, 42.0),
    t_chest=(0.05, 0.48, 0.50, 0.46, 0.38, 0.28),
)
LEFT_BUNDLE = Shape(
    qrs_frontal=((0.30, 0.62, 5.0), (0.46, 0.50, -12.0), (0.64, 0.78, -12.0)),
    qrs_chest={
        "V1": ((0.12, 0.08), (0.48, -1.55), (0.66, -1.35)),
        "V2": ((0.12, 0.12), (0.50, -2.15), (0.68, -1.80)),
        "V3": ((0.13, 0.12), (0.52, -1.80), (0.70, -1.40)),
        "V4": ((0.18, 0.25), (0.55, -0.95), (0.72, -0.60)),
        "V5": ((0.30, 0.55), (0.46, 0.46), (0.66, 0.62)),
        "V6": ((0.31, 0.85), (0.47, 0.70), (0.67, 0.95)),
    },
    st_frontal=(0.08, 165.0),
    st_chest=(0.17, 0.25, 0.22, 0.12, -0.05, -0.10),
    t_frontal=(0.24, 160.0),
    t_chest=(0.42, 0.72, 0.66, 0.40, -0.16, -0.30),
    p_frontal=(0.12, 50.0),
)
RIGHT_BUNDLE = Shape(
    qrs_frontal=((0.09, 0.09, -150.0), (0.30, 0.95, 45.0), (0.52, 0.12, 90.0), (0.72, 0.34, 178.0)),
    qrs_chest={
        "V1": ((0.15, 0.26), (0.34, -0.32), (0.68, 0.92)),
        "V2": ((0.16, 0.40), (0.38, -0.75), (0.70, 0.60)),
        "V3": ((0.20, 0.62), (0.42, -0.62), (0.72, 0.18)),
        "V4": ((0.27, 1.10), (0.56, -0.30), (0.74, -0.38)),
        "V5": ((0.08, -0.06), (0.30, 1.25), (0.70, -0.38)),
        "V6": ((0.09, -0.07), (0.31, 1.00), (0.72, -0.32)),
    },
    st_frontal=(0.02, 0.0),
    st_chest=(-0.05, -0.04, 0.01, 0.02, 0.01, 0.01),
    t_frontal=(0.28, 35.0),
    t_chest=(-0.26, -0.20, 0.14, 0.34, 0.32, 0.24),
)
INFERIOR_INJURY = Shape(
    qrs_frontal=((0.20, 0.20, -85.0), (0.52, 0.95, 38.0), (0.82, 0.08, -130.0)),
    qrs_chest=_NORMAL_CHEST,
    st_frontal=(0.30, 107.0),
    st_chest=(-0.02, -0.12, -0.10, -0.04, 0.02, 0.06),
    t_frontal=(0.52, 98.0),
    t_chest=(-0.05, 0.14, 0.22, 0.30, 0.32, 0.30),
)
LEFT_VENTRICULAR = Shape(
    qrs_frontal=((0.14, 0.16, 170.0), (0.48, 1.75, -8.0), (0.80, 0.18, 150.0)),
    qrs_chest={
        "V1": ((0.18, 0.12), (0.55, -2.10)),
        "V2": ((0.20, 0.25), (0.58, -2.90)),
        "V3": ((0.26, 0.50), (0.62, -2.20)),
        "V4": ((0.38, 1.60), (0.68, -1.10)),
        "V5": ((0.12, -0.12), (0.46, 2.90), (0.76, -0.25)),
        "V6": ((0.13, -0.15), (0.48, 2.40), (0.80, -0.05)),
    },
    st_frontal=(0.10, 168.0),
    st_chest=(0.14, 0.18, 0.12, 0.02, -0.11, -0.12),
    t_frontal=(0.28, 165.0),
    t_chest=(0.28, 0.55, 0.48, 0.20, -0.24, -0.30),
    p_frontal=(0.14, 40.0),
    p_v1_terminal_mv=-0.08,
)
VENTRICULAR_ECTOPIC = Shape(
    qrs_frontal=((0.42, 1.55, 82.0), (0.66, 1.05, 76.0)),
    qrs_chest={
        "V1": ((0.14, 0.12), (0.50, -1.50)),
        "V2": ((0.16, 0.25), (0.52, -2.10)),
        "V3": ((0.26, 0.60), (0.58, -1.20)),
        "V4": ((0.38, 1.40), (0.72, -0.25)),
        "V5": ((0.42, 1.60),),
        "V6": ((0.43, 1.45),),
    },
    st_frontal=(0.14, -102.0),
    st_chest=(0.16, 0.22, 0.12, -0.10, -0.14, -0.13),
    t_frontal=(0.48, -100.0),
    t_chest=(0.48, 0.70, 0.45, -0.25, -0.45, -0.42),
)

KINDS: Mapping[str, Kind] = {
    "normal": Kind("normal sinus rhythm", NORMAL, 68.0, statements=("NORM", "SR")),
    "tachycardia": Kind(
        "sinus tachycardia", NORMAL, 124.0, p_ms=96.0, pr_ms=136.0, qrs_ms=86.0, rr_sd_ms=5.0, statements=("STACH",)
    ),
    "af": Kind(
        "atrial fibrillation",
        NORMAL,
        92.0,
        p_ms=None,
        pr_ms=None,
        rr_sd_ms=130.0,
        fibrillation_mv=0.07,
        statements=("AFIB",),
    ),
    "clbbb": Kind(
        "complete left bundle branch block",
        LEFT_BUNDLE,
        72.0,
        pr_ms=170.0,
        qrs_ms=154.0,
        qtc_ms=455.0,
        st_flat_ms=0.0,
        statements=("CLBBB", "SR"),
    ),
    "crbbb": Kind(
        "complete right bundle branch block", RIGHT_BUNDLE, 70.0, qrs_ms=142.0, qtc_ms=435.0, statements=("CRBBB", "SR")
    ),
    "inferior_ste": Kind(
        "inferior ST elevation",
        INFERIOR_INJURY,
        76.0,
        qrs_ms=92.0,
        qtc_ms=410.0,
        st_flat_ms=15.0,
        statements=("IMI", "INJIN", "STE_"),
    ),
    "av_block_1": Kind("first-degree AV block", NORMAL, 64.0, pr_ms=264.0, statements=("1AVB", "SR")),
    "lvh": Kind(
        "left ventricular hypertrophy (voltage and strain)",
        LEFT_VENTRICULAR,
        70.0,
        qrs_ms=104.0,
        qtc_ms=425.0,
        st_flat_ms=5.0,
        statements=("LVH", "VCLVH", "SR"),
    ),
    "pvcs": Kind(
        "premature ventricular complexes", NORMAL, 74.0, ectopic=VENTRICULAR_ECTOPIC, statements=("PVC", "SR")
    ),
}
