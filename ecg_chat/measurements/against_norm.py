"""A measured number held against what is normal for the person."""

from __future__ import annotations

from dataclasses import dataclass

from ecg_chat.measurements.normal_limits import NoNorm, Outside, normal_range
from ecg_chat.measurements.types import Value
from ecg_chat.signals.ecg import Sex

MARKS = {"low": "↓ low", "high": "↑ high", "": ""}
"""Word and sign for a number outside its norm: neither colour nor sign alone."""


@dataclass(frozen=True)
class AgainstNorm:
    """What to show beside a number.

    Attributes
    ----------
    normal : str
        ``120-200 ms``, or why there is no norm, or "" for a number that has none at any age.
    source : str
        Where the limits come from; "" without a norm.
    outside : {"low", "high", ""}
        "" also where nothing was measured.
    """

    normal: str
    source: str
    outside: Outside
    low: float | None = None
    high: float | None = None

    @property
    def mark(self) -> str:
        """Return ``↓ low``, ``↑ high`` or ""."""
        return MARKS[self.outside]


def against_norm(name: str, value: Value, age_years: float | None, sex: Sex | None) -> AgainstNorm:
    """Hold one global or derived number against the norm for this age and sex."""
    limits = normal_range(name, age_years, sex)
    if isinstance(limits, NoNorm):
        return AgainstNorm("" if limits.reason == "no norm for this measure" else limits.reason, "", "")
    outside: Outside = "" if value.value is None else limits.outside(value.value)
    return AgainstNorm(limits.text, limits.source, outside, limits.low, limits.high)
