"""The sections of a report say what the facts say, and nothing else."""

from __future__ import annotations

import pytest

from ecg_chat.conversation.reported import (
    chambers_section,
    conduction_section,
    myocardium_section,
    rhythm_section,
    st_t_found,
)
from ecg_chat.conversation.slots import refer, resolve, values
from ecg_chat.conversation.types import Conversation

FACTS = """rate 98/min within, RR 480-760 ms
rhythm irregular, P before 92 % of beats, 2 ventricular ectopic
met 1 LVH: S in V1 plus R in V5 or V6 3.9 mV (at least 3.5 mV)
classes Myocardial Infarction, Conduction Disturbance
conduction: left anterior fascicular block; possible first-degree AV block
myocardium: anteroseptal myocardial infarction; possible subendocardial injury in anterolateral leads
ST-T: possible non-diagnostic T abnormalities
form: ventricular premature complex
rhythm: sinus rhythm
criteria without pattern: left ventricular hypertrophy"""


def test_each_section_names_what_its_line_names():
    assert rhythm_section(FACTS) == "Rhythm: sinus rhythm at 98/min, irregular, with ventricular premature complex."
    assert conduction_section(FACTS) == "Conduction: left anterior fascicular block; possible first-degree AV block."
    assert myocardium_section(FACTS) == (
        "Myocardium: anteroseptal myocardial infarction; possible subendocardial injury in anterolateral leads."
    )
    assert st_t_found(FACTS) == "Possible non-diagnostic T abnormalities."
    assert chambers_section(FACTS) == (
        "Chambers: criteria are met for left ventricular hypertrophy, without a matching pattern."
    )


@pytest.mark.parametrize(
    ("section", "superclass"),
    [
        (conduction_section, "Conduction Disturbance"),
        (chambers_section, "Hypertrophy"),
        (myocardium_section, "Myocardial Infarction"),
    ],
)
def test_a_class_without_a_single_finding_is_not_denied(section, superclass):
    assert section("rhythm regular").split(": ")[1].startswith("no ")
    said = section(f"classes ST/T Change, {superclass}")
    assert said.endswith(": the overall pattern speaks for it, but no single finding stands out.")


def test_what_is_not_known_of_the_rhythm_is_said():
    said = rhythm_section("rhythm unknown, P not judged\nrhythm: not known")
    assert said == "Rhythm: a rhythm that could not be classified at a rate that could not be measured."


def test_an_unspecific_extra_beat_gives_way_to_a_specific_one():
    assert rhythm_section("form: premature complexes").endswith(", with premature complexes.")
    both = "form: premature complexes\nrhythm: sinus rhythm; possible bigeminal pattern"
    assert rhythm_section(both).endswith(", with possible bigeminal pattern.")


def test_a_report_in_the_history_refers_to_its_sections_again():
    known = values(Conversation((), facts=FACTS))
    written = "<|rhythm_section|> <|conduction_section|> <|chambers_section|> <|myocardium_section|>"
    told = resolve(written, known)
    assert "|>" not in told
    assert refer(told, known) == written


def test_the_name_of_the_rhythm_becomes_a_reference_again_where_it_was_one():
    known = values(Conversation((), facts=FACTS))
    for written in (
        "Yes, the rhythm is <|rhythm_named|> at <|rate|>/min.",
        "Yes, no abnormality was found: <|rhythm_named|> at <|rate|>/min.",
        "<|Rhythm_named|> at <|rate|>/min; the rhythm is <|regularity|>.",
    ):
        assert refer(resolve(written, known), known) == written
