"""A yes or no that speaks of another statement than the question did.

"Is there a left bundle branch block?" "No, there is no sign of left anterior fascicular block." is true and no answer;
a tick beside it would be read as one for the question. Such a claim is shown as not checkable, and says why. "No, the
rhythm is sinus rhythm" is left alone: it says what there is instead.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from ecg_chat.chat.named_findings import asked_about
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import stance
from ecg_chat.chat.statement_words import StatementMention, statement_mentions
from ecg_chat.chat.types import Claim

_VERDICT = re.compile(r"\s*(yes|no)\b")


def marked_off_question(where: Sentence, claims: Sequence[Claim], question: str) -> tuple[Claim, ...]:
    """Take back the verdicts on statements that stand in for the one that was asked about.

    Parameters
    ----------
    where : Sentence
        The first of an answer.
    claims : sequence of Claim
        What it claims.
    question : str
    """
    opening = _VERDICT.match(where.text)
    asked = asked_about(question)
    if opening is None or not asked:
        return tuple(claims)
    codes = {key for one in asked for key in one.keys}
    said = statement_mentions(where)
    if any(codes.intersection(mention.codes) for mention in said):
        return tuple(claims)
    wanted = "asserted" if opening[1] == "yes" else "negated"
    off = [mention for mention in said if stance(where, mention.start, mention.stop) == wanted]
    why = f"the question was about {' and '.join(one.name for one in asked)}, this is another finding"
    return tuple(
        dataclasses.replace(claim, verdict="not checkable", measured=why) if _is_of(claim, where, off) else claim
        for claim in claims
    )


def _is_of(claim: Claim, where: Sentence, mentions: Sequence[StatementMention]) -> bool:
    start, stop = claim.start - where.start, claim.stop - where.start
    return claim.kind == "statement" and any(start < m.stop and m.start < stop for m in mentions)
