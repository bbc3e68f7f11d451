"""What a patient is told is read from the facts, whatever the model would have said."""

import pytest

from ecg_chat.conversation.slots import refer, resolve, values
from ecg_chat.conversation.told import (
    RATE_UNKNOWN,
    REGULARITY_UNKNOWN,
    RHYTHM_NOT_NAMED,
    WITH_BREATHING,
    findings_told,
    infarct_told,
    rate_told,
    regularity_told,
    rhythm_told,
)
from ecg_chat.conversation.types import Conversation
from ecg_chat.statements.catalogue import load_catalogue

PLAIN = {code: statement.plain for code, statement in load_catalogue().items()}
FACTS = """rate 98/min within, RR 600-620 ms
rhythm regular, P before 100 % of beats
met 1 CLBBB: QRS 160 ms (at least 120 ms)
classes Conduction Disturbance
conduction: complete left bundle branch block; possible first-degree AV block
chambers: possible left atrial abnormality
rhythm: sinus rhythm
form: abnormal QRS"""


def test_likely_findings_are_told_before_possible_ones_and_unspecific_ones_are_not():
    told = findings_told(FACTS)
    assert told.startswith(PLAIN["CLBBB"])
    assert told.endswith(
        "There may be first-degree AV block, but this is not certain. "
        "There may be left atrial abnormality, but this is not certain."
    )
    assert PLAIN["ABQRS"] not in told


def test_an_unspecific_finding_is_told_where_there_is_no_other():
    assert findings_told("classes none\nform: abnormal QRS\nrhythm: sinus rhythm") == PLAIN["ABQRS"]


def test_the_most_urgent_comes_first_and_three_are_enough():
    facts = (
        "conduction: left anterior fascicular block, third-degree (complete) AV block\n"
        "chambers: left ventricular hypertrophy\nform: low QRS voltage"
    )
    told = findings_told(facts)
    assert told.startswith(PLAIN["3AVB"])
    assert sum(plain in told for plain in PLAIN.values()) == 3


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ("rhythm: sinus rhythm", "SR"),
        ("rhythm: sinus rhythm, atrial fibrillation; possible atrial flutter", "AFIB"),
        ("rhythm regular, P before 100 % of beats\nmet 1 STACH: rate 108/min (above 100/min)", "STACH"),
        ("rhythm: not known; possible atrial fibrillation\nmet 1 SR: P waves", ""),
        ("rhythm irregularly irregular, P not judged", ""),
        ("", ""),
    ],
)
def test_the_rhythm_is_the_one_that_the_facts_name(facts, code):
    assert rhythm_told(facts) == (PLAIN[code] if code else RHYTHM_NOT_NAMED)


def test_a_possible_rhythm_is_told_as_possible():
    assert findings_told("rhythm: sinus rhythm; possible atrial fibrillation") == (
        "There may be atrial fibrillation, but this is not certain."
    )


def test_what_a_number_decides_is_told_whatever_the_network_says():
    assert findings_told("met 1 LNGQT: QTc 520 ms (at least 480 ms)\nclasses none") == PLAIN["LNGQT"]


def test_the_references_become_sentences_and_sentences_references_again():
    known = values(Conversation((), facts=FACTS))
    text = "<|rhythm_told|> Your heart beat <|rate|> times a minute in this recording. <|findings_told|> Ask."
    told = resolve(text, known)
    assert told == f"{PLAIN['SR']} Your heart beat 98 times a minute in this recording. {findings_told(FACTS)} Ask."
    assert refer(told, known) == text


def test_nothing_to_tell_leaves_no_gap():
    known = values(Conversation((), facts="rhythm: sinus rhythm"))
    assert resolve("<|rhythm_told|> <|findings_told|> Nothing else.", known) == f"{PLAIN['SR']} Nothing else."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("rate 52/min below, RR 1100-1200 ms", "Your heart beat 52 times a minute in this recording. "
         "That is below the usual range for adults at rest (60-100/min)."),
        ("rate 120/min, RR 480-510 ms", "Your heart beat 120 times a minute in this recording."),
        ("rate not measurable", RATE_UNKNOWN),
    ],
)  # fmt: skip
def test_the_rate_is_told_with_the_limits_of_an_adult(facts, said):
    assert rate_told(facts) == said


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("rhythm regular, P before 100 % of beats\nrhythm: sinus rhythm", "The beats are regular."),
        ("rhythm irregular, P before 100 % of beats\nrhythm: sinus rhythm", WITH_BREATHING),
        ("rhythm irregular, P before 100 % of beats\nrhythm: sinus arrhythmia", "The beats are not quite regular."),
        ("rhythm irregular, P before 90 % of beats, 2 ventricular ectopic\nrhythm: sinus rhythm",
         "The beats are not quite regular: there are extra beats."),
        ("rhythm irregularly irregular, P not judged\nrhythm: atrial fibrillation", "The beats are irregular."),
        ("rhythm irregular, P before 0 % of beats\nrhythm: not known", "The beats are irregular."),
        ("rhythm unknown, P not judged", REGULARITY_UNKNOWN),
        ("", REGULARITY_UNKNOWN),
    ],
)  # fmt: skip
def test_breathing_is_named_for_uneven_sinus_beats_alone(facts, said):
    assert regularity_told(facts) == said


def test_signs_of_an_infarct_are_told_without_the_advice_and_none_is_no_reassurance():
    assert infarct_told("myocardium: inferior myocardial infarction; possible lateral myocardial infarction") == (
        "There are signs of damage, new or old, to the heart's lower wall. "
        "There may be lateral myocardial infarction, but this is not certain."
    )
    assert infarct_told("chambers: left ventricular hypertrophy") == ""
