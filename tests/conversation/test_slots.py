import dataclasses

import pytest

from ecg_chat.conversation import concluded
from ecg_chat.conversation import told as to_patient
from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.slots import MISSING, NOT_ASKED, SLOTS, refer, refer_to_asked, resolve, values
from ecg_chat.conversation.types import Conversation, Message, PatientContext
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import judge


@pytest.fixture(scope="module", params=["normal", "clbbb", "af", "inferior_ste", "av_block_1"])
def told(request):
    measurements = measure(make_ecg(request.param).ecg)
    patient = PatientContext(63, "female")
    facts = describe(measurements, judge(measurements, age_years=63, sex="female"), patient)
    return measurements, Conversation((), patient, facts=facts)


@pytest.mark.parametrize(
    ("slot", "key"),
    [
        ("rate", "heart_rate_bpm"), ("p", "p_ms"), ("pr", "pr_ms"), ("qrs", "qrs_ms"), ("qt", "qt_ms"),
        ("qtc", "qtc_fridericia_ms"), ("axis", "qrs_axis_deg"),
    ],
)  # fmt: skip
def test_a_reference_gives_the_measured_value(told, slot, key):
    measurements, conversation = told
    measured = measurements.get(key)
    wanted = MISSING if measured is None else f"{measured:.0f}"
    assert resolve(f"<|{slot}|>", values(conversation)) == wanted


def test_st_of_a_lead_is_that_lead_s_value(told):
    measurements, conversation = told
    known = values(conversation)
    for lead in measurements.leads:
        value = measurements.get("st_j_mv", lead)
        if value is not None and abs(round(value, 2)) > 0.05:
            assert resolve(f"<|st_{lead}|>", known) == f"{value:+.2f}"


def test_what_an_answer_states_becomes_a_reference_again(told):
    _, conversation = told
    known = values(conversation)
    written = "at <|rate|>/min. PR <|pr|> ms, QRS <|qrs|> ms, QTc <|qtc|> ms. The QRS axis is <|axis|>°. <|why1|>."
    filled = {k: v for k, v in known.items() if f"<|{k}|>" in written}
    text = resolve(written, filled)
    assert resolve(refer(text, known), known) == text
    assert all(f"<|{name}|>" in refer(text, known) for name in filled)


def test_a_question_cannot_plant_a_value():
    known = values(Conversation((), facts="rate 70/min within\nnot a line: PR x"))
    nothing = {
        "rhythm_told": to_patient.RHYTHM_NOT_NAMED, "findings_told": "", "rate_told": to_patient.RATE_UNKNOWN,
        "regularity_told": to_patient.REGULARITY_UNKNOWN, "infarct_told": "", "infarct": "", "grounds": "",
        "shown": to_patient.NOTHING_STANDS_OUT, "advice": to_patient.NOTHING_URGENT, "st_t": concluded.ST_UNKNOWN,
        "conclusion": "A rhythm that could not be classified at a rate that could not be measured.",
        "rhythm_named": "a rhythm that could not be classified",
        "Rhythm_named": "A rhythm that could not be classified",
        "rhythm_section": "Rhythm: a rhythm that could not be classified at a rate that could not be measured.",
        "conduction_section": "Conduction: no disturbance seen.", "chambers_section": "Chambers: no hypertrophy seen.",
        "myocardium_section": "Myocardium: no sign of an infarction seen.", "st_t_found": "",
    }  # fmt: skip
    said = {
        "rhythm_section": "Rhythm: a rhythm that could not be classified at 70/min.",
        "rate": "70", "rate_word": "within", "conclusion": "A rhythm that could not be classified at 70/min.",
        "rate_told": "Your heart beat 70 times a minute in this recording. "
        "That is within the usual range for adults at rest (60-100/min).",
    }  # fmt: skip
    assert known == nothing | said
    changed = dataclasses.replace(Conversation(()), facts="")
    assert values(changed) == nothing
    assert resolve("<|qrs|> ms", {}) == f"{MISSING} ms"


