"""Shares of verdicts, and the word that an answer begins with."""

from collections import Counter

import pytest

from ecg_chat.evaluation.claim_shares import claim_shares
from ecg_chat.evaluation.verify_questions import Verified, agreement, said


def test_shares_pool_the_claims_of_all_records():
    counts = [Counter(supported=3, contradicted=1), Counter({"supported": 4, "not checkable": 2}), Counter()]
    result = claim_shares(counts, n_answers=6)
    assert (result["answers"], result["claims"], result["claims per answer"]) == (6, 10, 1.67)
    assert [result[v]["value"] for v in ("supported", "contradicted", "not checkable")] == [0.7, 0.1, 0.2]
    low, high = result["contradicted"]["interval"]
    assert low == 0 and high >= 0.1


def test_no_claim_is_no_share():
    assert claim_shares([Counter(), Counter()], 2)["supported"] == {"value": None, "interval": None}


@pytest.mark.parametrize(
    ("text", "word"),
    [("Yes. It is.", "Yes"), ("no, it is not", "No"), ("Possibly.", "Possibly"), ("Nothing", "other"), ("", "other")],
)
def test_the_first_word_is_what_was_said(text, word):
    assert said(text) == word


def test_agreement_of_a_hand_worked_case():
    answers = [("Yes", True), ("Possibly", True), ("No", True), ("No", False), ("other", False)]
    result = agreement([Verified("AFIB", label, word) for word, label in answers])
    assert (result["n"], result["unparsed"]) == (5, 1)
    assert result["sensitivity"]["value"] == pytest.approx(2 / 3, abs=1e-3)
    assert result["specificity"]["value"] == 0.5
    assert agreement([])["sensitivity"] == {"n": 0, "value": None, "interval": None}
