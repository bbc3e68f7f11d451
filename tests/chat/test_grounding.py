"""Planted errors, offsets, hostile text, cost: what holds for the check of any answer."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.chat.grounding import ClaimStream, check
from ecg_chat.chat.quantities import quantities
from ecg_chat.chat.sentences import MAX_SENTENCE_CHARS, sentence, split
from ecg_chat.chat.tolerances import agrees, tolerance_of
from ecg_chat.conversation.types import PatientContext
from ecg_chat.statements.types import Finding
from tests.chat.readings import READINGS, reading, with_network

NORMAL = READINGS["normal"]
TRUE_ANSWER = (
    "Sinus rhythm at 72/min. PR 164 ms, QRS 92 ms, QT 388 ms, QTc 412 ms (Fridericia). "
    "The QRS axis is 40°, normal. There is no bundle branch block and no ST elevation in II, III or aVF."
)


def verdicts(text: str, where=NORMAL) -> dict[str, str]:
    return {c.says: c.verdict for c in check(text, where)}


def test_a_true_answer_has_only_supported_claims() -> None:
    claims = check(TRUE_ANSWER, NORMAL)
    assert len(claims) >= 10
    assert {c.verdict for c in claims} == {"supported"}


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("72/min", "95/min", "heart_rate_bpm = 95/min"),
        ("PR 164 ms", "PR 224 ms", "pr_ms = 224 ms"),
        ("QRS 92 ms", "QRS 148 ms", "qrs_ms = 148 ms"),
        ("QT 388 ms", "QT 450 ms", "qt_ms = 450 ms"),
        ("412 ms (Fridericia)", "425 ms (Fridericia)", "qtc_fridericia_ms = 425 ms"),
        ("axis is 40°", "axis is −40°", "qrs_axis_deg = -40°"),
        ("no bundle branch block", "a complete bundle branch block", "complete bundle branch block present"),
        ("no ST elevation in II", "marked ST elevation in II", "ST elevation in II"),
        ("Sinus rhythm", "Atrial fibrillation", "AFIB present"),
    ],
)
def test_a_planted_error_is_found_and_nothing_else(right: str, wrong: str, says: str) -> None:
    assert right in TRUE_ANSWER
    claims = check(TRUE_ANSWER.replace(right, wrong), NORMAL)
    contradicted = {c.says for c in claims if c.verdict == "contradicted"}
    assert says in contradicted
    assert contradicted <= {says, "ST elevation in III", "ST elevation in aVF"}


@pytest.mark.parametrize("measure", ["heart_rate_bpm", "pr_ms", "qrs_ms", "qt_ms", "qtc_fridericia_ms", "qrs_axis_deg"])
def test_tolerance_is_the_stated_one_on_both_sides(measure: str) -> None:
    words = {"heart_rate_bpm": "heart rate {}/min", "pr_ms": "PR {} ms", "qrs_ms": "QRS {} ms", "qt_ms": "QT {} ms"}
    words |= {"qtc_fridericia_ms": "QTc (Fridericia) {} ms", "qrs_axis_deg": "QRS axis {}°"}
    measured = NORMAL.measurements.overall[measure].value
    assert measured is not None
    slack = tolerance_of(measure, measured)
    for sign in (-1, 1):
        inside, outside = measured + sign * slack, measured + sign * (slack + 1)
        assert [c.verdict for c in check(words[measure].format(f"{inside:.0f}"), NORMAL)] == ["supported"]
        assert [c.verdict for c in check(words[measure].format(f"{outside:.0f}"), NORMAL)] == ["contradicted"]


def test_about_doubles_the_tolerance() -> None:
    assert verdicts("QRS about 100 ms.") == {"qrs_ms = 100 ms": "supported"}
    assert verdicts("QRS 100 ms.") == {"qrs_ms = 100 ms": "contradicted"}


def test_axes_are_compared_around_the_circle() -> None:
    assert agrees("qrs_axis_deg", 178, -179)
    assert not agrees("qrs_axis_deg", 170, -170)
    assert agrees("qrs_axis_deg", 270, -90)


def test_not_measurable_is_not_checkable_and_says_why() -> None:
    (claim,) = check("The PR interval is 164 ms.", READINGS["af"])
    assert claim.verdict == "not checkable"
    assert "no P wave was found" in claim.measured


def test_a_number_says_what_was_measured_and_where() -> None:
    (claim,) = check("QRS 148 ms.", NORMAL)
    assert claim.measured == "QRS 92 ms from 12 leads, 9 beats"
    assert claim.place is not None and claim.place.start_s == 1.9
    assert claim.measure == "qrs_ms"


class TestNetworkAndCriteria:
    def test_a_hard_measurement_beats_the_network(self) -> None:
        sure = with_network(NORMAL, CLBBB=0.99, STACH=0.99)
        assert verdicts("CLBBB is present.", sure) == {"CLBBB present": "contradicted"}
        assert verdicts("This is sinus tachycardia.", sure) == {"STACH present": "contradicted"}
        (claim,) = check("CLBBB is present.", sure)
        assert "QRS 92 ms" in claim.measured and "network .99" in claim.measured

    def test_soft_criteria_against_a_confident_network_decide_nothing(self) -> None:
        (claim,) = check("There is left ventricular hypertrophy.", with_network(NORMAL, LVH=0.9))
        assert claim.verdict == "not checkable"
        assert "disagree" in claim.measured

    @pytest.mark.parametrize(
        ("probability", "positive", "negative"),
        [
            (0.93, "supported", "contradicted"),
            (0.5, "supported", "contradicted"),
            (0.3, "not checkable", "not checkable"),
            (0.1, "not checkable", "not checkable"),
            (0.04, "contradicted", "supported"),
        ],
    )
    def test_the_network_decides_where_criteria_cannot(self, probability: float, positive: str, negative: str) -> None:
        where = dataclasses.replace(NORMAL, network_findings=(Finding("ANEUR", "network", probability=probability),))
        name = "ventricular aneurysm"
        (claim,) = check(f"There is a {name}.", where)
        assert claim.verdict == positive
        assert f"network {probability:.2f}".replace("0.", ".") in claim.measured
        (claim,) = check(f"There is no {name}.", where)
        assert claim.verdict == negative

    def test_without_network_and_criteria_nothing_is_decided(self) -> None:
        (claim,) = check("There is a ventricular aneurysm.", NORMAL)
        assert claim.verdict == "not checkable"

    def test_criteria_that_are_met_support_with_their_evidence(self) -> None:
        (claim,) = check("Complete left bundle branch block.", READINGS["lbbb"])
        assert claim.verdict == "supported"
        assert "QRS 148 ms" in claim.measured


class TestLeadsAndCitations:
    def test_a_lead_that_is_not_there_is_a_wrong_claim(self) -> None:
        (claim,) = check("R in V5 is 1.5 mV.", READINGS["one lead"])
        assert claim.verdict == "contradicted"
        assert "V5 is not in this recording" in claim.measured

    @pytest.mark.parametrize("target", ["V9,1.0,1.2", "V2,9.9,12.0", "V2,3.0,2.0", "V2,-1,2", "nonsense"])
    def test_a_citation_of_nowhere_is_a_wrong_claim(self, target: str) -> None:
        text = f"QRS 92 ms [see here](#ecg={target})."
        claims = check(text, NORMAL)
        assert [c.verdict for c in claims] == ["supported", "contradicted"]
        assert claims[1].kind == "lead"
        assert claims[1].text == f"[see here](#ecg={target})"

    def test_a_citation_is_not_read_as_numbers(self) -> None:
        text = "The QRS lasts [V1 1.90-2.05 s](#ecg=V1,1.90,2.05) 92 ms, axis 40° [all 0.0-9.0 s](#ecg=all,0.0,9.0)."
        claims = check(text, NORMAL)
        assert [(c.says, c.verdict) for c in claims] == [
            ("qrs_ms = 92 ms", "supported"),
            ("qrs_axis_deg = 40°", "supported"),
        ]
        assert all(c.text == text[c.start : c.stop] for c in claims)


class TestWhoIsAsked:
    def test_adult_limits_are_not_used_for_children(self) -> None:
        assert verdicts("The PR interval is normal.", READINGS["child"]) == {"normal PR": "not checkable"}

    def test_qtc_limits_depend_on_sex(self) -> None:
        values = {"qtc_fridericia_ms": 455.0}
        for sex, expected in (("male", "supported"), ("female", "contradicted"), (None, "not checkable")):
            where = reading(values, patient=PatientContext(age_years=50, sex=sex))
            assert verdicts("The QTc is prolonged.", where) == {"long QTc": expected}

    def test_st_limits_depend_on_sex_and_age(self) -> None:
        leads = {"V2": {"st_j_mv": 0.18}}
        woman = reading(leads=leads, patient=PatientContext(age_years=50, sex="female"))
        man = reading(leads=leads, patient=PatientContext(age_years=30, sex="male"))
        assert verdicts("No ST elevation in V2.", woman) == {"no ST elevation in V2": "contradicted"}
        assert verdicts("No ST elevation in V2.", man) == {"no ST elevation in V2": "not checkable"}


class TestDefinitionsFromTheCatalogue:
    PLAIN = "The left-side wiring of the heart is fully delayed."

    def test_plain_wording_is_a_claim_unless_a_meaning_was_asked(self) -> None:
        assert verdicts(self.PLAIN) == {"CLBBB present": "contradicted"}
        assert check(self.PLAIN, NORMAL, "What does left bundle branch block mean?") == ()
        assert check(self.PLAIN, NORMAL, "What is LBBB?") == ()
        assert len(check(self.PLAIN, NORMAL, "What is my rhythm?")) == 1

    def test_a_fast_heartbeat_comes_from_the_natural_starter_too(self) -> None:
        plain = "The heartbeat comes from the heart's natural starter."
        blank = dataclasses.replace(NORMAL, judgements={}, criteria_findings=())
        sinus = ("SR", "SBRAD", "SARRH", "STACH")
        fast = with_network(blank, **dict.fromkeys(sinus[:3], 0.02), STACH=0.9)
        fibrillation = with_network(blank, **dict.fromkeys(sinus, 0.02))
        assert [claim.verdict for claim in check(plain, fast)] == ["supported"]
        assert [claim.verdict for claim in check(plain, fibrillation)] == ["contradicted"]

    def test_no_meaning_of_the_catalogue_makes_claims(self) -> None:
        from ecg_chat.statements.catalogue import load_catalogue

        for statement in load_catalogue().values():
            assert check(f"{statement.name}: {statement.meaning}", NORMAL) == (), statement.code
            assert check(statement.advice, NORMAL) == ()


class TestReassurance:
    @pytest.mark.parametrize(
        "text",
        [
            "You are fine.",
            "This is all clear.",
            "There is nothing to worry about.",
            "You did not have a heart attack.",
            "I see no signs of a heart attack.",
            "A heart attack is ruled out.",
            "You don't need to see a doctor.",
            "Your heart is perfectly healthy.",
            "This ECG rules out a heart attack.",
            "You can safely wait.",
        ],
    )
    def test_what_an_ecg_cannot_promise_is_contradicted(self, text: str) -> None:
        claims = check(text, NORMAL)
        assert any(c.verdict == "contradicted" and "reassurance" in c.says for c in claims)

    @pytest.mark.parametrize(
        "text",
        [
            "An ECG cannot rule out a heart attack.",
            "A normal ECG does not exclude a heart attack.",
            "This does not mean that you are healthy.",
            "I cannot tell you that you are fine.",
            "This reading can neither confirm nor rule out a heart attack.",
            "Is there nothing to worry about?",
            "If you think that you are having a heart attack, call the emergency number now.",
        ],
    )
    def test_honest_words_about_it_are_left_alone(self, text: str) -> None:
        assert not any("reassurance" in c.says for c in check(text, NORMAL))


PIECES = st.sampled_from(
    [
        "QRS",
        "PR ",
        "148 ms",
        " 0.2 mV",
        "/",
        "V1-V4",
        "I, II",
        "no ",
        "not ",
        "LBBB",
        "atrial fibrillation",
        ". ",
        "; ",
        "\n",
        "(",
        ")",
        "[",
        "](#ecg=V2,2,3)",
        "**",
        "| ",
        "<b>",
        "&amp;",
        "İ",
        "ﬁ",
        "\u2011",
        "\u00a0",
        "V₂",
        "😀",
        "?",
        "if ",
        "is ",
        "wide",
        "ST elevation in ",
        " and ",
        ", ",
        "-",
        "±",
        "9" * 30,
        "P-R-T axes 1 2 3",
        "at least ",
        "normal ",
        "RV5+SV1 ",
        "criteria for ",
        "%",
        "° ",
        "\x00",
        "\ud7ff",
    ]
)


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join)),
    st.sampled_from(["normal", "af", "one lead"]),
)
def test_any_text_is_checked_and_offsets_fit(text: str, name: str) -> None:
    for claim in check(text, READINGS[name]):
        assert 0 <= claim.start < claim.stop <= len(text)
        assert claim.text == text[claim.start : claim.stop]


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=80).map("".join), st.lists(st.integers(0, 900), max_size=12))
def test_a_growing_answer_ends_where_the_whole_one_does(text: str, stops: list[int]) -> None:
    stream = ClaimStream(NORMAL)
    before = ()
    for stop in sorted(stops):
        now = stream.checked(text[:stop])
        assert now[: len(before)] == before
        before = now
    assert stream.checked(text, complete=True) == check(text, NORMAL)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=1500))
def test_sentences_tile_the_text(text: str) -> None:
    position = 0
    for part in split(text):
        assert text[position : part.start].strip() == ""
        assert part.raw == text[part.start : part.start + len(part.raw)]
        assert len(part.raw) == len(part.plain) == len(part.text) <= MAX_SENTENCE_CHARS + 8
        position = part.start + len(part.raw)
    assert text[position:].strip() == ""


ENDLESS = (
    "a",
    "(",
    "9",
    " ",
    "\n",
    "V1, ",
    "[x](#ecg=",
    "QRS 148 ms ",
    "no ",
    "9 ",
    "PR/",
    "not LBBB and ",
    "the criteria for ",
    "st ",
)


@pytest.mark.parametrize("piece", ENDLESS)
def test_endless_repetition_ends(piece: str) -> None:
    """Linear work: each sentence is bounded. (A quadratic expression would not end within the suite's time limit.)"""
    check(piece * (20_000 // len(piece)), NORMAL)


def test_a_hundred_thousand_characters_are_checked() -> None:
    text = (
        "Sinus rhythm at 72/min, and the story of the patient goes on and on without saying anything of note. " * 1000
    )
    assert len(check(text, NORMAL)) == 2000


def test_full_stops_within_numbers_and_abbreviations_do_not_end_sentences() -> None:
    texts = [s.raw.strip() for s in split("ST 0.2 mV, e.g. in II. The QRS is approx. 92 ms. Lead I. End")]
    assert texts == ["ST 0.2 mV, e.g. in II.", "The QRS is approx. 92 ms.", "Lead I.", "End"]


@pytest.mark.parametrize(
    ("text", "value", "dimension"),
    [
        ("148 ms", 148, "interval"),
        ("0.148 s", 148, "interval"),
        ("2 mm", 0.2, "amplitude"),
        ("350 µV", 0.35, "amplitude"),
        ("−45°", -45, "axis"),
        ("72 bpm", 72, "rate"),
        ("0,2 mV", 0.2, "amplitude"),
        ("72 beats per minute", 72, "rate"),
        ("63-year-old", 63, "age"),
        ("500 Hz", 500, "sampling"),
        ("0.12 sec", 120, "interval"),
    ],
)
def test_units_are_read(text: str, value: float, dimension: str) -> None:
    (quantity,) = quantities(sentence(text))
    assert quantity.value == pytest.approx(value)
    assert quantity.dimension == dimension


def test_leads_in_a_statement_s_name_are_not_given_to_the_finding_before_it():
    text = "Criteria are also met for non-specific ST elevation and ischaemic ST-T changes in lateral leads."
    kinds = [(c.kind, c.measure) for c in check(text, READINGS["normal"])]
    assert ("lead", "st_j_mv") not in kinds
    assert [kind for kind, _ in kinds] == ["statement", "statement"]


def test_a_voltage_sum_takes_the_taller_of_r_and_r_prime_as_the_criteria_do():
    from ecg_chat.statements.quantities import deepest_s, tallest_r

    known = reading(leads={"V1": {"s_mv": -1.0}, "V5": {"r_mv": 0.4, "r_prime_mv": 2.0}, "V6": {"r_mv": 1.0}})
    total = deepest_s(known.measurements, "V1").value + tallest_r(known.measurements, "V5").value
    (claim,) = [c for c in check(f"Sokolow-Lyon sum {total:.2f} mV.", known) if c.kind == "number"]
    assert (claim.verdict, round(total, 2)) == ("supported", 3.0)