def test_every_reference_is_one_word_between_marks():
    assert all(resolve(slot, {slot[2:-2]: "x"}) == "x" for slot in SLOTS)


def test_a_reason_belongs_to_the_statement_that_is_named():
    facts = "met 1 CLBBB: QRS 168 ms (at least 120 ms)\nmet 2 SR: no flutter waves found"
    known = values(Conversation((), facts=facts))
    told = resolve("Complete left bundle branch block: <|why2|>. Sinus rhythm: <|why2|>. WPW pattern: <|why1|>.", known)
    assert told.startswith("Complete left bundle branch block: QRS 168 ms (at least 120 ms). Sinus rhythm: no flutter")
    assert resolve("Left ventricular hypertrophy: <|why1|>.", known).endswith("the measured criteria are not met.")
    assert resolve("<|why2|>", known) == "no flutter waves found"


def test_the_asked_statement_is_named_by_the_program_and_not_by_the_model():
    conversation = Conversation((Message("user", "LVH?", asked="left ventricular hypertrophy"),))
    known = values(conversation)
    said = "Possibly. Left ventricular hypertrophy is not certain; look for left ventricular hypertrophy again."
    written = refer(said, known)
    assert written == "Possibly. <|Asked|> is not certain; look for <|asked|> again."
    assert resolve(written, known) == said


def test_a_reason_belongs_to_the_asked_statement():
    known = {"asked": "complete left bundle branch block", "Asked": "Complete left bundle branch block"}
    known |= {"reason CLBBB": "QRS 148 ms (at least 120 ms)", "why1": "something else"}
    assert resolve("<|Asked|>: <|why1|>.", known) == "Complete left bundle branch block: QRS 148 ms (at least 120 ms)."


def test_what_an_earlier_question_asked_about_is_not_what_this_one_does():
    earlier = Message("user", "LVH?", asked="left ventricular hypertrophy")
    conversation = Conversation((earlier, Message("assistant", "No."), Message("user", "And the rate?")))
    assert "asked" not in values(conversation)
    assert resolve("no sign of <|asked|>", values(conversation)) == "no sign of this"


def test_what_a_finding_means_is_the_catalogues_text_of_the_one_that_was_asked_about():
    question = Message("user", "What does STD mean?", "", "non-specific ST depression", "STD_")
    known = values(Conversation((question,)))
    statement = load_catalogue()["STD_"]
    text = "In general, <|asked|> means: <|plain|> It was not found in your recording."
    told = resolve(text, known)
    assert told == (
        f"In general, non-specific ST depression means: {statement.plain} It was not found in your recording."
    )
    assert refer(told, known) == text
    assert resolve("<|Asked|>: <|meaning|>", known).endswith(statement.meaning)
    assert resolve(text.replace("plain", "why1"), known) == resolve(text.replace("plain", "grounds"), known) == told
    to_a_patient = values(Conversation((question,), audience="patient"))
    assert resolve(text.replace("plain", "meaning"), to_a_patient) == told
    assert refer_to_asked(told, question.asked, question.asked_code) == text


def test_under_a_name_of_several_it_is_said_which_of_them_is_told():
    question = Message("user", "What is an AV block?", "", "AV block", "3AVB")
    told = resolve("In general, an <|asked|> means: <|plain|>", values(Conversation((question,), audience="patient")))
    assert told.startswith("In general, an AV block means: for example third-degree (complete) AV block. ")
    assert told.endswith(load_catalogue()["3AVB"].plain)


def test_a_reason_that_begins_a_sentence_begins_with_a_capital():
    known = values(Conversation((), facts="met 1 ASMI: pathological Q in V1 (Q duration 72 ms)"))
    text = "Yes, there are signs of anteroseptal myocardial infarction. <|why1|>. Anteroseptal infarct: <|why1|>."
    told = resolve(text, known)
    assert "infarction. Pathological Q in V1 (Q duration 72 ms). Anteroseptal infarct: pathological Q" in told
    assert refer(told, known) == text


def test_a_meaning_of_nothing_says_so():
    assert resolve("<|plain|>", values(Conversation((Message("user", "Why?"),)))) == NOT_ASKED
