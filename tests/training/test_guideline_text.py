"""ECG-LM's sentences: limits by hand, grammar, the template word for word, and the rules for leaving leads out."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_chat.conversation.render import ECG
from ecg_chat.conversation.types import PatientContext
from ecg_chat.errors import CatalogueError, InvalidInput
from ecg_chat.measurements.measure import measure
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.training.guideline_text.descriptions import describe_numbers
from ecg_chat.training.guideline_text.expansion import omit_leads
from ecg_chat.training.guideline_text.lead_rules import build_lead_rules, load_lead_rules
from ecg_chat.training.guideline_text.numbers_of import numbers_of_12sl, numbers_of_measurements
from ecg_chat.training.guideline_text.report_words import coded_report, read_translations, report_of
from ecg_chat.training.guideline_text.template import GuidelineText, guideline_segments, person_sentence
from tests.training.test_dialogue import record

WORDS = st.sets(st.sampled_from(STANDARD_LEADS))


def text(leads, *, patient=None, report="sinus rhythm", general=()):
    return GuidelineText(patient or PatientContext(63.0, "female"), report, general, leads)


def joined(segments):
    return "".join(s.text for s in segments)


@pytest.mark.parametrize(
    ("measure", "lead", "value", "age", "sex", "words"),
    [
        ("st_j_mv", "II", 0.1, 50.0, "male", ("ST elevation",)),
        ("st_j_mv", "II", 0.09, 50.0, "male", ()),
        ("st_j_mv", "V2", 0.19, 40.0, "male", ()),
        ("st_j_mv", "V2", 0.2, 40.0, "male", ("ST elevation",)),
        ("st_j_mv", "V2", 0.2, 39.0, "male", ()),
        ("st_j_mv", "V3", 0.15, 30.0, "female", ("ST elevation",)),
        ("st_j_mv", "V3", 0.3, 30.0, None, ()),
        ("st_j_mv", "V5", -0.05, 70.0, None, ("ST depression",)),
        ("t_mv", "V4", -0.11, 70.0, None, ("T wave inversion",)),
        ("t_mv", "V4", -0.1, 70.0, None, ()),
        ("t_mv", "V4", 1.0, 70.0, None, ("tall T wave",)),
        ("p_mv", "II", 0.26, 70.0, None, ("tall P wave",)),
        ("r_mv", "aVL", 1.11, 70.0, None, ("tall R wave",)),
        ("s_mv", "V1", -2.6, 70.0, None, ("deep S wave",)),
        ("r_peak_time_ms", "V6", 61.0, 70.0, None, ("late R peak",)),
        ("q_ms", "V2", 20.0, 70.0, None, ("pathological Q wave",)),
    ],
)
def test_a_lead_is_described_where_its_limit_is_passed(measure, lead, value, age, sex, words):
    assert describe_numbers({(measure, lead): value}, age, sex).leads == {lead: words}


@pytest.mark.parametrize(("depth_mv", "words"), [(-0.1, ("pathological Q wave",)), (-0.05, ()), (None, None)])
def test_a_wide_q_must_be_deep_too(depth_mv, words):
    numbers = {("q_ms", "III"): 30.0} | ({} if depth_mv is None else {("q_mv", "III"): depth_mv})
    assert describe_numbers(numbers, 60.0, None).leads == ({} if words is None else {"III": words})


@pytest.mark.parametrize(("age", "leads"), [(None, {}), (15.9, {}), (16.0, {"I": ("ST elevation",)})])
def test_leads_are_described_for_adults_only(age, leads):
    assert describe_numbers({("st_j_mv", "I"): 0.2}, age, "male").leads == leads


@pytest.mark.parametrize(
    ("numbers", "age", "sex", "general"),
    [
        ({"heart_rate_bpm": 59.0, "pr_ms": 201.0}, 50.0, None, ("slow heart rate", "prolonged PR interval")),
        ({"heart_rate_bpm": 60.0, "pr_ms": 200.0, "qrs_ms": 110.0}, 50.0, None, ()),
        ({"heart_rate_bpm": 120.0}, 10.0, None, ()),
        ({"heart_rate_bpm": 120.0}, None, None, None),
        ({"qtc_fridericia_ms": 455.0}, 50.0, "male", ("prolonged QTc interval",)),
        ({"qtc_fridericia_ms": 455.0}, 50.0, "female", ()),
        ({"qtc_fridericia_ms": 455.0}, 50.0, None, None),
        ({"qrs_axis_deg": -31.0}, 50.0, None, ("left axis deviation",)),
    ],
)
def test_the_whole_ecg_is_held_against_the_norms(numbers, age, sex, general):
    assert describe_numbers({(k, None): v for k, v in numbers.items()}, age, sex).general == general


def test_voltage_is_low_only_if_it_is_low_in_all_limb_and_all_chest_leads():
    low = {("r_mv", lead): 0.3 for lead in STANDARD_LEADS} | {("s_mv", lead): -0.1 for lead in STANDARD_LEADS}
    assert describe_numbers(low, 50.0, None).general == ("low QRS voltage",)
    assert describe_numbers(low | {("r_mv", "V4"): 0.95}, 50.0, None).general == ()


def test_an_inferior_infarction_is_described_in_its_leads():
    numbers = numbers_of_measurements(measure(make_ecg("inferior_ste").ecg))
    leads = describe_numbers(numbers, 60.0, "male").leads
    assert all("ST elevation" in leads[lead] for lead in ("II", "III", "aVF"))
    assert all("ST elevation" not in leads[lead] for lead in ("I", "V5", "V6"))


def test_numbers_of_12sl_become_ours():
    whole = {"ventricular_rate_bpm": 110.0, "atrial_rate_bpm": 300.0, "pr_ms": 210.0, "qt_ms": float("nan")}
    leads = {"V1": {"s_mv": 2.6, "st_mv": 0.1}, "V2": {"q_ms": 20.0, "q_mv": -0.2}}
    numbers = numbers_of_12sl(whole, leads)
    assert numbers == {
        ("heart_rate_bpm", None): 110.0,
        ("pr_ms", None): 210.0,
        ("s_mv", "V1"): -2.6,
        ("st_j_mv", "V1"): 0.1,
        ("q_ms", "V2"): 20.0,
        ("q_mv", "V2"): -0.2,
    }
    described = describe_numbers(numbers, 50.0, "male")
    assert described.general == ("fast heart rate", "prolonged PR interval")
    assert described.leads == {"V1": ("ST elevation", "deep S wave"), "V2": ("pathological Q wave",)}


def test_every_rule_has_the_words_of_its_source():
    assert all(len(rule.source) > 10 for rule in load_lead_rules())


@pytest.mark.parametrize(
    "change", [{"measure": "x_mv"}, {"leads": ["V9"]}, {"source": "B"}, {"colour": 1}, {"above": 1.0, "below": 2.0}]
)
def test_rules_that_contradict_the_house_are_refused(change):
    rule = {"text": "t", "measure": "t_mv", "leads": ["I"], "above": 1.0, "source": "A"}
    build_lead_rules({"sources": {"A": "a"}, "rules": [rule]})
    with pytest.raises(CatalogueError, match="lead rule"):
        build_lead_rules({"sources": {"A": "a"}, "rules": [rule | change]})


@pytest.mark.parametrize(
    ("patient", "sentence"),
    [
        (PatientContext(63.0, "female"), "This person is a 63-year-old female."),
        (PatientContext(80.0, "male"), "This person is an 80-year-old male."),
        (PatientContext(18.0, None), "This person is an 18-year-old person of unstated sex."),
        (PatientContext(11.0, "male", None, 40.0), "This person is an 11-year-old male with a weight of 40 kg."),
        (PatientContext(63.0, "female", 160.0), "This person is a 63-year-old female with a height of 160 cm."),
        (
            PatientContext(63.0, "female", 160.0, 70.0),
            "This person is a 63-year-old female with a height of 160 cm and a weight of 70 kg.",
        ),
        (PatientContext(None, "male", 180.0), "This person is a male of unstated age with a height of 180 cm."),
        (PatientContext(), "The age and sex of this person are not stated."),
        (
            PatientContext(None, None, 160.0, 70.0),
            "The age and sex of this person with a height of 160 cm and a weight of 70 kg are not stated.",
        ),
    ],
)
def test_the_person_is_told_in_grammatical_sentences(patient, sentence):
    assert person_sentence(patient) == sentence


def test_the_template_is_the_papers():
    made = guideline_segments(text({"I": ("ST depression", "tall R wave"), "V6": ()}, general=("fast heart rate",)))
    assert joined(made) == (
        "This person is a 63-year-old female. The ECG signal is <|ecg|>. The ECG report indicates sinus rhythm. "
        "The anomalies in general: fast heart rate, lead I: ST depression and tall R wave, lead V6: none."
    )


def test_only_report_and_descriptions_are_trained():
    made = guideline_segments(text({"I": ("ST depression",)}, general=("fast heart rate",)))
    assert [s.text for s in made if s.trained] == [" sinus rhythm", " fast heart rate", " ST depression"]


@pytest.mark.parametrize(
    ("given", "ending"),
    [
        (text({}, general=None), "The ECG report indicates sinus rhythm."),
        (text({}, report="", general=None), "The ECG signal is <|ecg|>."),
        (text({"II": ()}, report="", general=None), "The anomalies lead II: none."),
    ],
)
def test_what_is_not_known_is_left_out(given, ending):
    assert joined(guideline_segments(given)).endswith(" " + ending)


def test_a_report_cannot_bring_marks():
    assert joined(guideline_segments(text({}, report="a <|ecg|> <|end|>\n b ."))).count("<|") == 1


@given(worded=WORDS, seed=st.integers(0, 10**6))
def test_four_to_six_leads_are_left_out_those_with_words_first_but_never_all_of_them(worded, seed):
    leads = {lead: (("ST elevation",) if lead in worded else ()) for lead in STANDARD_LEADS}
    before = text(leads)
    after, omitted = omit_leads(before, STANDARD_LEADS, random.Random(seed))
    assert 4 <= len(omitted) <= 6
    assert dict(after.leads) == {lead: words for lead, words in leads.items() if lead not in omitted}
    assert list(after.leads) == [lead for lead in STANDARD_LEADS if lead not in omitted]
    left_out = omitted & worded
    assert len(left_out) == min(len(omitted), max(0, len(worded) - 1))
    assert (after.report, after.general, after.patient) == (before.report, before.general, before.patient)
    assert joined(guideline_segments(after)).count(ECG) == 1


@given(present=st.lists(st.sampled_from(STANDARD_LEADS), unique=True, min_size=1), seed=st.integers(0, 1000))
def test_one_lead_stays_whatever_is_there(present, seed):
    _, omitted = omit_leads(text({}), present, random.Random(seed))
    assert omitted < set(present)


def test_every_count_and_every_lead_is_drawn():
    drawn = [omit_leads(text({}), STANDARD_LEADS, random.Random(seed))[1] for seed in range(200)]
    assert {len(omitted) for omitted in drawn} == {4, 5, 6}
    assert set().union(*drawn) == set(STANDARD_LEADS)


def test_the_report_names_what_the_readers_coded_and_how_sure_they_were():
    assert coded_report(record({"IMI": 35.0, "SR": 0.0})) == "possible inferior myocardial infarction, sinus rhythm"
    rebuilt = record({"IMI": 35.0}, row_source="reconstructed")
    assert coded_report(rebuilt) == "inferior myocardial infarction"
    assert coded_report(record({})) == ""


def test_a_translation_goes_before_the_coded_report(tmp_path):
    path = tmp_path / "reports.jsonl"
    path.write_text('{"ecg_id": 1, "report": "sinus rhythm, otherwise normal"}\n')
    translations = read_translations(path)
    assert report_of(record({"SR": 0.0}), translations) == "sinus rhythm, otherwise normal"
    assert report_of(record({"SR": 0.0}, ecg_id=2), translations) == "sinus rhythm"
    path.write_text('{"ecg_id": 1, "report": "x"}\n{"ecg_id": 2}\n')
    with pytest.raises(InvalidInput, match="line 2"):
        read_translations(path)
    path.write_text('{"ecg_id": 1, "report": "x"}\n{"ecg_id": 1, "report": "y"}\n')
    with pytest.raises(InvalidInput, match=r"line 2 repeats record 1, expected each once"):
        read_translations(path)
