"""Questions in words that were not trained on, and what counts as an answer to them."""

from __future__ import annotations

import re

import pytest

from ecg_chat.chat.sentences import split
from ecg_chat.conversation.groups import GROUPS
from ecg_chat.evaluation.wordings import Wording, answers_it, tally, unseen_wordings
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.training.dialogue import symptom_talk
from ecg_chat.training.dialogue.comparisons import EARLIER, OVER, OWN
from ecg_chat.training.dialogue.measure_questions import FRAMES, MEASURES, TERMS
from ecg_chat.training.dialogue.phrases import TOPICS, lay_questions, other_questions, questions
from ecg_chat.training.dialogue.variation import told_before

UNSEEN = unseen_wordings()


def bare(question: str) -> str:
    return re.sub(r"[^a-z0-9 ]", "", question.lower()).strip()


def trained_questions():
    """Everything that people say in training conversations, before small changes."""
    statements = load_catalogue().values()
    names = [alias for s in statements for alias in (s.name, *s.aliases)]
    names += [asked for group in GROUPS.values() for asked in group.asked]
    fillers = {"name": names, "topic": TOPICS, "term": [word for words, _ in TERMS.values() for word in words]}
    for question in (q for phrases in questions().values() for q in phrases):
        slot = next((key for key in fillers if f"{{{key}}}" in question), "")
        yield from (question.replace(f"{{{slot}}}", word) for word in (fillers[slot] if slot else [""]))
    yield from (q for phrases in lay_questions().values() for q in phrases)
    yield from other_questions()
    yield from (frame.format(m=word) for frame in FRAMES for words in MEASURES.values() for word in words)
    yield from (q for kinds in symptom_talk.REPLIES.values() for phrases in kinds.values() for q in phrases)
    yield from (q for table in (OWN, EARLIER, OVER) for phrases in table.values() for q in phrases)


def test_no_wording_was_trained_on():
    trained = {bare(question) for question in trained_questions()}
    assert [w.question for w in UNSEEN if bare(w.question) in trained] == []
    assert len({w.question for w in UNSEEN}) == len(UNSEEN) > 300


def test_nobody_trains_on_what_is_told_around_them():
    told = {bare(statement) for statement in told_before()}
    for wording in (w for w in UNSEEN if w.among_statements):
        parts = {bare(part.raw) for part in split(wording.question)}
        assert not parts & told, wording.question


@pytest.mark.parametrize(
    ("kind", "code", "question", "answer", "right"),
    [
        ("rate", "", "Ticker speed?", "The heart rate is 72/min, within the usual 60-100/min.", True),
        ("rate", "", "Ticker speed?", "The QRS duration is 84 ms.", False),
        ("pr", "", "PQ?", "The PR interval is 134 ms, normal (usual 120-200 ms).", True),
        ("pr", "", "PQ?", "Sinus rhythm at 77/min. PR 134 ms, QRS 84 ms.", False),
        ("qrs", "", "QRS?", "The QRS axis is 43°, normal.", False),
        ("is there", "LVH", "LVH?", "No, there is no sign of left ventricular hypertrophy in this recording.", True),
        ("is there", "LVH", "LVH?", "No, there is no sign of right ventricular hypertrophy.", False),
        ("is there", "LVH", "LVH?", "The heart rate is 72/min.", False),
        ("is there", "AFIB", "af", "Yes, the rhythm is atrial fibrillation at 91/min.", True),
        ("off topic", "", "A limerick!", "I can only help with this ECG. You can ask me about …", True),
        ("off topic", "", "A limerick!", "Yes, the rhythm is sinus rhythm at 77/min.", False),
        ("mean", "WPW", "wpw?", load_catalogue()["WPW"].plain, True),
        ("mean", "WPW", "wpw?", "The PR interval is 134 ms.", False),
    ],
)
def test_an_answer_has_to_be_about_what_was_asked(kind, code, question, answer, right):
    assert answers_it(Wording("clinician", kind, code, question), answer) is right


def test_every_kind_has_a_rule_and_shares_are_counted_by_kind():
    assert all(isinstance(answers_it(wording, ""), bool) for wording in UNSEEN)
    first, second = UNSEEN[0], UNSEEN[200]
    rows = tally([(first, True), (first, False), (second, True)])
    assert rows["all kinds"]["n"] == 3
    assert rows["all kinds"]["value"] == 0.667
    assert rows[f"{first.audience}, {first.kind}"]["value"] == 0.5
    assert "among statements" not in rows


def test_questions_among_statements_are_counted_by_themselves():
    alone, among = UNSEEN[0], UNSEEN[-1]
    assert among.among_statements
    rows = tally([(alone, True), (among, False)])
    assert rows["all kinds"] == rows[f"{alone.audience}, all kinds"]
    assert (rows["all kinds"]["n"], rows["all kinds"]["value"]) == (1, 1.0)
    assert rows["among statements"]["value"] == rows[f"{among.audience}, among statements"]["value"] == 0.0
    assert f"{among.audience}, {among.kind}" not in rows
