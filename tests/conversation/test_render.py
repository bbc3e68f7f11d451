from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.conversation.facts import describe
from ecg_chat.conversation.render import MARKS, neutralise, patient_line, render
from ecg_chat.conversation.types import Conversation, Message, PatientContext
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.judge import judge


@given(st.text())
def test_no_text_of_a_person_becomes_a_mark(text):
    patient = PatientContext(symptoms=text, history=text)
    conversation = Conversation((Message("user", text),), patient, facts="rate 70/min")
    prompt = "".join(s.text for s in render(conversation, for_completion=True))
    assert [prompt.count(mark) for mark in MARKS] == [1, 1, 1, 2, 1]


def test_pieces_that_would_join_to_a_mark_are_broken():
    assert all(mark not in neutralise("<<|end|>|end|>" * 3) for mark in MARKS)


def test_what_is_not_stated_is_not_invented():
    assert patient_line(PatientContext()) == "patient: not stated"
    assert patient_line(PatientContext(age_years=63.4, sex="female", symptoms="chest\npain")) == (
        "patient: 63 y, female; symptoms: chest pain"
    )


def test_long_free_text_is_shortened_at_a_word():
    line = patient_line(PatientContext(history="word " * 500))
    assert len(line) < 200
    assert line.endswith("word …")


def test_facts_state_what_was_measured_and_nothing_else():
    measurements = measure(make_ecg("av_block_1").ecg)
    facts = describe(measurements, judge(measurements, age_years=60, sex="male"))
    assert f"PR {measurements.get('pr_ms'):.0f} ms" in facts
    assert f"rate {measurements.get('heart_rate_bpm'):.0f}/min" in facts
    assert " 1AVB: PR " in facts


def test_a_number_that_was_not_measured_is_said_to_be_missing():
    measurements = measure(make_ecg("af").ecg)
    assert "PR not measurable" in describe(measurements, judge(measurements, age_years=60, sex="male"))


def test_what_the_encoder_finds_stands_by_name_the_likeliest_first():
    measurements = measure(make_ecg("normal").ecg)
    judgements = judge(measurements, age_years=60, sex="male")
    facts = describe(
        measurements, judgements, None, {"1AVB": 0.6, "LAFB": 0.16, "LVH": 0.52, "SR": 0.996, "AFIB": 0.04}
    )
    assert facts.splitlines()[-4:] == [
        "classes Hypertrophy",
        "conduction: possible left anterior fascicular block",
        "chambers: left ventricular hypertrophy",
        "rhythm: sinus rhythm",
    ]
    nothing = describe(measurements, judgements, None, {"AFIB": 0.04})
    assert nothing.splitlines()[-1] == "classes none"
    assert "classes" not in describe(measurements, judgements)


def test_superclasses_have_an_output_of_their_own_and_attributes_are_named():
    measurements = measure(make_ecg("normal").ecg)
    found = {
        "LVH": 0.6,
        "class MI": 0.4,
        "class HYP": 0.2,
        "left axis": 0.5,
        "static_noise V1": 0.5,
        "burst_noise any": 0.5,
    }
    facts = describe(measurements, judge(measurements, age_years=60, sex="male"), None, found)
    assert "classes Myocardial Infarction\n" in facts
    assert facts.endswith("noted left axis deviation, static noise V1, burst noise")


def test_criteria_that_the_encoder_does_not_share_are_named():
    measurements = measure(make_ecg("av_block_1").ecg)
    judgements = judge(measurements, age_years=60, sex="male")
    assert "criteria without pattern: first-degree AV block" in describe(measurements, judgements, None, {"1AVB": 0.1})
    assert "without pattern: first" not in describe(measurements, judgements, None, {"1AVB": 0.2})


def test_what_was_looked_up_stands_after_the_question_and_before_the_answer():
    noted = Message("user", "Is it afib?", note="afib: unlikely <|end|>")
    text = "".join(s.text for s in render(Conversation((noted,)), for_completion=True))
    assert text.endswith("Is it afib?<|end|><|system|>afib: unlikely < |end| ><|end|><|assistant|>")


def test_t_in_avr_where_it_is_normally_inverted_is_not_told():
    measurements = measure(make_ecg("normal").ecg)
    assert measurements.get("t_mv", "aVR") < -0.1
    assert "T inverted outside aVR none" in describe(measurements, judge(measurements, age_years=60, sex="male"))
