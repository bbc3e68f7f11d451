"""Which numbers a person's boundaries changed."""

from __future__ import annotations

import dataclasses

from ecg_chat.delineation.corrected import NAMES, set_by_hand
from ecg_chat.delineation.types import Corrections
from ecg_chat.measurements.types import Measurements, Value


def mark_changed(as_found: Measurements, corrected: Measurements, corrections: Corrections) -> Measurements:
    """Return `corrected` with a remark on each value that is not as it was found.

    Values are compared rather than looked up in a table of what depends on what, so that a new value cannot be
    forgotten. Of a global value the place counts as well: a QRS that was moved but is as long as before was measured
    elsewhere. Of a lead it does not: an R that is as tall as before is the same R.
    """
    remark = f"{' and '.join(NAMES[name] for name in set_by_hand(corrections))} set by hand"
    per_lead = {
        lead: {
            name: _marked(as_found.per_lead[lead].get(name), value, remark, with_place=False)
            for name, value in values.items()
        }
        for lead, values in corrected.per_lead.items()
    }
    overall = {
        name: _marked(as_found.overall.get(name), value, remark, with_place=True)
        for name, value in corrected.overall.items()
    }
    derived = {
        name: _marked(as_found.derived.get(name), value, remark, with_place=False)
        for name, value in corrected.derived.items()
    }
    return dataclasses.replace(corrected, overall=overall, per_lead=per_lead, derived=derived)


def _marked(before: Value | None, after: Value, remark: str, *, with_place: bool) -> Value:
    same = before is not None and (before.value, before.reason) == (after.value, after.reason)
    if same and not (with_place and before is not None and before.place != after.place):
        return after
    return dataclasses.replace(after, corrected=remark)
