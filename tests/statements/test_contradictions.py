"""A catalogue that contradicts itself is refused, with the place of the mistake."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ecg_chat.errors import CatalogueError
from ecg_chat.statements.catalogue import FOLDER, build_catalogue, read_catalogue

SHARED: dict[str, Any] = {
    "advice": {"emergency": "Go.", "same-day": "Today.", "routine": "Show it.", "none": "Nothing."},
    "sources": {"A": {"grade": "P", "reference": "A paper"}},
    "limits": {
        "wide": {"sources": ["A"], "rows": [{"age_from": 16, "at_least": 120}, {"age_below": 16, "above": 100}]}
    },
    "rules": {
        "lead": {"up": {"text": "ST elevation", "detail": "0.1 mV", "each": {"measure": "st_j_mv", "at_least": 0.1}}},
        "rule": {"unpaced": {"fact": "unpaced"}},
    },
}
STATEMENT: dict[str, Any] = {
    "name": "wide beat",
    "plain": "The beat is wide.",
    "meaning": "The beat is wide. That is all.",
    "urgency": "routine",
    "kinds": ["form"],
    "superclass": "",
    "leads": ["V1"],
    "mimics": ["B"],
    "sources": ["A"],
    "aliases": ["wide beat"],
    "criteria": {"guards": ["unpaced"], "all": [{"measure": "qrs_ms", "limit": "wide"}]},
}
OTHER = {**STATEMENT, "mimics": ["A"], "aliases": ["other"], "criteria": {"all": [{"measure": "qrs_ms", "above": 1}]}}


def build(change=None, shared_change=None):
    shared, groups = copy.deepcopy(SHARED), [{"A": copy.deepcopy(STATEMENT)}, {"B": copy.deepcopy(OTHER)}]
    if change is not None:
        change(groups[0]["A"])
    if shared_change is not None:
        shared_change(shared)
    return build_catalogue(shared, groups)


def with_condition(condition):
    return lambda statement: statement.update(criteria={"all": [condition]})


def test_the_small_catalogue_is_right_as_it_stands():
    catalogue = build()
    assert list(catalogue) == ["A", "B"]
    assert catalogue["A"].source == "A: A paper"
    assert catalogue["A"].advice == "Show it."


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s.update(colour="red"), "unknown key 'colour'"),
        (lambda s: s.pop("plain"), "'plain' is missing"),
        (lambda s: s.update(plain=" "), "expected a text"),
        (lambda s: s.update(urgency="soon"), "urgency 'soon'"),
        (lambda s: s.update(urgency="emergency"), "emergency number"),
        (lambda s: s.update(kinds=["shape"]), "kinds"),
        (lambda s: s.update(kinds=[]), "kinds"),
        (lambda s: s.update(superclass="X"), "superclass"),
        (lambda s: s.update(leads=["V9"]), "unknown lead 'V9'"),
        (lambda s: s.update(mimics=["ZZ"]), "the mimic 'ZZ'"),
        (lambda s: s.update(mimics=["A"]), "the mimic 'A'"),
        (lambda s: s.update(covered_by=["ZZ"]), "covered_by"),
        (lambda s: s.update(sources=[]), "needs a source"),
        (lambda s: s.update(sources=["B"]), "unknown source 'B'"),
        (lambda s: s.update(aliases=["other"]), "names both"),
        (lambda s: s.update(aliases=["Wide Beat"]), "lower-case"),
        (lambda s: s.update(aliases=["120"]), "lower-case"),
        (lambda s: s.update(aliases=[]), "at least one alias"),
        (lambda s: s.update(no_criteria="both"), "either 'criteria' or 'no_criteria'"),
        (lambda s: s.pop("criteria"), "either 'criteria' or 'no_criteria'"),
        (lambda s: s.update(criteria={"guards": ["nobody"], "all": [{"fact": "regular"}]}), "unknown rule 'nobody'"),
        (lambda s: s.update(criteria={"child": [{"fact": "regular"}]}), "expected 'all' or 'adult'"),
        (lambda s: s.update(criteria={"all": [{"fact": "regular"}], "adult": [{"fact": "regular"}]}), "every age"),
        (lambda s: s.update(criteria={"all": []}), "list of conditions"),
        (with_condition({"measure": "qrs_width", "above": 1}), "'qrs_width' is not a global measure"),
        (with_condition({"measure": "st_j_mv", "above": 1}), "not a global measure"),
        (with_condition({"measure": "qrs_ms", "lead": "V1", "above": 1}), "not a measure of lead V1"),
        (with_condition({"measure": "st_j_mv", "lead": "v1", "above": 1}), "unknown lead 'v1'"),
        (with_condition({"measure": "qrs_ms"}), "expected one limit"),
        (with_condition({"measure": "qrs_ms", "above": 1, "below": 2}), "expected one limit"),
        (with_condition({"measure": "qrs_ms", "above": "1"}), "expected a number"),
        (with_condition({"measure": "qrs_ms", "above": True}), "expected a number"),
        (with_condition({"measure": "q_mv", "lead": "I", "absent": False}), "absent = true"),
        (with_condition({"measure": "qrs_ms", "limit": "narrow"}), "unknown limit 'narrow'"),
        (with_condition({"fact": "sunny"}), "unknown fact 'sunny'"),
        (with_condition({"rule": "none"}), "unknown rule 'none'"),
        (with_condition({"statement": "C"}), "unknown code 'C'"),
        (with_condition({"none_met": ["C"], "text": "no C"}), "unknown code 'C'"),
        (with_condition({"none_met": ["B"]}), "'text' is missing"),
        (with_condition({"not": {"fact": "regular"}}), "'text' is missing"),
        (with_condition({"any": "V1"}), "list of conditions"),
        (with_condition("regular"), "condition in braces"),
        (with_condition({"fact": "regular", "rule": "unpaced"}), "one kind of condition"),
        (with_condition({"count": 2, "of": ["V1", "V2"], "each": "down"}), "unknown lead rule 'down'"),
        (with_condition({"count": 3, "of": ["V1", "V2"], "each": "up"}), "cannot be counted"),
        (with_condition({"count": 1, "of": ["V1", "V1"], "each": "up"}), "cannot be counted"),
        (with_condition({"count": 2, "contiguous": True, "of": ["I", "V1"], "each": "up"}), "are neighbours"),
        (with_condition({"count": 3, "contiguous": True, "of": ["V1", "V2", "V3"], "each": "up"}), "in pairs"),
        (with_condition({"count": 1, "of": ["V1"], "each": "up", "text": "x"}), "unknown key 'text'"),
        (with_condition({"statement": "A"}), "wait for each other"),
    ],
)
def test_a_contradiction_in_a_statement_is_refused(change, words):
    with pytest.raises(CatalogueError) as caught:
        build(change)
    assert words in str(caught.value)
    assert "A" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s["limits"]["wide"].update(sources=["B"]), "unknown source 'B'"),
        (lambda s: s["limits"]["wide"]["rows"].append({"age_from": 10, "above": 1}), "two rows"),
        (lambda s: s["limits"]["wide"]["rows"].append({"sex": "both", "above": 1}), "sex is 'both'"),
        (lambda s: s["limits"]["wide"].update(rows=[{"age_from": 5, "age_below": 5, "above": 1}]), "no span"),
        (lambda s: s["limits"]["wide"].update(rows=[{"age_from": 5}]), "expected one of"),
        (lambda s: s["limits"]["wide"].update(unit="ms"), "unknown key 'unit'"),
        (lambda s: s["rules"]["lead"]["up"].update(each={"measure": "qrs_ms", "above": 1}), "not a measure of a lead"),
        (
            lambda s: s["rules"]["lead"]["up"].update(special={"V9": {"measure": "t_mv", "above": 1}}),
            "unknown lead 'V9'",
        ),
        (lambda s: s["rules"]["lead"]["up"].pop("detail"), "'detail' is missing"),
        (
            lambda s: s["rules"]["rule"].update(loop={"rule": "later"}, later={"fact": "regular"}),
            "unknown rule 'later'",
        ),
    ],
)
def test_a_contradiction_in_limits_or_rules_is_refused(change, words):
    with pytest.raises(CatalogueError, match=words):
        build(shared_change=change)


def test_statements_that_wait_for_each_other_are_refused():
    groups = [{"A": {**STATEMENT, "criteria": {"all": [{"statement": "B"}]}}}]
    groups.append({"B": {**OTHER, "criteria": {"guards": ["unpaced"], "all": [{"none_met": ["A"], "text": "no A"}]}}})
    with pytest.raises(CatalogueError, match="A → B → A"):
        build_catalogue(SHARED, groups)


def test_a_code_in_two_files_is_refused():
    with pytest.raises(CatalogueError, match="A is in the catalogue twice"):
        build_catalogue(SHARED, [{"A": STATEMENT}, {"A": STATEMENT}])


def test_a_missing_file_and_broken_toml_are_refused_with_the_file_name(tmp_path):
    with pytest.raises(CatalogueError, match=r"limits\.toml"):
        read_catalogue(tmp_path)
    for path in FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert len(read_catalogue(tmp_path)) == 71
    (tmp_path / "rhythm.toml").write_text("[SR\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"rhythm\.toml is not valid TOML"):
        read_catalogue(tmp_path)
