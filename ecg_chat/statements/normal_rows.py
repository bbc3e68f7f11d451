"""Limits of criteria that are the normal limits of the measurements: taken from there, not written twice.

In ``limits.toml``::

    [pr_long]
    normal = "pr"          # table of measurements/normal_limits.toml
    side = "high"          # which end of the norm
    is = "outside"         # what the criterion asks for: a value outside, or not beyond this end ("within")
    factor = 10            # optional: the criterion's unit is that much smaller (mm instead of mV)
    rows = [...]           # optional: further rows, as in any limit
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecg_chat.errors import CatalogueError
from ecg_chat.measurements.normal_limits import LimitsRow, load_limits

Table = Mapping[str, Any]
KEYS = {"normal", "side", "is", "factor", "rows"}


def with_normal_rows(name: str, table: Table) -> Table:
    """Return the limit with sources and rows; one that does not refer to a norm is returned as it is.

    Raises
    ------
    CatalogueError
        If it refers to a table that does not exist, or has keys that a reference does not have.
    """
    if "normal" not in table:
        return table
    norms = load_limits().tables
    if set(table) - KEYS or not {"side", "is"} <= set(table):
        raise CatalogueError(f"limit {name}: a reference to a norm has the keys {sorted(KEYS)}, got {sorted(table)}.")
    if table["normal"] not in norms or table["side"] not in ("low", "high") or table["is"] not in ("outside", "within"):
        raise CatalogueError(f"limit {name}: {table['normal']!r}, {table['side']!r}, {table['is']!r} is no norm's end.")
    norm = norms[table["normal"]]
    rows = [_row(row, table) for row in norm.rows if getattr(row, table["side"]) is not None]
    return {"sources": list(norm.sources), "rows": rows + list(table.get("rows", []))}


def _row(row: LimitsRow, table: Table) -> dict[str, Any]:
    outside = table["is"] == "outside"
    if table["side"] == "low":
        number, comparison = row.low, "below" if outside else "at_least"
    elif row.high_included:
        number, comparison = row.high, "above" if outside else "at_most"
    else:
        number, comparison = row.high, "at_least" if outside else "below"
    assert number is not None
    who = {} if row.sex is None else {"sex": row.sex}
    return {
        **who,
        "age_from": row.age_from,
        "age_below": row.age_below,
        comparison: number * float(table.get("factor", 1.0)),
    }
