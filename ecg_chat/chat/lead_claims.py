"""Findings that an answer places in leads ("ST elevation in II, III and aVF"), and leads that are not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ecg_chat.chat.claims import Known, Status, claim_at, verdict_of
from ecg_chat.chat.lead_findings import FINDINGS
from ecg_chat.chat.leads import LeadMention, lead_mentions
from ecg_chat.chat.links import citations_in
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import conditional, scope_before, stance
from ecg_chat.chat.statement_words import statement_mentions
from ecg_chat.chat.types import Claim

_LIST_GAP = re.compile(r"\s*(?:,|/|&|\+|and|or|nor|as well as)?\s*(?:and|or|nor)?\s*(?:in )?(?:leads? )?")
_GAP_AFTER = re.compile(
    r"(?!.*\b(?:but|with|while|than|from|no|not|without)\b)[^,;:]{0,50}?\b(?:in|over|across|throughout|of|at"
    r"|affecting|involving|by)\s+(?:the |both |all |standard )*(?:leads? )?|\s*(?:leads? |\()?"
)
_GAP_BEFORE = re.compile(
    r"\s*(?::|,)?\s*(?:also )?(?:shows?|has|have|with|there (?:is|are)|reveals?|displays?|i see"
    r"|one sees)?\s*(?:the |an? |no |clear |marked |slight |mild "
    r"|deep |new |upsloping |downsloping |horizontal |significant |pathological |not have |does not show "
    r"|do not show |don't show |doesn't show )*"
)
_BEYOND = re.compile(
    r"\b(?:not (?:recorded|available|included|in this|there|present)|missing|absent|without|additional|extra"
    r"|record|recording of|add|repeat|would|could|should|may|can"
    r"|needed?|recommend\w*|look at|check|no|consider|posterior leads|right-sided|lacks?|only)\b"
)


def lead_claims(where: Sentence, reading: Reading) -> Iterator[Claim]:
    """Yield the claims that a sentence makes of single leads."""
    yield from _citation_claims(where, reading)
    leads = lead_mentions(where)
    if not leads or where.is_question:
        return
    claimed: list[LeadMention] = []
    for pattern, name, judge in FINDINGS:
        for match in pattern.finditer(where.text):
            attached = _attached(where, match, leads)
            if not attached:
                continue
            position = stance(where, match.start(), match.end())
            if position == "unclaimed":
                continue
            for i, mention in enumerate(attached):
                claimed.append(mention)
                known = _known_in(mention, judge, reading, negated=position == "negated")
                says = f"{'no ' if position == 'negated' else ''}{name} in {'/'.join(mention.names)}"
                start, stop = mention.start, mention.stop
                if i == 0 and mention.start >= match.end():
                    start = match.start()
                if i == len(attached) - 1 and mention.start < match.start():
                    stop = match.end()
                lead = mention.names[0] if len(mention.names) == 1 else None
                yield claim_at(where, start, stop, "lead", verdict_of(known.status, position), says, known, lead)
    yield from _absent_leads(where, [m for m in leads if m not in claimed], reading)


def _attached(where: Sentence, finding: re.Match[str], leads: tuple[LeadMention, ...]) -> list[LeadMention]:
    """Return the leads that a finding is placed in: the list after it, else the list right before it."""
    text = where.text
    after = next((m for m in leads if m.start >= finding.end()), None)
    if after is not None and _belongs_to_another(where, finding, after):
        return []
    if after is not None and _GAP_AFTER.fullmatch(text, finding.end(), after.start):
        chosen = [after]
        for mention in leads[leads.index(after) + 1 :]:
            if not _LIST_GAP.fullmatch(text, chosen[-1].stop, mention.start):
                break
            chosen.append(mention)
        return chosen
    before = [m for m in leads if m.stop <= finding.start()]
    if not before or not _GAP_BEFORE.fullmatch(text, before[-1].stop, finding.start()):
        return []
    chosen = [before[-1]]
    for mention in reversed(before[:-1]):
        if not _LIST_GAP.fullmatch(text, mention.stop, chosen[0].start):
            break
        chosen.insert(0, mention)
    return chosen


def _belongs_to_another(where: Sentence, finding: re.Match[str], mention: LeadMention) -> bool:
    """Whether leads are part of a statement's name that begins after the finding ("…, ischaemia in lateral leads")."""
    named = statement_mentions(where)
    return any(finding.end() <= m.start and m.start < mention.start and mention.stop <= m.stop for m in named)


def _known_in(
    mention: LeadMention, judge: Callable[[str, Reading, bool], Known], reading: Reading, *, negated: bool
) -> Known:
    """Judge a finding in one lead, in every lead of a range, or in a territory (two leads are enough there)."""
    missing = [name for name in mention.names if name not in reading.measurements.leads]
    if missing and mention.whole:
        status: Status = "present" if negated else "absent"  # either way the answer speaks of what is not there
        return Known(status, f"lead {', '.join(missing)} is not in this recording", None, "lead")
    each = {name: judge(name, reading, negated) for name in mention.names if name not in missing}
    if len(each) == 1:
        return next(iter(each.values()))
    having = [name for name, known in each.items() if known.status == "present"]
    lacking = [name for name, known in each.items() if known.status == "absent"]
    enough = len(each) if mention.whole and not negated else 1 if mention.whole else min(2, len(each))
    words = "; ".join(known.words for known in each.values())
    place = next((known.place for known in each.values() if known.place), None)
    measure = next((known.measure for known in each.values()), "")
    if each and len(having) >= enough:
        return Known("present", words, place, measure)
    if len(lacking) > len(each) - enough or (mention.whole and not negated and lacking):
        return Known("absent", words, place, measure)
    return Known("unknown", words or "none of these leads is in this recording", place, measure)


def _absent_leads(where: Sentence, leads: list[LeadMention], reading: Reading) -> Iterator[Claim]:
    for mention in leads:
        missing = [name for name in mention.names if name not in reading.measurements.leads]
        if not missing or not mention.whole or conditional(where, mention.start):
            continue
        if _BEYOND.search(scope_before(where, mention.start)) or _BEYOND.search(where.text, mention.stop):
            continue
        known = Known("absent", f"lead {', '.join(missing)} is not in this recording", None, "lead")
        yield claim_at(
            where,
            mention.start,
            mention.stop,
            "lead",
            "contradicted",
            f"lead {'/'.join(mention.names)}",
            known,
            missing[0],
        )


def _citation_claims(where: Sentence, reading: Reading) -> Iterator[Claim]:
    """Call a citation of a place that the recording does not have a wrong claim; others claim nothing."""
    for citation in citations_in(where.raw):
        place = citation.place
        if place is None:
            words = "the citation names no place on the strip"
        elif place.lead is not None and place.lead not in reading.ecg.leads:
            words = f"lead {place.lead} is not in this recording"
        elif not 0 <= place.start_s < place.stop_s <= reading.ecg.duration_s + 0.01:
            words = f"the recording lasts from 0 to {reading.ecg.duration_s:.2f} s"
        else:
            continue
        known = Known("absent", words, None, "citation")
        lead = place.lead if place else None
        yield claim_at(
            where, citation.start, citation.stop, "lead", "contradicted", f"cites {citation.target[:60]}", known, lead
        )
