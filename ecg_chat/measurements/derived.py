"""All numbers that are made of several waves or leads."""

from __future__ import annotations

import dataclasses

from ecg_chat.delineation.types import Delineation
from ecg_chat.measurements.p_terminal import p_biphasic, p_terminal_force
from ecg_chat.measurements.r_progression import poor_r_progression, r_in_v3, r_s_ratio_v1, r_transition
from ecg_chat.measurements.types import DERIVED_UNITS, Measurements, Value
from ecg_chat.measurements.voltage_sums import voltage_values
from ecg_chat.signals.ecg import Sex


def with_derived(m: Measurements, found: Delineation, sex: Sex | None) -> Measurements:
    """Return the measurements with every key of `DERIVED_UNITS`; only the Cornell product depends on the sex."""
    values: dict[str, Value] = voltage_values(m, sex) | {
        "p_terminal_force_mv_ms": p_terminal_force(m),
        "p_biphasic_v1": p_biphasic(m, found),
        "r_transition_lead": r_transition(m),
        "r_v3_mv": r_in_v3(m),
        "poor_r_progression": poor_r_progression(m),
        "r_s_ratio_v1": r_s_ratio_v1(m),
    }
    return dataclasses.replace(m, derived={name: values[name] for name in DERIVED_UNITS})


def derived_for(m: Measurements, sex: Sex | None) -> dict[str, Value]:
    """Return the derived numbers for a person whose sex may have become known after the recording was measured.

    Measurements that an older version logged have none, and get none: what was shown then is shown again.
    """
    if not m.derived or sex is None:
        return dict(m.derived)
    return dict(m.derived) | {"cornell_product_mv_ms": voltage_values(m, sex)["cornell_product_mv_ms"]}
