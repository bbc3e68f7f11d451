"""Conversations, answers and claims as the pages show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from ecg_chat.chat.citations import claims_html
from ecg_chat.chat.types import Claim
from ecg_chat.records.views import AnswerView, ConversationSummary, ConversationView

TITLE_CHARS = 48


def list_view(conversations: Sequence[ConversationSummary]) -> list[dict[str, str]]:
    """Return the conversations of a recording for a list; those without a question are left out."""
    return [{"id": item.id, "title": _title(item)} for item in conversations if item.n_questions]


def conversation_view(conversation: ConversationView) -> dict[str, Any]:
    """Return a conversation with every question and every version of its answers."""
    turns = [
        {"question": {"id": turn.id, "text": turn.text}, "answers": [answer_view(answer) for answer in turn.answers]}
        for turn in conversation.turns
    ]
    return {"id": conversation.id, "audience": conversation.audience, "turns": turns}


def answer_view(answer: AnswerView) -> dict[str, Any]:
    """Return one stored version of an answer."""
    view = piece_view(answer.text, answer.claims)
    return view | {
        "id": answer.id,
        "version": answer.version,
        "state": answer.state,
        "notice": answer.notice,
        "model": answer.provenance.model_name,
        "quantisation": answer.provenance.quantisation,
        "tokens_per_s": round(answer.done.tokens_per_s, 1) if answer.done else None,
        "created_at": answer.created_at.isoformat(),
    }


def piece_view(text: str, claims: Sequence[Claim]) -> dict[str, Any]:
    """Return text that may still grow: as it is, as marked HTML, and the verdicts counted."""
    return {
        "text": text,
        "html": claims_html(text, claims),
        "verdicts": dict(Counter(claim.verdict for claim in claims)),
    }


def claim_view(claim: Claim) -> dict[str, Any]:
    """Return one claim for the review page."""
    return {"text": claim.text, "verdict": claim.verdict, "says": claim.says, "measured": claim.measured}


def _title(item: ConversationSummary) -> str:
    words = item.title if len(item.title) <= TITLE_CHARS else item.title[: TITLE_CHARS - 1].rstrip() + "…"
    return words + (" (patient)" if item.audience == "patient" else "")
