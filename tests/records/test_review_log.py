"""Ratings are added and never changed; the queue gives what is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ecg_chat.chat.types import Done
from ecg_chat.errors import InvalidInput, NotFound
from ecg_chat.records.store import Store
from ecg_chat.records.views import Provenance, Rating

Make = Callable[..., Rating]
pytestmark = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


def test_rating_comes_back_as_it_was(store: Store, answer_id: str, rating: Make) -> None:
    given = rating(
        claims={0: "agree", 1: "can't tell"},
        unsafe=True,
        corrected_answer="No LBBB.",
        comment="see V1",
        time_on_task_s=41.5,
    )
    rating_id = store.add_rating(answer_id, given)
    (view,) = store.ratings(answer_id)
    assert (view.id, view.answer_id, view.rating) == (rating_id, answer_id, given)


def test_not_applicable_is_kept(store: Store, answer_id: str, rating: Make) -> None:
    store.add_rating(answer_id, rating(number=None))
    assert set(store.ratings(answer_id)[0].rating.items.values()) == {None}


def test_a_changed_mind_is_a_new_row(store: Store, answer_id: str, rating: Make) -> None:
    store.add_rating(answer_id, rating(number=2))
    store.add_rating(answer_id, rating(number=5))
    assert [view.rating.items["clinical_value"] for view in store.ratings(answer_id)] == [2, 5]


def test_queue_is_per_rater_oldest_first(
    store: Store, answer_id: str, question_id: str, provenance: Provenance, rating: Make
) -> None:
    second = store.start_answer(question_id, provenance)
    store.finish_answer(second, "stopped", "QRS", Done("stopped"), ())
    assert [view.id for view in store.review_queue(rater="anna")] == [answer_id, second]
    assert [view.id for view in store.review_queue(rater="anna", limit=1)] == [answer_id]
    store.add_rating(answer_id, rating("anna"))
    assert [view.id for view in store.review_queue(rater="anna")] == [second]
    assert [view.id for view in store.review_queue(rater="bo")] == [answer_id, second]
    assert store.review_count(rater="anna") == (1, 1)
    assert store.review_count(rater="bo") == (0, 2)


def test_skipping_takes_it_out_for_this_rater_only(store: Store, answer_id: str) -> None:
    store.skip(answer_id, "anna", "paediatric, not my field")
    assert store.review_queue(rater="anna") == []
    assert [view.id for view in store.review_queue(rater="bo")] == [answer_id]
    assert store.ratings(answer_id)[0].rating == Rating("anna", skip_reason="paediatric, not my field")
    with pytest.raises(InvalidInput):
        store.skip(answer_id, "anna", " ")


@pytest.mark.parametrize("state", ["failed", "interrupted"])
def test_what_broke_off_is_not_in_the_queue(store: Store, question_id: str, provenance: Provenance, state: str) -> None:
    answer_id = store.start_answer(question_id, provenance)
    assert store.review_queue(rater="anna") == []
    store.finish_answer(answer_id, state, "QRS", None, ())  # type: ignore[arg-type]
    assert store.review_queue(rater="anna") == []


def test_streaming_or_unknown_answer_cannot_be_rated(
    store: Store, question_id: str, provenance: Provenance, rating: Make
) -> None:
    answer_id = store.start_answer(question_id, provenance)
    with pytest.raises(InvalidInput, match="still being written"):
        store.add_rating(answer_id, rating())
    with pytest.raises(NotFound):
        store.add_rating("nope", rating())


def test_claim_that_is_not_there_cannot_be_judged(store: Store, answer_id: str, rating: Make) -> None:
    with pytest.raises(InvalidInput, match="it has 2"):
        store.add_rating(answer_id, rating(claims={2: "wrong"}))
    assert store.ratings(answer_id) == []


def test_rated_recording_is_under_review_until_confirmed(
    store: Store, recording_id: str, answer_id: str, rating: Make
) -> None:
    store.add_rating(answer_id, rating())
    assert store.recordings()[0].state == store.recording(recording_id).state == "under review"
    store.confirm(recording_id, "Dr. Roth")
    assert store.recordings()[0].state == "confirmed"
