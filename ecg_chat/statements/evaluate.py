"""Evaluation of conditions in three-valued logic: True, False, or None where a needed measurement is missing.

Strong Kleene logic: one false part makes a conjunction false whatever is unknown beside it; one true part makes a
disjunction true. Evidence follows the truth: of a disjunction that holds, only what holds is reported. Numbers are
compared as they are printed (whole ms and beats a minute, 0.01 mV).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ecg_chat.measurements.types import Value
from ecg_chat.statements.conditions import (
    All,
    AnyOf,
    Compare,
    Condition,
    Fact,
    LeadCount,
    LeadRule,
    Limit,
    NoneMet,
    Not,
    Rule,
    StatementMet,
)
from ecg_chat.statements.context import Context, Outcome
from ecg_chat.statements.facts import FACTS
from ecg_chat.statements.quantities import GLOBAL, PER_LEAD
from ecg_chat.statements.types import Evidence
from ecg_chat.statements.wording import LABELS, UNITS, as_printed, comparison, number

AGE_NOTE = "adult limit, age not given"


def conjunction(truths: Iterable[bool | None]) -> bool | None:
    """Kleene's "and"."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def disjunction(truths: Iterable[bool | None]) -> bool | None:
    """Kleene's "or"."""
    unknown = False
    for truth in truths:
        if truth:
            return True
        unknown = unknown or truth is None
    return None if unknown else False


def evaluate(condition: Condition, context: Context, judge_code: Callable[[str], bool | None]) -> Outcome:
    """Return the truth of a condition and the evidence for it.

    Parameters
    ----------
    judge_code : callable
        Gives whether another statement's criteria are met (None: undecided).
    """
    match condition:
        case Compare():
            outcome = _compare(condition, context)
        case Fact():
            outcome = _fact(condition, context)
        case LeadCount():
            outcome = _lead_count(condition, context)
        case Rule(name=name, condition=inner):
            if name not in context.rules:
                context.rules[name] = evaluate(inner, context, judge_code)
            outcome = context.rules[name]
        case All(parts=parts):
            outcomes = [evaluate(part, context, judge_code) for part in parts]
            outcome = conjunction(truth for truth, _ in outcomes), tuple(e for _, items in outcomes for e in items)
        case AnyOf(parts=parts):
            outcome = _any([evaluate(part, context, judge_code) for part in parts])
        case Not():
            outcome = _not(condition, context, judge_code)
        case StatementMet(code=code):
            outcome = _statement(code, context, judge_code)
        case NoneMet():
            outcome = _none_met(condition, judge_code)
    return outcome


def _any(outcomes: list[Outcome]) -> Outcome:
    truth = disjunction(part for part, _ in outcomes)
    return truth, tuple(e for part, items in outcomes if part is truth for e in items if truth or e.met is not True)


def value_of(measure: str, lead: str | None, context: Context) -> Value:
    """Return a measured or derived value, global or of a lead; None with a reason for a lead that was not recorded."""
    key = (measure, lead)
    value = context.values.get(key)
    if value is None:
        value = context.values[key] = _value(measure, lead, context)
    return value


def _value(measure: str, lead: str | None, context: Context) -> Value:
    m = context.measurements
    if lead is None:
        return GLOBAL[measure][1](m, context.sex) if measure in GLOBAL else m.overall[measure]
    if lead not in m.per_lead:
        return Value(None, UNITS.get(measure, ""), reason=f"lead {lead} was not recorded")
    return PER_LEAD[measure][1](m, lead) if measure in PER_LEAD else m.per_lead[lead][measure]


def _truth(condition: Compare, lead: str | None, context: Context) -> bool | None:
    value = value_of(condition.measure, lead, context).value
    bounds = context.possible_bounds(condition.bounds)
    if value is None or not bounds:
        return None
    printed = as_printed(value, UNITS.get(condition.measure, ""))
    verdicts = {bound.holds(printed) for bound in bounds}
    return verdicts.pop() if len(verdicts) == 1 else None


def _compare(condition: Compare, context: Context) -> Outcome:
    lead = condition.lead
    truth = _truth(condition, lead, context)
    value = value_of(condition.measure, lead, context)
    bounds = context.possible_bounds(condition.bounds)
    by_age = isinstance(condition.bounds, Limit) and any(
        row.age_from > 0 or row.age_below < float("inf") for row in condition.bounds.rows
    )
    note = AGE_NOTE if by_age and context.age_years is None else ""
    text = comparison(condition.measure, lead, value, bounds, met=truth, note=note)
    unit = UNITS.get(condition.measure, "")
    return truth, (Evidence(text, truth, condition.measure, lead, value.value, unit, value.place),)


def _fact(condition: Fact, context: Context) -> Outcome:
    words, holds = FACTS[condition.name]
    truth = holds(context.measurements)
    text = words.unknown if truth is None else words.holds if truth else words.fails
    return truth, (Evidence(text, truth, condition.name),)


