"""Which statements the measurements support, which they reject, and why."""

from __future__ import annotations

from collections.abc import Mapping

from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import Sex
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.conditions import Criteria
from ecg_chat.statements.context import Context
from ecg_chat.statements.evaluate import evaluate
from ecg_chat.statements.types import Evidence, Finding, Judgement, Statement, Verdict

URGENCY_ORDER: Mapping[str, int] = {"emergency": 0, "same-day": 1, "routine": 2, "none": 3}


def judge(measurements: Measurements, *, age_years: float | None, sex: Sex | None) -> Mapping[str, Judgement]:
    """Judge every statement of the catalogue on one recording.

    Parameters
    ----------
    measurements : Measurements
        What was measured.
    age_years : float or None
        Age in years. None: adult limits are used and each text says so. Below 16 years only limits that were
        published for children are used; a statement without one is undecided.
    sex : {"male", "female"} or None
        None leaves undecided what the limits of the two sexes would decide differently.

    Returns
    -------
    mapping of str to Judgement
        Every code of the catalogue, in its order.
    """
    catalogue = load_catalogue()
    context = Context(measurements, age_years, sex, catalogue)
    return {code: _judgement(code, context) for code in catalogue}


def found(judgements: Mapping[str, Judgement]) -> tuple[Finding, ...]:
    """Return the statements whose criteria are met, the urgent ones first.

    A statement that a more specific one covers is left out: "sinus rhythm" where "sinus tachycardia" was found. Its
    judgement is "met" all the same.
    """
    catalogue = load_catalogue()
    codes = {code for code, judgement in judgements.items() if judgement.verdict == "met"}
    met = [judgements[code] for code in codes if not codes.intersection(catalogue[code].covered_by)]
    order = {code: place for place, code in enumerate(catalogue)}
    met.sort(key=lambda judgement: order[judgement.code])
    met.sort(key=lambda judgement: URGENCY_ORDER[catalogue[judgement.code].urgency])
    return tuple(Finding(judgement.code, "criteria", judgement.evidence) for judgement in met)


def explain(judgement: Judgement, catalogue: Mapping[str, Statement]) -> str:
    """Say in one sentence how a statement came out: what was needed and what was measured.

    Raises
    ------
    KeyError
        If the judgement is of a code that the catalogue does not have.
    """
    statement = catalogue[judgement.code]
    head = f"{statement.name} ({judgement.code})"
    match judgement.verdict:
        case "met":
            return f"{head}: {_join(judgement.evidence, True)}."
        case "rejected":
            return f"Not {head}: {_join(judgement.evidence, False)}."
        case "undecided":
            return f"{head} cannot be decided: {_join(judgement.evidence, None)}."
        case "no criteria":
            return f"{head} cannot be checked by measurements: {statement.no_criteria}."


def _join(evidence: tuple[Evidence, ...], met: bool | None) -> str:
    texts = dict.fromkeys(item.text for item in evidence if item.met is met)
    return "; ".join(texts) or "no single condition decided it"


def _judgement(code: str, context: Context) -> Judgement:
    known = context.judgements.get(code)
    if known is None:
        criteria = context.catalogue[code].criteria
        known = Judgement(code, "no criteria") if criteria is None else _decide(code, criteria, context)
        context.judgements[code] = known
    return known


def _decide(code: str, criteria: Criteria, context: Context) -> Judgement:
    def judge_code(other: str) -> bool | None:
        verdict = _judgement(other, context).verdict
        return {"met": True, "rejected": False}.get(verdict)

    evidence: tuple[Evidence, ...] = ()
    guards_hold: bool | None = True
    for guard in criteria.guards:
        holds, why = evaluate(guard, context, judge_code)
        if holds is False:
            # The rules were not made for such a recording: this neither supports nor rejects the statement.
            text = "; ".join(item.text for item in why if item.met is False)
            return Judgement(code, "undecided", (Evidence(f"these criteria do not apply: {text}", None),))
        if holds is None:
            guards_hold = None
            evidence += tuple(item for item in why if item.met is None)
    condition = criteria.child if context.is_child else criteria.adult
    if condition is None:
        age = f"{context.age_years:.0f} years"
        return Judgement(code, "undecided", (Evidence(f"the criteria are for adults, the person is {age} old", None),))
    truth, main = evaluate(condition, context, judge_code)
    if truth and guards_hold is None:
        truth = None
    verdict: Verdict = "undecided" if truth is None else "met" if truth else "rejected"
    if verdict == "met":
        evidence = ()
    return Judgement(code, verdict, main + evidence)
