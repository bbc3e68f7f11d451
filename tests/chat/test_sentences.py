"""Hundreds of sentences about ECGs: which claims are in them, and how they come out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecg_chat.chat.grounding import ClaimStream, check
from ecg_chat.chat.types import Claim
from tests.chat.readings import READINGS

SIGNS = {"supported": "+", "contradicted": "-", "not checkable": "?"}


def _table() -> Iterator[tuple[str, str, list[str]]]:
    name, text, claims = "", "", []
    for line in (Path(__file__).with_name("sentences.txt")).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            claims.append(line.strip())
            continue
        if text:
            yield name, text, claims
        text, claims = "", []
        if line.startswith("@ "):
            name = line[2:]
        else:
            text = line
    if text:
        yield name, text, claims


TABLE = list(_table())


def _told(claims: tuple[Claim, ...]) -> list[str]:
    return [f"{SIGNS[c.verdict]} {c.says}" for c in claims]


def test_the_table_is_large() -> None:
    assert len(TABLE) > 300
    assert sum(bool(claims) for _, _, claims in TABLE) > 200
    assert sum(not claims for _, _, claims in TABLE) > 40


@pytest.mark.parametrize(("name", "text", "expected"), TABLE, ids=[f"{n}: {t[:60]}" for n, t, _ in TABLE])
def test_claims_of_a_sentence(name: str, text: str, expected: list[str]) -> None:
    claims = check(text, READINGS[name])
    assert sorted(_told(claims)) == sorted(expected)
    for claim in claims:
        assert claim.text == text[claim.start : claim.stop]
        assert claim.measured, "every verdict says what it rests on"


@pytest.mark.parametrize("name", sorted({name for name, _, _ in TABLE}))
def test_sentences_stay_what_they_are_in_a_longer_answer(name: str) -> None:
    """Sentences that end with a full stop and do not lean on the one before give the same claims in a row."""
    rows = [(t, e) for n, t, e in TABLE if n == name and t.endswith(".") and ". " not in t and "? " not in t]
    rows = [(t, e) for t, e in rows if not t.lower().startswith(("it ", "for a left"))]
    answer = " ".join(text for text, _ in rows)
    claims = check(answer, READINGS[name])
    assert sorted(_told(claims)) == sorted(line for _, expected in rows for line in expected)


@pytest.mark.parametrize("name", sorted({name for name, _, _ in TABLE}))
def test_a_verdict_never_changes_while_the_answer_grows(name: str) -> None:
    answer = " ".join(text for n, text, _ in TABLE if n == name)[:4000]
    stream = ClaimStream(READINGS[name])
    before: tuple[Claim, ...] = ()
    for stop in range(0, len(answer), 3):
        now = stream.checked(answer[:stop])
        assert now[: len(before)] == before
        before = now
    assert stream.checked(answer, complete=True) == check(answer, READINGS[name])
