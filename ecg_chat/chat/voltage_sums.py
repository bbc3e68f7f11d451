"""Sums of voltages ("SV1 + RV5 3.9 mV", "Sokolow-Lyon index 39 mm") held against the measured amplitudes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from ecg_chat.chat.claims import Known, claim_at
from ecg_chat.chat.leads import canonical
from ecg_chat.chat.quantities import Quantity, quantities
from ecg_chat.chat.reading import Reading
from ecg_chat.chat.sentences import Sentence
from ecg_chat.chat.stance import conditional
from ecg_chat.chat.tolerances import AMPLITUDE_MV, AMPLITUDE_SHARE, agrees
from ecg_chat.chat.types import Claim, ClaimVerdict
from ecg_chat.measurements.qrs_heights import deepest_s, tallest_r
from ecg_chat.measurements.voltage_sums import cornell, sokolow_lyon

Term = tuple[str, tuple[str, ...]]
"""A wave and the leads of which the largest counts: ("r", ("V5", "V6"))."""

_TERM = (
    r"([rs])[ -]?(?:waves? )?(?:in |of )?(?:leads? )?(v[1-6]|avr|avl|avf|iii|ii|i)(?:(?:/"
    r"| or )(?:[rs]?(?: in )?)?(v?[1-6]))?"
)
_SUM = re.compile(rf"(?<![a-z0-9]){_TERM}\s*(?:\+|plus|and)\s*{_TERM}(?![a-z0-9])")
Total = Callable[[Reading], float | None]
_NAMED: tuple[tuple[re.Pattern[str], Total, str], ...] = (
    (
        re.compile(r"\bsokolow(?:[ -]lyon)?(?: (?:index|voltage|sum|criterion|value))*"),
        lambda reading: sokolow_lyon(reading.measurements, one_is_enough=True).value,
        "Sokolow-Lyon sum",
    ),
    (
        re.compile(r"\bcornell(?: (?:index|voltage|sum|criterion|value))*"),
        lambda reading: cornell(reading.measurements).value,
        "Cornell sum",
    ),
)
_NEXT_SUM = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:is|are|was|of|=|:|,|at|measures?|amounts? to|together|sum|total|about|the|adds? up to|\s)*"
)


def voltage_sum_claims(where: Sentence, reading: Reading) -> Iterator[Claim]:
    """Yield the claims that sums of two voltages make."""
    found: list[tuple[int, int, Total, str]] = []
    for match in _SUM.finditer(where.text):
        terms: tuple[Term, ...] = (_term(match[1], match[2], match[3]), _term(match[4], match[5], match[6]))
        found.append((match.start(), match.end(), partial(_sum_of, terms), _name(terms)))
    for pattern, total, name in _NAMED:
        found += [(m.start(), m.end(), total, name) for m in pattern.finditer(where.text)]
    if not found:
        return
    numbers = [q for q in quantities(where) if q.dimension == "amplitude" and not q.limit and q.upper is None]
    for start, stop, total, name in found:
        stated = next((q for q in numbers if q.start >= stop and _NEXT_SUM.fullmatch(where.text, stop, q.start)), None)
        if stated is not None and not where.is_question and not conditional(where, start):
            yield _claim(where, start, stated, total(reading), name)


def _claim(where: Sentence, start: int, q: Quantity, total: float | None, name: str) -> Claim:
    said = f"{name} = {abs(q.value):.2f} mV"
    if total is None:
        return claim_at(
            where, start, q.stop, "number", "not checkable", said, Known("unknown", f"{name} not measurable")
        )
    slack = max(2 * AMPLITUDE_MV, AMPLITUDE_SHARE * total)  # two amplitudes, each rounded
    near = abs(abs(q.value) - total) <= slack or agrees("r_mv", abs(q.value), total, about=q.about)
    verdict: ClaimVerdict = "supported" if near else "contradicted"
    known = Known("present" if near else "absent", f"{name} {total:.2f} mV", None, "voltage_sum")
    return claim_at(where, start, q.stop, "number", verdict, said, known)


def _sum_of(terms: tuple[Term, ...], reading: Reading) -> float | None:
    values = [_largest(wave, leads, reading) for wave, leads in terms]
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)


def _largest(wave: str, leads: tuple[str, ...], reading: Reading) -> float | None:
    """Largest of a wave over leads, R' and S' included, exactly as the criteria take it."""
    amplitude = tallest_r if wave == "r" else deepest_s
    values = [amplitude(reading.measurements, lead).value for lead in leads]
    return max((v for v in values if v is not None), default=None)


def _term(wave: str, lead: str, other: str | None) -> Term:
    leads = [canonical(lead)]
    if other:
        leads.append("V" + other.lstrip("v"))
    return wave, tuple(leads)


def _name(terms: tuple[Term, ...]) -> str:
    return " + ".join(f"{wave.upper()} in {'/'.join(leads)}" for wave, leads in terms)
