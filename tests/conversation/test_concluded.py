"""What a clinician is told is concluded from the facts by the program."""

import pytest

from ecg_chat.conversation.concluded import conclusion, grounds, infarct_named, st_t
from ecg_chat.conversation.slots import refer, resolve, values
from ecg_chat.conversation.told import NOTHING_STANDS_OUT, NOTHING_URGENT, advice, shown
from ecg_chat.conversation.types import Conversation
from ecg_chat.statements.catalogue import load_catalogue

FACTS = """rate 98/min within, RR 600-620 ms
rhythm regular, P before 100 % of beats
ST mV V2 +0.22 V5 -0.08, others small
ST raised V2 V3; ST lowered V5; T inverted outside aVR none
met 1 CLBBB: QRS 160 ms (at least 120 ms)
met 2 LVH: S V1 + R V5 4.1 mV (at least 3.5 mV)
classes Conduction Disturbance
conduction: complete left bundle branch block; possible first-degree AV block
chambers: possible left atrial abnormality
rhythm: sinus rhythm
form: abnormal QRS
criteria without pattern: left ventricular hypertrophy"""


def test_the_conclusion_names_rhythm_rate_and_findings_with_their_certainty():
    assert conclusion(FACTS) == (
        "Sinus rhythm at 98/min with complete left bundle branch block. "
        "Possible first-degree AV block and left atrial abnormality."
    )


def test_the_grounds_are_those_of_what_was_concluded():
    assert grounds(FACTS) == (
        "Complete left bundle branch block: QRS 160 ms (at least 120 ms). "
        "Criteria are also met for left ventricular hypertrophy, without a matching pattern."
    )
    assert grounds("rhythm: sinus rhythm") == ""


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("ST raised V2 V3; ST lowered V5; T inverted outside aVR none",
         "ST is raised in V2 and V3; ST is lowered in V5."),
        ("ST raised none; ST lowered none; T inverted outside aVR III",
         "ST is within the usual limits in all leads; T is inverted in III."),
        ("ST raised none; ST lowered none; T inverted outside aVR none\nleads absent V1 V2",
         "ST is within the usual limits in every recorded lead."),
        ("ST not measurable\nST raised none; ST lowered none; T inverted outside aVR none",
         "The ST segment could not be measured."),
    ],
)  # fmt: skip
def test_st_and_t_are_told_by_lead(facts, said):
    assert st_t(facts) == said


def test_five_findings_are_enough_and_stated_ones_come_first():
    names = [s.name for code, s in load_catalogue().items() if s.superclass == "CD"][:7]
    told = conclusion(f"conduction: {', '.join(names[:4])}; possible {', '.join(names[4:])}")
    assert sum(name in told for name in names) == 5
    assert all(name in told.split("Possible")[0] for name in names[:4])


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("myocardium: inferior myocardial infarction; possible anterior myocardial infarction",
         "There are signs of inferior myocardial infarction, of unknown age."),
        ("myocardium: possible lateral myocardial infarction",
         "Possible lateral myocardial infarction, of unknown age."),
        ("myocardium: subendocardial injury in inferior leads", ""),
        ("chambers: left ventricular hypertrophy", ""),
    ],
)  # fmt: skip
def test_an_infarct_is_named_and_an_injury_current_is_none(facts, said):
    assert infarct_named(facts) == said


def test_the_advice_is_that_of_the_most_urgent_possible_ones_and_criteria_included():
    catalogue = load_catalogue()
    both = "chambers: left ventricular hypertrophy\nmyocardium: possible inferior myocardial infarction"
    assert advice(both) == catalogue["IMI"].advice
    assert advice(f"{both}\nconduction: third-degree (complete) AV block") == catalogue["3AVB"].advice
    assert advice("met 1 LVH: S V1 + R V5 4.1 mV (at least 3.5 mV)") == catalogue["LVH"].advice
    assert advice("rhythm: atrial fibrillation") == catalogue["AFIB"].advice
    assert advice("rhythm: sinus rhythm") == advice("") == NOTHING_URGENT


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (FACTS, "there are signs of complete left bundle branch block, possible first-degree AV block and "
         "possible left atrial abnormality"),
        ("rhythm: atrial fibrillation", "there are signs of atrial fibrillation"),
        ("rhythm: sinus rhythm", NOTHING_STANDS_OUT),
        ("", NOTHING_STANDS_OUT),
    ],
)  # fmt: skip
def test_what_there_are_signs_of_is_read_from_the_facts(facts, said):
    assert shown(facts) == said


def test_an_interpretation_becomes_references_again():
    known = values(Conversation((), facts=FACTS))
    text = "<|conclusion|> PR <|pr|> ms. <|st_t|> <|grounds|>"
    known["pr"] = "160"
    assert refer(resolve(text, known), known) == text


def test_a_reference_with_nothing_to_say_leaves_no_gap_wherever_it_stands():
    known = values(Conversation((), facts="rhythm: sinus rhythm"))
    assert resolve("<|infarct|> This reading.", known) == "This reading."
    assert resolve("One. <|grounds|>", known) == "One."
    assert resolve("One. <|infarct_told|> Two.", known) == "One. Two."
