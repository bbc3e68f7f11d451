"""One number of an answer against one measured value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecg_chat.chat.leads import LeadMention
from ecg_chat.chat.measure_words import MeasureMention
from ecg_chat.chat.measured import as_printed, in_words, number, value_of
from ecg_chat.chat.quantities import Quantity
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.tolerances import ROUNDING, SHARE, agrees, tolerance_of
from ecg_chat.chat.types import Claim, ClaimVerdict
from ecg_chat.measurements.types import Span, Value

COMMON_QTC = ("qtc_fridericia_ms", "qtc_bazett_ms")
"""A QTc without the name of its formula may be either: Fridericia is shown first here, Bazett is usual on paper."""
_DEPRESSION = re.compile(r"depress|\bstd\b|lower|below|inver|negative|down")
_UNSIGNED = ("s_mv", "q_mv", "s_prime_mv")
"""Stored as negative numbers; people write "S 1.8 mV"."""


def check_number(
    where: Sentence,
    q: Quantity,
    mention: MeasureMention | None,
    measure: str,
    value: float,
    lead: LeadMention | None,
    reading: Reading,
) -> Claim:
    """Judge one number.

    Parameters
    ----------
    measure : str
        Key of the measurement, or ``qtc`` where the formula is not named.
    value : float
        What the answer says, in the unit of the key.
    lead : LeadMention or None
        The lead it speaks of, for per-lead values.
    """
    start, stop = _span(q, mention, lead)
    if measure == "qtc":
        measure = _likelier_qtc(q, value, reading)
    said_value = _signed(where, measure, value, q, mention)
    said = _says(measure, said_value, q, lead)
    per_lead = measure.endswith("_mv") or measure in ("q_ms", "r_ms", "s_ms", "r_peak_time_ms")
    if per_lead and lead is None:
        return _claim(where, start, stop, "not checkable", said, "no lead is named", measure)
    results = []
    for name in lead.names if lead else (None,):
        found = value_of(reading, measure, name)
        results.append(
            (
                name,
                found,
                _verdict(
                    measure, said_value, q, found, missing=name is not None and name not in reading.measurements.leads
                ),
            )
        )
    name, found, verdict = _worst(results, any_is_enough=lead is not None and (not lead.whole or q.comparison == "<="))
    return _claim(where, start, stop, verdict, said, in_words(measure, found, name), measure, name, found.place)


def check_age(where: Sentence, q: Quantity, sex: re.Match[str] | None, reading: Reading) -> Iterator[Claim]:
    """Judge a stated age, and the sex that follows it, against what was entered."""
    if not re.search(r"old|age|y/?o", q.unit) or q.limit or q.comparison != "=" or q.upper is not None:
        return
    known = reading.patient.age_years
    verdict: ClaimVerdict = "not checkable"
    if known is not None:
        verdict = "supported" if agrees("age_years", q.value, known, about=q.about) else "contradicted"
    measured = "age was not stated" if known is None else f"age {number('age_years', known)}, as entered"
    yield _claim(where, q.start, q.stop, verdict, f"age_years = {q.value:.0f} years", measured, "age_years")
    if sex is None:
        return
    said = "male" if sex[1] in ("man", "male", "gentleman", "boy") else "female"
    entered = reading.patient.sex
    verdict = "not checkable" if entered is None else "supported" if entered == said else "contradicted"
    measured = "sex was not stated" if entered is None else f"{entered}, as entered"
    yield _claim(where, sex.start(1), sex.end(1), verdict, f"sex = {said}", measured, "sex")


def check_sampling(where: Sentence, q: Quantity, reading: Reading) -> Iterator[Claim]:
    """Judge a sampling rate where the sentence says that it is one."""
    if "sampl" not in where.text and "record" not in where.text:
        return
    if q.limit or q.upper is not None or q.comparison != "=":
        return
    same = abs(q.value - reading.ecg.fs_hz) <= 0.5
    measured = f"sampled at {reading.ecg.fs_hz:g} Hz"
    yield _claim(
        where, q.start, q.stop, "supported" if same else "contradicted", f"fs_hz = {q.value:g} Hz", measured, "fs_hz"
    )


def check_p_share(where: Sentence, q: Quantity, reading: Reading) -> Iterator[Claim]:
    """Judge "a P wave precedes 98 % of the beats"."""
    if (
        not re.search(r"\bp[ -]?waves?\b.*\b(?:beats|qrs)", where.text)
        or q.limit
        or q.upper is not None
        or q.comparison != "="
    ):
        return
    share = reading.measurements.rhythm.p_share
    if share is None:
        verdict: ClaimVerdict = "not checkable"
        measured = "P waves could not be judged"
    else:
        verdict = "supported" if abs(share - q.value) <= SHARE + ROUNDING else "contradicted"
        measured = f"P before {100 * share:.0f} % of the beats"
    yield _claim(where, q.start, q.stop, verdict, f"p_share = {100 * q.value:.0f} %", measured, "p_share")


def _verdict(measure: str, said: float, q: Quantity, found: Value, *, missing: bool) -> ClaimVerdict:
    if missing:
        return "contradicted"  # a lead that this recording does not have cannot have a value
    if found.value is None:
        return "not checkable"
    measured = abs(found.value) if measure in _UNSIGNED else found.value
    if q.upper is not None:
        slack = tolerance_of(measure, measured, about=q.about)
        return "supported" if said - slack <= measured <= q.upper + slack else "contradicted"
    if q.comparison != "=":
        printed = as_printed(measure, measured)
        holds = {
            ">": printed > said, "<": printed < said, ">=": printed >= said, "<=": printed <= said,
        }[q.comparison]  # fmt: skip
        return "supported" if holds else "contradicted"
    return "supported" if agrees(measure, said, measured, about=q.about) else "contradicted"


def _worst(
    results: list[tuple[str | None, Value, ClaimVerdict]], *, any_is_enough: bool
) -> tuple[str | None, Value, ClaimVerdict]:
    order: tuple[ClaimVerdict, ...] = ("contradicted", "not checkable", "supported")
    if any_is_enough:
        order = ("supported", "not checkable", "contradicted")
    return min(results, key=lambda r: order.index(r[2]))


def _likelier_qtc(q: Quantity, said: float, reading: Reading) -> str:
    for measure in COMMON_QTC:
        found = value_of(reading, measure).value
        if found is not None and agrees(measure, said, found, about=q.about):
            return measure
    return COMMON_QTC[0]


def _signed(where: Sentence, measure: str, value: float, q: Quantity, mention: MeasureMention | None) -> float:
    """Give a depression or an inversion its minus sign, and drop it where only size is meant."""
    if measure in _UNSIGNED:
        return abs(value)
    if measure.startswith(("st_", "t_")) and measure.endswith("_mv") and not q.has_sign:
        begin = mention.start if mention and mention.start < q.start else max(0, q.start - 40)
        around = where.text[max(0, begin - 14) : q.stop + 14]
        return -abs(value) if _DEPRESSION.search(around) else value
    return value


def _says(measure: str, value: float, q: Quantity, lead: LeadMention | None) -> str:
    name = f"{measure} in {'/'.join(lead.names)}" if lead else measure
    if q.upper is not None:
        return f"{name} = {number(measure, value)} to {number(measure, q.upper)}"
    return f"{name} {q.comparison} {number(measure, value)}"


def _span(q: Quantity, mention: MeasureMention | None, lead: LeadMention | None) -> tuple[int, int]:
    start, stop = q.start, q.stop
    if mention is not None and mention.stop <= q.start:
        start = mention.start
    elif mention is not None and mention.start >= q.stop:
        stop = mention.stop
    if lead is not None and lead.start >= q.stop:
        stop = max(stop, lead.stop)
    return start, stop


def _claim(
    where: Sentence,
    start: int,
    stop: int,
    verdict: ClaimVerdict,
    says: str,
    measured: str,
    measure: str,
    lead: str | None = None,
    place: Span | None = None,
) -> Claim:
    return Claim(
        where.start + start,
        where.start + stop,
        "number",
        where.raw[start:stop],
        verdict,
        says,
        measured,
        measure,
        lead,
        place,
    )
