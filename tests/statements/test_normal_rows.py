"""Criteria and norms share their numbers: what is outside the norm meets the criterion, and nothing else does."""

from __future__ import annotations

import pytest

from ecg_chat.errors import CatalogueError
from ecg_chat.measurements.normal_limits import load_limits
from ecg_chat.statements.normal_rows import with_normal_rows
from ecg_chat.statements.parsing import limit


@pytest.mark.parametrize("key", sorted(load_limits().tables))
@pytest.mark.parametrize("side", ["low", "high"])
def test_outside_and_within_are_opposites(key: str, side: str) -> None:
    def rows(wanted: str):  # type: ignore[no-untyped-def]
        return limit(key, with_normal_rows(key, {"normal": key, "side": side, "is": wanted})).rows

    norm = [row for row in load_limits().tables[key].rows if getattr(row, side) is not None]
    assert len(rows("outside")) == len(norm)
    for out, within, row in zip(rows("outside"), rows("within"), norm, strict=True):
        assert (out.sex, out.age_from, out.age_below) == (row.sex, row.age_from, row.age_below)
        for value in (getattr(row, side) + step for step in (-0.01, 0.0, 0.01)):
            assert out.bound.holds(value) != within.bound.holds(value)
        beyond = getattr(row, side) + (0.01 if side == "high" else -0.01)
        assert out.bound.holds(beyond)


def test_another_unit_and_further_rows() -> None:
    table = {
        "normal": "cornell_product",
        "side": "high",
        "is": "outside",
        "factor": 10,
        "rows": [{"age_below": 1, "above": 5}],
    }
    made = limit("x", with_normal_rows("x", table))
    assert [row.bound.value for row in made.rows] == [2440.0, 5.0]


def test_a_limit_of_its_own_stays_as_it_is() -> None:
    table = {"sources": ["LF"], "rows": [{"above": 1}]}
    assert with_normal_rows("x", table) is table


@pytest.mark.parametrize(
    "table",
    [
        {"normal": "pq", "side": "high", "is": "outside"},
        {"normal": "pr", "side": "top", "is": "outside"},
        {"normal": "pr", "side": "high", "is": "beyond"},
        {"normal": "pr", "side": "high"},
        {"normal": "pr", "side": "high", "is": "outside", "sources": ["LF"]},
    ],
)
def test_a_wrong_reference_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(CatalogueError, match="limit x"):
        with_normal_rows("x", table)
