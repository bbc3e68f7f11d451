"""Kleene's logic: what is not measured is neither true nor false, and measuring it never turns a verdict around."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.measurements.types import GLOBAL_UNITS, LEAD_UNITS, Measurements, Value
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.conditions import All, AnyOf, Bound, Compare, Condition, Not
from ecg_chat.statements.context import Context
from ecg_chat.statements.evaluate import conjunction, disjunction, evaluate
from ecg_chat.statements.judge import judge

TRUTHS = st.sampled_from([True, False, None])
MEASURES = sorted(GLOBAL_UNITS)


def negated(truth):
    return None if truth is None else not truth


@given(st.lists(TRUTHS))
def test_de_morgan_and_order_independence(truths):
    assert negated(conjunction(truths)) == disjunction(negated(t) for t in truths)
    assert conjunction(truths) == conjunction(reversed(truths))
    assert disjunction(truths) == disjunction(reversed(truths))


@given(st.lists(TRUTHS, min_size=1))
def test_knowing_more_never_turns_a_decision_around(truths):
    for known in ([True if t is None else t for t in truths], [False if t is None else t for t in truths]):
        for combine in (conjunction, disjunction):
            if combine(truths) is not None:
                assert combine(known) == combine(truths)


def conditions() -> st.SearchStrategy[Condition]:
    leaf = st.builds(
        Compare,
        st.sampled_from(MEASURES),
        st.builds(Bound, st.sampled_from(["at_least", "above", "at_most", "below"]), st.integers(-200, 600).map(float)),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
            st.builds(Not, inner, st.just("not so")),
        ),
        max_leaves=6,
    )


def truth_of(condition: Condition, measurements: Measurements):
    def no_codes(code: str) -> bool | None:
        raise AssertionError(code)

    return evaluate(condition, Context(measurements, 50.0, "male", load_catalogue()), no_codes)


@settings(max_examples=150, deadline=None)
@given(conditions(), st.sets(st.sampled_from(MEASURES), max_size=8))
def test_hiding_measurements_makes_a_condition_undecided_at_most(build, condition, hidden):
    whole, _ = truth_of(condition, build())
    part, evidence = truth_of(condition, build(missing=tuple(hidden)))
    assert whole is not None
    assert part in (whole, None)
    assert evidence
    assert (part is None) <= any(item.met is None for item in evidence)
    if part is False:
        assert any(item.met is False for item in evidence)


def random_measurements(build, draw) -> Measurements:
    """A recording with any numbers, some of them missing."""
    plain = build()
    numbers = st.one_of(st.none(), st.floats(-3, 3))

    def some(unit: str, scale: float) -> Value:
        number = draw(numbers)
        return Value(None, unit, reason="hidden") if number is None else Value(number * scale, unit)

    scale = {"ms": 200.0, "/min": 80.0, "deg": 60.0}
    return dataclasses.replace(
        plain,
        overall={name: some(unit, scale.get(unit, 1.0)) for name, unit in GLOBAL_UNITS.items()},
        per_lead={
            lead: {name: some(unit, scale.get(unit, 1.0)) for name, unit in LEAD_UNITS.items()}
            for lead in draw(st.lists(st.sampled_from(STANDARD_LEADS), unique=True, max_size=12))
        },
    )


@settings(max_examples=25, deadline=None)
@given(st.data(), st.one_of(st.none(), st.floats(0, 110)), st.sampled_from([None, "male", "female"]))
def test_any_measurements_are_judged_without_an_error(build, data, age, sex):
    result = judge(random_measurements(build, data.draw), age_years=age, sex=sex)
    assert list(result) == list(load_catalogue())
    for code, judgement in result.items():
        assert judgement.code == code
        if judgement.verdict == "met":
            assert all(item.met for item in judgement.evidence)
        elif judgement.verdict == "rejected":
            assert judgement.failed
        elif judgement.verdict == "undecided":
            assert any(item.met is None for item in judgement.evidence)
        else:
            assert not load_catalogue()[code].has_criteria


@pytest.mark.parametrize("name", ["pr_ms", "qrs_ms", "qtc_fridericia_ms", "heart_rate_bpm", "qrs_axis_deg"])
def test_a_number_that_is_missing_decides_nothing_that_needs_it(name, build):
    whole = judge(build(), age_years=50, sex="male")
    part = judge(build(missing=(name,)), age_years=50, sex="male")
    for code, judgement in part.items():
        assert judgement.verdict in (whole[code].verdict, "undecided"), code
    assert part["NORM"].verdict == "undecided"
