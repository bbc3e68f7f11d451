"""Pieces of sentences that several answers share."""

from __future__ import annotations

from ecg_chat.conversation.facts import explained_codes
from ecg_chat.conversation.sentence_parts import in_words
from ecg_chat.training.dialogue.truth import Said, Truth

UNCONFIRMED = "A clinician has to confirm this reading."
MAX_LEADS_NAMED = 6


def rhythm_name(truth: Truth) -> str:
    """Name of the rhythm; says so when it could not be classified."""
    return truth.catalogue[truth.rhythm].name if truth.rhythm else "a rhythm that could not be classified"


def evidence(truth: Truth, said: Said) -> str:
    """Say what speaks for a statement: its met conditions, or the learned pattern alone."""
    if said.criteria == "met":
        return reason(truth, said.code)
    leads = truth.catalogue[said.code].leads
    where = f" in leads such as {in_words(list(leads[:3]))}" if leads else ""
    if said.criteria == "not met":
        return f"the learned pattern speaks for it{where}, but the measured criteria are not met"
    return f"the learned pattern speaks for it{where}; measurements alone cannot decide it"


def reason(truth: Truth, code: str) -> str:
    """Refer to the evidence in the facts; use a plain sentence if it is not among them."""
    explained = explained_codes(truth.judgements)
    return f"<|why{explained.index(code) + 1}|>" if code in explained else "the measured criteria are met"


def where_looked_for(truth: Truth, code: str) -> str:
    """Leads in which the catalogue looks for a statement; "all leads together" where they are many or none."""
    leads = truth.catalogue[code].leads
    return in_words(list(leads)) if 0 < len(leads) <= MAX_LEADS_NAMED else "all leads together"


def names(truth: Truth, certainty: str) -> list[str]:
    """Names of what is said with this certainty, the urgent ones first."""
    return [truth.catalogue[s.code].name for s in truth.said if s.certainty == certainty]
