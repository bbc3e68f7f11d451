"""Statement names in an answer, held against the criteria and the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ecg_chat.chat.claims import Known, claim_at, verdict_of
from ecg_chat.chat.measure_words import measure_mentions
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import stance
from ecg_chat.chat.statement_words import Codes, StatementMention, statement_mentions
from ecg_chat.chat.tolerances import CONTRADICTED_BELOW_PROBABILITY, SUPPORTED_FROM_PROBABILITY
from ecg_chat.chat.types import Claim
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.hard_limits import fails_by_number
from ecg_chat.statements.types import Evidence, Judgement

MAX_CLAUSES = 3
TRUE_OF: Mapping[str, Codes] = {"SR": ("SR", "STACH", "SBRAD", "SARRH")}
"""Of which statements a plain wording is true: a fast heartbeat comes from the heart's natural starter too."""


def statement_claims(where: Sentence, reading: Reading) -> Iterator[Claim]:
    """Yield the claims that the statement names of one sentence make."""
    for mention in statement_mentions(where):
        if mention.codes == ("NORM",) and _is_of_a_part(where, mention):
            continue
        claimed = stance(where, mention.start, mention.stop)
        if claimed == "unclaimed":
            continue
        known = known_of(mention.codes, reading)
        label = known.measure if len(mention.codes) == 1 else mention.name
        says = f"{label} present" if claimed == "asserted" else f"no {label}"
        yield claim_at(where, mention.start, mention.stop, "statement", verdict_of(known.status, claimed), says, known)


def plain_claim(where: Sentence, codes: Codes, reading: Reading) -> Claim:
    """Claim of a sentence that is the plain wording of a statement (or of several)."""
    known = known_of([other for code in codes for other in TRUE_OF.get(code, (code,))], reading)
    start = len(where.raw) - len(where.raw.lstrip())
    stop = len(where.raw.rstrip(" .\n"))
    return claim_at(
        where, start, stop, "statement", verdict_of(known.status, "asserted"), f"{'/'.join(codes)} present", known
    )


def known_of(codes: Sequence[str], reading: Reading) -> Known:
    """Say whether any of these statements holds."""
    each = [_known_of_one(code, reading) for code in codes]
    for status in ("present", "unknown", "absent"):
        matching = [known for known in each if known.status == status]
        if matching and status != "absent":
            return matching[0]
    words = "; ".join(dict.fromkeys(known.words for known in each[:MAX_CLAUSES]))
    if _is_infarct(codes) and _known_of_one("STE_", reading).status == "present":
        words = f"ST elevation is there, so an acute infarct is not excluded, although {words}"
        return Known("unknown", words, None, each[0].measure)
    return Known("absent", words, None, each[0].measure)


def mention_at(where: Sentence, start: int, stop: int) -> StatementMention | None:
    """Return the statement named at exactly or around these characters."""
    return next((m for m in statement_mentions(where) if m.start <= start and stop <= m.stop), None)


def _is_infarct(codes: Sequence[str]) -> bool:
    catalogue = load_catalogue()
    return any(catalogue[code].superclass == "MI" for code in codes if code in catalogue)


def _is_of_a_part(where: Sentence, mention: StatementMention) -> bool:
    """Whether "within normal limits" is said of an interval, not of the ECG."""
    if re.search(r"\be[ck]g|electrocardiogram|tracing|recording", mention.name):
        return False
    return any(m.keys and m.stop <= mention.start for m in measure_mentions(where))


def _known_of_one(code: str, reading: Reading) -> Known:
    judgement = reading.judgements.get(code)
    probability = reading.probabilities.get(code)
    network = _network_words(reading, probability)
    if judgement is not None and judgement.verdict == "met":
        words = _joined(f"{code} criteria met: {_clauses(judgement.evidence, met=True)}", network)
        place = next((e.place for e in judgement.evidence if e.met and e.place), None)
        return Known("present", words, place, code)
    if judgement is not None and judgement.verdict == "rejected":
        words = _joined(f"{code} criteria not met: {_clauses(judgement.evidence, met=False)}", network)
        place = next((e.place for e in judgement.failed if e.place), None)
        confident = probability is not None and probability >= SUPPORTED_FROM_PROBABILITY
        if confident and not fails_by_number(judgement):
            return Known("unknown", f"criteria and network disagree; {words}", place, code)
        return Known("absent", words, place, code)
    undecided = _undecided_words(code, judgement)
    if probability is None:
        return Known("unknown", _joined(undecided, network), None, code)
    words = f"{network}; {undecided}" if undecided else network
    if probability >= SUPPORTED_FROM_PROBABILITY:
        return Known("present", f"{code} {words}", None, code)
    if probability < CONTRADICTED_BELOW_PROBABILITY:
        return Known("absent", f"{code} {words}", None, code)
    return Known("unknown", f"{code} {words}", None, code)


def _clauses(evidence: tuple[Evidence, ...], *, met: bool) -> str:
    texts = [e.text for e in evidence if e.met is met]
    shown = "; ".join(texts[:MAX_CLAUSES])
    return shown + (f" (and {len(texts) - MAX_CLAUSES} more)" if len(texts) > MAX_CLAUSES else "")


def _undecided_words(code: str, judgement: Judgement | None) -> str:
    if judgement is None or judgement.verdict == "no criteria":
        return f"{code} has no criteria that measurements can decide"
    unmeasured = [e.text for e in judgement.evidence if e.met is None]
    return f"{code} criteria undecided: {'; '.join(unmeasured[:MAX_CLAUSES]) or 'a measurement is missing'}"


def _network_words(reading: Reading, probability: float | None) -> str:
    if probability is not None:
        return f"network {probability:.2f}".replace("0.", ".", 1)
    return "the network gave no probability" if reading.network_findings else ""


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
