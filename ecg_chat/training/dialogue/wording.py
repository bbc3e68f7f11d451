"""Pieces of sentences that several answers share."""

from __future__ import annotations

from ecg_chat.conversation.sentence_parts import in_words
from ecg_chat.training.dialogue.truth import Truth

UNCONFIRMED = "A clinician has to confirm this reading."
MAX_LEADS_NAMED = 6
EVIDENCE = "<|evidence|>"
"""What speaks for the statement that is asked about; see `ecg_chat.conversation.asked_evidence`."""


def where_looked_for(truth: Truth, code: str) -> str:
    """Leads in which the catalogue looks for a statement; "all leads together" where they are many or none."""
    leads = truth.catalogue[code].leads
    return in_words(list(leads)) if 0 < len(leads) <= MAX_LEADS_NAMED else "all leads together"
