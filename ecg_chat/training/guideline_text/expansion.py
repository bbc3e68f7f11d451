"""ECG-LM's expansion: leave out some leads, in the text and in the signal alike."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

from ecg_chat.training.guideline_text.template import GuidelineText

FEWEST, MOST = 4, 6
"""How many leads are left out (Yang et al. 2025: "k ranges from 4 to 6")."""


def omit_leads(text: GuidelineText, present: Sequence[str], rng: random.Random) -> tuple[GuidelineText, frozenset[str]]:
    """Leave out 4 to 6 leads, those with words first, but never all of those.

    Parameters
    ----------
    text : GuidelineText
    present : sequence of str
        Leads of the recording; one at least stays.
    rng : random.Random

    Returns
    -------
    text : GuidelineText
        Without the omitted leads.
    omitted : frozenset of str
        Leads whose signal the encoder must not see: zeros in the signal and in its ``presence``.
    """
    k = min(rng.randint(FEWEST, MOST), max(0, len(present) - 1))
    worded = [lead for lead in present if text.leads.get(lead)]
    silent = [lead for lead in present if lead not in worded]
    rng.shuffle(worded)
    rng.shuffle(silent)
    chosen = worded[: min(k, max(0, len(worded) - 1))]
    omitted = frozenset(chosen + silent[: k - len(chosen)])
    kept = {lead: words for lead, words in text.leads.items() if lead not in omitted}
    return dataclasses.replace(text, leads=kept), omitted
