"""Numbers that define a statement: where one of them fails, no pattern makes up for it."""

from __future__ import annotations

from ecg_chat.statements.types import Judgement

HARD_MEASURES = frozenset(
    {
        "heart_rate_bpm", "pr_ms", "qrs_ms", "qtc_bazett_ms", "qtc_fridericia_ms", "qtc_framingham_ms", "qtc_hodges_ms",
        "qrs_axis_deg", "p_ms",
    }
)  # fmt: skip
"""A statement that fails on one of these is refused whatever a network says: the number defines it.
Softer criteria (shapes, voltages, P waves) that fail against a confident network leave it undecided."""

DECIDED_BY_NUMBER = frozenset({"SBRAD", "STACH", "1AVB", "LPR", "LNGQT", "LVOLT", "VCLVH", "HVOLT"})
"""Decided by a number alone: said when the measurement meets the criterion, whatever a label or a network says."""


def fails_by_number(judgement: Judgement) -> bool:
    """Whether a number that defines the statement speaks against it, whatever the pattern shows."""
    return judgement.verdict == "rejected" and any(e.measure in HARD_MEASURES for e in judgement.failed)
