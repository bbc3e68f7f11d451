"""ecg_chat itself as the evaluations on LUDB see it: its marks, its numbers, and which records it was made with."""

from __future__ import annotations

from ecg_chat.delineation.lead_marks import LeadMark, mark_leads
from ecg_chat.delineation.wave_model import members_for
from ecg_chat.measurements.measure import measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import Ecg

CROSS_VALIDATED, UNSEEN = "cross-validated", "unseen"
GROUPS = {
    CROSS_VALIDATED: "marked only by the member of the network that was not trained on the record",
    UNSEEN: "no part of the network was trained on these records",
}
"""How the program knows a record → what that says about the figures."""


def group_of(record: str) -> str:
    """Say which of `GROUPS` a LUDB record belongs to."""
    return UNSEEN if members_for(record) is None else CROSS_VALIDATED


def our_measurements(ecg: Ecg, record: str, /) -> Measurements:
    """Measure a record with the members that were not trained on it."""
    return measure(ecg, members=members_for(record))


def our_marks(ecg: Ecg, record: str, /) -> dict[str, tuple[LeadMark, ...]]:
    """Mark every lead of a record with the members that were not trained on it."""
    return mark_leads(ecg, members=members_for(record))