def _not(condition: Not, context: Context, judge_code: Callable[[str], bool | None]) -> Outcome:
    truth, inner = evaluate(condition.part, context, judge_code)
    if truth is None:
        return None, (Evidence(f"{condition.text}: {_first_text(inner, None)}", None),)
    if truth:
        reason = "; ".join(item.text for item in inner if item.met)
        return False, (Evidence(f"not true here: {condition.text} ({reason})", False),)
    return True, (Evidence(condition.text, True),)


def _first_text(evidence: tuple[Evidence, ...], met: bool | None) -> str:
    return next((item.text for item in evidence if item.met is met), "not decided")


def _statement(code: str, context: Context, judge_code: Callable[[str], bool | None]) -> Outcome:
    truth = judge_code(code)
    name = context.catalogue[code].name
    text = f"{name} not decided" if truth is None else f"{name}: criteria met" if truth else f"{name}: criteria not met"
    return truth, (Evidence(text, truth, code),)


def _none_met(condition: NoneMet, judge_code: Callable[[str], bool | None]) -> Outcome:
    met = [code for code in condition.codes if judge_code(code)]
    if met:
        return False, (Evidence(f"criteria met for {', '.join(met)}", False),)
    unknown = [code for code in condition.codes if judge_code(code) is None]
    if unknown and not condition.undecided_passes:
        return None, (Evidence(f"not decided: {', '.join(unknown)}", None),)
    return True, (Evidence(condition.text, True),)


# -- leads -------------------------------------------------------------------------------------------------------------


def holds_in_lead(rule: LeadRule, lead: str, context: Context) -> bool | None:
    """Return whether a rule holds in one lead; None where a needed measurement or limit is not there."""
    key = (rule.name, lead)
    if key not in context.lead_rules:
        context.lead_rules[key] = _lead_truth(rule.for_lead(lead), lead, context)
    return context.lead_rules[key]


def _lead_truth(condition: Condition, lead: str, context: Context) -> bool | None:
    match condition:
        case Compare():
            return _truth(condition, lead, context)
        case All(parts=parts):
            return conjunction(_lead_truth(part, lead, context) for part in parts)
        case AnyOf(parts=parts):
            return disjunction(_lead_truth(part, lead, context) for part in parts)
        case _:
            raise TypeError(f"a lead rule compares measures of one lead, got {type(condition).__name__}")


def _lead_count(condition: LeadCount, context: Context) -> Outcome:
    rule = condition.rule
    truths = {lead: holds_in_lead(rule, lead, context) for lead in condition.leads}
    if condition.contiguous:
        truth = disjunction(conjunction((truths[a], truths[b])) for a, b in condition.pairs)
    else:
        hits = sum(t is True for t in truths.values())
        possible = hits + sum(t is None for t in truths.values())
        truth = True if hits >= condition.count else False if possible < condition.count else None
    if truth:
        return True, tuple(_lead_evidence(rule, lead, context) for lead, t in truths.items() if t)
    measure = _decisive_measure(rule.condition, condition.leads[0], context)
    return truth, (Evidence(_count_text(condition, truths, truth), truth, measure),)


def _decisive_measure(condition: Condition, lead: str, context: Context) -> str:
    """Measure that a lead rule turns on; of alternatives, one that holds."""
    while not isinstance(condition, Compare):
        match condition:
            case All(parts=parts):
                condition = parts[0]
            case AnyOf(parts=parts):
                condition = next((part for part in parts if _lead_truth(part, lead, context)), parts[0])
            case _:
                raise TypeError(f"a lead rule compares measures of one lead, got {type(condition).__name__}")
    return condition.measure


def _lead_evidence(rule: LeadRule, lead: str, context: Context) -> Evidence:
    measure = _decisive_measure(rule.for_lead(lead), lead, context)
    value = value_of(measure, lead, context)
    unit = UNITS.get(measure, "")
    shown = number(value.value, unit) if value.value is not None else "not measurable"
    limited = f" [{value.limited}]" if value.limited else ""
    text = f"{rule.text} in {lead} ({LABELS[measure]} {shown}){limited}"
    return Evidence(text, True, measure, lead, value.value, unit, value.place)


def _count_text(condition: LeadCount, truths: dict[str, bool | None], truth: bool | None) -> str:
    rule = condition.rule
    where = " ".join(condition.leads)
    if condition.count == 1 and not condition.contiguous:
        needed = f"in at least one lead of {where}"
    else:
        kind = "neighbouring leads" if condition.contiguous else "leads"
        needed = f"in {condition.count} {kind} of {where}"
    what = f"{rule.text} ({rule.detail})"
    hits = [lead for lead, t in truths.items() if t]
    missing = [lead for lead, t in truths.items() if t is None]
    if truth is None:
        return f"{what} {needed} cannot be decided: not measurable in {' '.join(missing)}"
    seen = f"only in {' '.join(hits)}" if hits else "in none of them"
    return f"{what} needed {needed}, found {seen}"
