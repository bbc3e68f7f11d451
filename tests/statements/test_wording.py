"""What people read: plain words, advice, sources; nothing that must not be said."""

from __future__ import annotations

import re

import pytest

from ecg_chat.measurements.types import LEAD_UNITS, Value
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.conditions import Bound
from ecg_chat.statements.wording import GLOBAL_MEASURES, LABELS, LEAD_MEASURES, comparison, number

FORBIDDEN = (
    r"all clear",
    r"no heart attack",
    r"you have (?!chest pain|symptoms)",
    r"you are (fine|healthy|safe)",
    r"nothing to worry",
    r"(?<!not )\brules? out",
    r"\b(start|stop|change|take|skip) (taking |your )?(the )?(medicine|medication|tablet|drug|pill)",
    r"\bdos(e|es|age|ing)\b",
    r"\b\d+\s?mg\b",
    r"\bdefinitely\b|\bcertainly\b|\bguarantee",
    r"wait and see|can wait|no need to",
    r"\bharmless\b",
)
STATEMENTS = list(load_catalogue().values())


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.code)
def test_no_text_says_what_must_not_be_said(statement):
    for text in (statement.plain, statement.meaning, statement.advice, statement.differs):
        for pattern in FORBIDDEN:
            assert not re.search(pattern, text.lower()), f"{statement.code}: {pattern} in {text!r}"


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.code)
def test_texts_are_sentences_of_a_readable_length(statement):
    for text in (statement.plain, statement.meaning, statement.advice):
        assert text[0].isupper()
        assert text.endswith(".")
    assert 20 <= len(statement.plain) <= 330
    assert 2 <= len(re.findall(r"[.!?](\s|$)", statement.meaning)) <= 4
    assert statement.name[0].islower() or statement.name.startswith(("Wolff", "ST", "T-wave", "Q "))


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.code)
def test_an_emergency_says_when_to_call_and_every_advice_names_the_red_flags(statement):
    if statement.urgency == "emergency":
        assert "call the emergency number now" in statement.plain.lower()
    assert "chest pain" in statement.advice
    assert "emergency number" in statement.advice


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.code)
def test_a_statement_names_a_source_and_either_criteria_or_why_there_are_none(statement):
    assert ": " in statement.source
    assert statement.has_criteria == (statement.criteria is not None)
    assert bool(statement.no_criteria) != statement.has_criteria


def test_infarct_ischaemia_and_complete_block_are_never_routine_or_less():
    urgencies = {statement.code: statement.urgency for statement in STATEMENTS}
    for code in ("STE_", "3AVB", "2AVB", "PMI", "INJAS", "INJIN"):
        assert urgencies[code] == "emergency"
    for code in ("IMI", "AMI", "ISC_", "STD_", "AFIB", "AFLT", "SVTAC", "LNGQT", "ANEUR"):
        assert urgencies[code] == "same-day"


def test_the_normal_ecg_says_that_it_excludes_nothing():
    assert "does not exclude" in load_catalogue()["NORM"].plain


def test_aliases_hold_the_usual_abbreviations():
    wanted = {
        "lbbb": "CLBBB", "rbbb": "CRBBB", "afib": "AFIB", "lvh": "LVH", "pvcs": "PVC", "wpw": "WPW", "long qt": "LNGQT",
        "st elevation": "STE_", "normal ecg": "NORM", "left anterior hemiblock": "LAFB",
        "first degree av block": "1AVB",
    }  # fmt: skip
    owners = {alias: statement.code for statement in STATEMENTS for alias in statement.aliases}
    assert {alias: owners.get(alias) for alias in wanted} == wanted


@pytest.mark.parametrize("name", sorted(GLOBAL_MEASURES | LEAD_MEASURES))
def test_every_measure_has_a_label(name):
    assert LABELS[name]
    assert name in GLOBAL_MEASURES or name in LEAD_MEASURES
    assert (name in LEAD_UNITS) <= (name in LEAD_MEASURES)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(147.6, "ms", "148 ms"), (-0.123, "mV", "-0.12 mV"), (-52.4, "deg", "-52°"), (71.5, "/min", "72/min"),
     (3.0, "", "3"), (0.05, "", "0.05"), (float("inf"), "", "without limit")],
)  # fmt: skip
def test_numbers_are_written_as_readers_write_them(value, unit, text):
    assert number(value, unit) == text


@pytest.mark.parametrize(
    ("value", "bounds", "met", "text"),
    [
        (148.0, (Bound("at_least", 120),), True, "QRS 148 ms (at least 120 ms)"),
        (96.0, (Bound("at_least", 120),), False, "QRS 96 ms, at least 120 ms needed"),
        (118.0, (Bound("at_least", 110), Bound("at_least", 120)), None,
         "QRS 118 ms, at least 110 ms or at least 120 ms needed depending on sex or age"),
        (96.0, (), None, "QRS 96 ms, no published limit for this age"),
        (96.0, (Bound("at_least", float("inf")),), False, "QRS 96 ms, not used at this age"),
    ],
)  # fmt: skip
def test_a_comparison_says_value_and_limit(value, bounds, met, text):
    assert comparison("qrs_ms", None, Value(value, "ms"), bounds, met=met) == text


def test_a_comparison_says_why_a_number_is_missing():
    missing = Value(None, "ms", reason="no P waves")
    assert comparison("pr_ms", None, missing, (Bound("above", 200),), met=None) == "PR not measurable (no P waves)"
