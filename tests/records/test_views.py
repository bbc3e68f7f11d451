"""What may go into the log, and what the rating scale is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.errors import InvalidInput
from ecg_chat.records import rubric
from ecg_chat.records.columns import storable
from ecg_chat.records.views import Rating


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=40))
def test_any_text_becomes_storable(text: str) -> None:
    kept = storable(text)
    assert "\x00" not in kept
    kept.encode("utf-8")
    assert storable(kept) == kept
    if "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert kept == text


@pytest.mark.parametrize("number", [0, 6, True, 3.5, "4"])
def test_numbers_are_one_to_five(number: object) -> None:
    with pytest.raises(InvalidInput, match="1 to 5"):
        Rating("anna", items={**dict.fromkeys(rubric.ITEM_KEYS, 3), "clinical_value": number})  # type: ignore[dict-item]


def test_rating_needs_all_seven_a_rater_and_known_opinions() -> None:
    with pytest.raises(InvalidInput, match="missing: Clinical value"):
        Rating("anna", items={key: 3 for key in rubric.ITEM_KEYS if key != "clinical_value"})
    with pytest.raises(InvalidInput, match="name"):
        Rating(" ", items=dict.fromkeys(rubric.ITEM_KEYS, 3))
    with pytest.raises(InvalidInput, match="Claim 1"):
        Rating("anna", items=dict.fromkeys(rubric.ITEM_KEYS, 3), claims={0: "maybe"})  # type: ignore[dict-item]


def test_rubric_is_gems_seven_with_five_anchors_each() -> None:
    assert len(rubric.ITEMS) == 7
    for item in rubric.ITEMS:
        assert len(set(item.anchors)) == 5
