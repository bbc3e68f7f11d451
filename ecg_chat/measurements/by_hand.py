"""Which numbers a person's boundaries changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from ecg_chat.delineation.corrected import NAMES, set_by_hand
from ecg_chat.delineation.types import Corrections
from ecg_chat.measurements.types import Measurements, Value


def mark_changed(as_found: Measurements, corrected: Measurements, corrections: Corrections) -> Measurements:
    """Return `corrected` with a remark on each value that is not as it was found.

    Values are compared rather than looked up in a table of what depends on what, so that a new value cannot be
    forgotten. The place counts: a QRS that was moved but is as long as before was measured elsewhere.
    """
    before = as_found.per_lead
    remark = f"{' and '.join(NAMES[name] for name in set_by_hand(corrections))} set by hand"
    return dataclasses.replace(
        corrected,
        overall=_marked(as_found.overall, corrected.overall, remark),
        per_lead={lead: _marked(before[lead], values, remark) for lead, values in corrected.per_lead.items()},
    )


def _marked(before: Mapping[str, Value], after: Mapping[str, Value], remark: str) -> dict[str, Value]:
    return {
        name: value if value == before.get(name) else dataclasses.replace(value, corrected=remark)
        for name, value in after.items()
    }
