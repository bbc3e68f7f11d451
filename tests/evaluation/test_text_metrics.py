"""Metrics of reports against cases worked by hand."""

import math

import pytest

from ecg_chat.evaluation.cider import cider_d
from ecg_chat.evaluation.report_words import words
from ecg_chat.evaluation.text_metrics import text_scores


def test_words_are_lower_case_without_punctuation():
    assert words("Sinus rhythm; ST-T changes in V5, aVL (0.1 mV).") == [
        "sinus", "rhythm", "st-t", "changes", "in", "v5", "avl", "0.1", "mv",
    ]  # fmt: skip


def test_bleu_of_a_hand_worked_case():
    scores = text_scores(["sinus rhythm normal ecg", "normal ecg"], ["sinus rhythm abnormal ecg", "normal ecg today"])
    # 1-grams 3/4 and 2/2 → 5/6; 2-grams 1/3 and 1/1 → 2/4; 3-grams 0/2 → 0. 6 words written, 7 in the references.
    brevity = math.exp(1 - 7 / 6)
    assert scores["BLEU-1"]["value"] == pytest.approx(brevity * 5 / 6, abs=1e-4)
    assert scores["BLEU-2"]["value"] == pytest.approx(brevity * math.sqrt(5 / 6 * 1 / 2), abs=1e-4)
    assert scores["BLEU-3"]["value"] == 0
    low, high = scores["BLEU-1"]["interval"]
    assert low <= scores["BLEU-1"]["value"] <= high


def test_rouge_of_a_hand_worked_case():
    scores = text_scores(["rhythm sinus normal"], ["sinus rhythm normal ecg"])
    assert scores["ROUGE-1"]["value"] == pytest.approx(2 * 1 * 0.75 / 1.75, abs=1e-4)
    assert scores["ROUGE-2"]["value"] == 0
    assert scores["ROUGE-L"]["value"] == pytest.approx(2 * (2 / 3) * (2 / 4) / (2 / 3 + 2 / 4), abs=1e-4)


def test_meteor_of_a_hand_worked_case_matches_stems():
    value = text_scores(["sinus rhythms normal"], ["sinus rhythm abnormal"])["METEOR"]["value"]
    # Two of three words match in one chunk: P = R = 2/3, F = 10PR/(R + 9P) = 2/3, penalty 0.5 · (1/2)³ = 1/16.
    assert value == pytest.approx(2 / 3 * (1 - 1 / 16), abs=1e-4)


def test_cider_d_of_a_hand_worked_case():
    said = [["a", "b"], ["c", "c"]]
    references = [["a", "b"], ["c", "d", "e"]]
    first, second = cider_d(said, references)
    # First: cosine 1 for 1- and 2-grams, no 3- and 4-grams: 10 · 2/4.
    assert first == pytest.approx(5.0)
    # Second: all n-grams are equally rare. 1-grams: min(2, 1) · 1 / (2 · √3); nothing else is shared; one word short.
    assert second == pytest.approx(10 * math.exp(-1 / 72) * (1 / (2 * math.sqrt(3))) / 4)


def test_cider_d_gives_nothing_for_what_every_reference_says():
    assert cider_d([["a"], ["a"]], [["a"], ["a"]]) == [0.0, 0.0]


def test_the_reference_itself_has_full_marks_and_silence_has_none():
    references = ["sinus rhythm with first degree av block", "atrial fibrillation with rapid ventricular response"]
    full = text_scores(references, references)
    assert all(full[name]["value"] == pytest.approx(1) for name in ("BLEU-4", "ROUGE-1", "ROUGE-2", "ROUGE-L"))
    assert full["METEOR"]["value"] > 0.99
    assert full["CIDEr-D"]["value"] == pytest.approx(10)
    none = text_scores(["", ""], references)
    assert {name: none[name]["value"] for name in none} == dict.fromkeys(none, 0)
