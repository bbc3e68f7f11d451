"""Which values of single leads are outside the limits that the catalogue has for that lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecg_chat.measurements.types import Measurements
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.conditions import All, AnyOf, Compare, Condition, LeadCount, Not, Rule
from ecg_chat.statements.context import Context
from ecg_chat.statements.evaluate import holds_in_lead
from ecg_chat.statements.types import Judgement

# Rules that state a limit of the value itself. The others (a broad S, a low T, an R' …) are signs of one diagnosis.
LIMITS = ("st_elevation", "st_depression", "t_inversion", "q_wave")


def outside_limits(
    measurements: Measurements, judgements: Mapping[str, Judgement], *, age_years: float | None, sex: str | None
) -> dict[tuple[str, str], str]:
    """Return (measure, lead) of each value that meets a rule of `LIMITS` in a lead that the catalogue asks it of.

    The words say which rule: "ST elevation (at least 0.1 mV; in V2 and V3 by age and sex)". A rule that cannot be
    decided (sex not given and the limits differ) marks nothing. Nor does one whose statements cannot be judged here:
    with a paced rhythm or a bundle branch block the guards of the catalogue say that its limits do not apply.

    Parameters
    ----------
    judgements : mapping of code to Judgement
        As `judge` gives them for the same measurements and person.
    """
    context = Context(measurements, age_years, sex, load_catalogue())
    outside: dict[tuple[str, str], str] = {}
    for count in _counts(context, judgements):
        for lead in count.leads:
            if lead in measurements.per_lead and holds_in_lead(count.rule, lead, context):
                for measure in _measures(count.rule.for_lead(lead), measurements.per_lead[lead]):
                    outside.setdefault((measure, lead), f"{count.rule.text} ({count.rule.detail})")
    return outside


def _counts(context: Context, judgements: Mapping[str, Judgement]) -> Iterator[LeadCount]:
    for code, statement in context.catalogue.items():
        applied = code in judgements and judgements[code].verdict in ("met", "rejected")
        if statement.criteria is None or not applied:
            continue
        criteria = statement.criteria.child if context.is_child else statement.criteria.adult
        if criteria is not None:
            yield from (count for count in _inside(criteria) if count.rule.name in LIMITS)


def _inside(condition: Condition) -> Iterator[LeadCount]:
    match condition:
        case LeadCount():
            yield condition
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _inside(part)
        case Rule(condition=inner):
            yield from _inside(inner)
        case Not(part=part):
            yield from _inside(part)


def _measures(condition: Condition, measured: Mapping[str, object]) -> Iterator[str]:
    match condition:
        case Compare(measure=measure):
            if measure in measured:
                yield measure
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from _measures(part, measured)
