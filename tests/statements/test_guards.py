"""Criteria are not applied where they were not made for the recording."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import explain, found, judge

LBBB = {"qrs_ms": 150, "V5 V6.r_peak_time_ms": 80, "I V5 V6.s_mv": 0.0}
RBBB = {"qrs_ms": 140, "V1.r_prime_mv": 0.6, "I V6.s_ms": 60}
ISCHAEMIA = {"V4 V5 V6.st_j_mv": -0.15, "V4 V5 V6.st_j80_mv": -0.15, "V4 V5 V6.t_mv": -0.3}
OLD_INFARCT = {"II III aVF.q_ms": 45, "II III aVF.q_mv": -0.4}
TALL = {"V1.s_mv": -2.0, "V5.r_mv": 3.0}
RISE = {"II III aVF.st_j_mv": 0.3}
AF = {"rhythm.regularity": "irregularly irregular", "rhythm.p_share": 0.05, "rhythm.p_upright_ii": None}


def verdicts(measurements, *, age=60.0, sex="male"):
    return {code: judgement.verdict for code, judgement in judge(measurements, age_years=age, sex=sex).items()}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (TALL, "VCLVH LVH HVOLT"),
        (ISCHAEMIA, "ISC_ ISCAL ISCLA INJAL INJLA STD_ INVT TAB_"),
        (OLD_INFARCT, "IMI QWAVE ILMI AMI ASMI LMI"),
        (RISE, "STE_"),
    ],
)
def test_left_bundle_branch_block_leaves_voltage_st_and_q_undecided(change, codes, build):
    with_block = judge(build({**change, **LBBB}), age_years=60, sex="male")
    assert with_block["CLBBB"].verdict == "met"
    for code in codes.split():
        assert with_block[code].verdict == "undecided", code
        assert "do not apply" in with_block[code].evidence[0].text


def test_right_bundle_branch_block_leaves_q_waves_and_st_elevation_to_be_judged(build):
    result = verdicts(build({**OLD_INFARCT, **RISE, **TALL, **ISCHAEMIA, **RBBB}))
    assert result["CRBBB"] == "met"
    assert result["IMI"] == result["STE_"] == "met"
    assert result["VCLVH"] == result["LVH"] == result["STD_"] == result["INVT"] == "undecided"


def test_pacing_leaves_everything_but_pacing_undecided(build):
    result = verdicts(build({**LBBB, **TALL, **RISE, "rhythm.pacing_spikes": 10}))
    assert result["PACE"] == "met"
    assert {result[code] for code in ("CLBBB", "LVH", "STE_", "IMI", "SR", "NORM", "PVC", "1AVB")} == {"undecided"}


def test_pacing_that_the_sampling_rate_cannot_show_is_undecided_and_blocks_nothing(build):
    result = verdicts(build({"rhythm.pacing_spikes": None}))
    assert result["PACE"] == "undecided"
    assert result["NORM"] == "met"


@pytest.mark.parametrize("warning", ["The arm electrodes may be swapped.", "The limb leads contradict each other."])
def test_suspected_limb_swap_leaves_axis_infarct_atria_and_blocks_undecided(warning, build):
    change = {**OLD_INFARCT, "qrs_axis_deg": -60, "V1.p_terminal_mv": -0.2, "V1.p_terminal_ms": 60}
    assert verdicts(build(change))["IMI"] == "met"
    result = verdicts(build(change, warnings=(warning,)))
    for code in ("IMI", "QWAVE", "LAFB", "LPFB", "LAO/LAE", "RAO/RAE", "CLBBB", "CRBBB", "RVH", "NORM"):
        assert result[code] == "undecided", code


def test_exchanged_arm_electrodes_are_noticed_from_the_signal_on():
    from ecg_chat.measurements.measure import measure

    ecg = make_ecg("normal").ecg
    rows = {lead: ecg.lead(lead) for lead in ecg.leads}
    rows |= {"I": -rows["I"], "II": rows["III"], "III": rows["II"], "aVR": rows["aVL"], "aVL": rows["aVR"]}
    swapped = dataclasses.replace(ecg, signal=np.stack([rows[lead] for lead in ecg.leads]))
    result = verdicts(measure(swapped))
    assert {result[code] for code in ("LPFB", "RVH", "IMI", "LMI", "LAO/LAE", "CRBBB", "NORM")} == {"undecided"}


def test_negative_p_and_qrs_in_lead_i_with_upright_avr_is_taken_for_a_swap(build):
    swapped = {"I.p_mv": -0.1, "I.qrs_net_mv": -0.5, "aVR.qrs_net_mv": 0.5, "aVR.p_mv": 0.1}
    result = judge(build({**OLD_INFARCT, **swapped}), age_years=60, sex="male")
    assert result["IMI"].verdict == "undecided"
    assert "swapped arm" in result["IMI"].evidence[0].text


def test_atrial_fibrillation_disables_what_is_read_from_p_waves(build):
    change = {**AF, "V1.p_terminal_mv": -0.2, "V1.p_terminal_ms": 60, "II.p_mv": 0.4, "pr_ms": 250}
    result = verdicts(build(change))
    assert result["AFIB"] == "met"
    assert result["LAO/LAE"] == result["RAO/RAE"] == result["PAC"] == "undecided"
    assert {result[code] for code in ("SR", "SBRAD", "STACH", "SARRH", "1AVB", "LPR", "WPW", "NORM")} == {"rejected"}


def test_adult_limits_are_not_used_on_children(build):
    result = judge(build({**TALL, **RISE, **ISCHAEMIA, "qrs_axis_deg": -60}), age_years=7, sex="male")
    for code in ("VCLVH", "LVH", "RVH", "STE_", "STD_", "INVT", "LAFB", "IMI", "LVOLT", "LAO/LAE", "IVCD"):
        assert result[code].verdict == "undecided", code
    assert "7 years" in explain(result["VCLVH"], load_catalogue())


@pytest.mark.parametrize(("age", "rate", "code"), [(0.01, 150, "SR"), (0.01, 165, "STACH"), (2, 85, "SBRAD")])
def test_rates_of_children_have_their_own_limits(age, rate, code, build):
    assert code in {finding.code for finding in found(judge(build({"heart_rate_bpm": rate}), age_years=age, sex=None))}


def test_every_age_has_at_most_one_limit_of_a_kind(build):
    for age in (0, 0.019, 0.02, 0.1, 0.4, 0.75, 1, 2.9, 3, 5, 8, 12, 15.99, 16, 40, 120):
        result = judge(build(), age_years=age, sex="female")
        assert result["1AVB"].verdict in ("met", "rejected"), age
        assert result["STACH"].verdict in ("met", "rejected"), age
        assert result["CLBBB"].verdict == "rejected", age


def test_without_age_adult_limits_are_used_and_said_so(build):
    judgement = judge(build({"pr_ms": 220}), age_years=None, sex=None)["1AVB"]
    assert judgement.verdict == "met"
    assert any("adult limit, age not given" in item.text for item in judgement.evidence)


def test_without_sex_only_what_the_limits_of_the_sexes_decide_alike_is_decided(build):
    for qtc, verdict in ((449, "rejected"), (455, "undecided"), (460, "met")):
        assert verdicts(build({"qtc_fridericia_ms": qtc}), sex=None)["LNGQT"] == verdict


def test_wide_qrs_leaves_qtc_undecided(build):
    assert verdicts(build({"qtc_fridericia_ms": 500}))["LNGQT"] == "met"
    assert verdicts(build({"qtc_fridericia_ms": 500, "qrs_ms": 120}))["LNGQT"] == "undecided"


def test_st_limits_of_injury_do_not_apply_in_left_ventricular_hypertrophy(build):
    strain = {**TALL, **ISCHAEMIA}
    result = verdicts(build(strain))
    assert result["LVH"] == "met"
    assert result["INJLA"] == result["INJAL"] == result["STE_"] == "undecided"
    assert result["STD_"] == "met"


def test_flutter_is_excluded_only_by_sinus_p_waves_at_a_rate_that_flutter_does_not_have(build):
    assert verdicts(build())["AFLT"] == "rejected"
    assert verdicts(build({"heart_rate_bpm": 150}))["AFLT"] == "undecided"
    assert verdicts(build({"rhythm.p_share": 0.1}))["AFLT"] == "undecided"


def test_a_missing_chest_lead_leaves_the_statements_that_need_it_undecided(build):
    whole = build(TALL)
    part = build(TALL, per_lead={k: v for k, v in whole.per_lead.items() if k not in ("V5", "V6")})
    result = judge(part, age_years=60, sex="male")
    assert result["VCLVH"].verdict == "undecided"
    assert result["CLBBB"].verdict == "rejected"  # the QRS is narrow, whatever V5 and V6 look like
    assert result["IMI"].verdict == "rejected"


def test_a_coarse_source_is_said_in_the_evidence(build):
    plain = build({"qrs_ms": 150})
    coarse = dataclasses.replace(plain.overall["qrs_ms"], limited="100 Hz source")
    measured = dataclasses.replace(plain, overall={**plain.overall, "qrs_ms": coarse})
    judgement = judge(measured, age_years=60, sex="male")["IVCD"]
    assert any("100 Hz source" in item.text for item in judgement.evidence)


def test_findings_leave_out_what_a_more_specific_one_covers(build):
    fast = judge(build({"heart_rate_bpm": 120}), age_years=60, sex="male")
    assert fast["SR"].verdict == fast["STACH"].verdict == "met"
    codes = [finding.code for finding in found(fast)]
    assert "STACH" in codes
    assert "SR" not in codes


def test_findings_come_most_urgent_first_with_their_evidence(build):
    findings = found(judge(build({**RISE, "pr_ms": 230}), age_years=60, sex="male"))
    assert findings[0].code == "STE_"
    assert [f.code for f in findings].index("1AVB") > 0
    assert all(finding.source == "criteria" and finding.evidence for finding in findings)


def test_a_rejected_statement_is_explained_by_what_failed(build):
    catalogue = load_catalogue()
    judgement = judge(build({"qrs_ms": 96, "I.q_mv": -0.12}), age_years=60, sex="male")["CLBBB"]
    sentence = explain(judgement, catalogue)
    assert sentence.startswith("Not complete left bundle branch block (CLBBB): QRS 96 ms, at least 120 ms needed")
    assert "q wave in I (-0.12 mV)" in sentence
    assert explain(judge(build(), age_years=60, sex="male")["DIG"], catalogue).endswith("is not measured.")


def test_evidence_points_to_its_place(build):
    judgement = judge(build({"V4 V5.st_j_mv": -0.1, "V4 V5.st_j80_mv": -0.1}), age_years=60, sex="male")["STD_"]
    assert [(item.lead, item.value) for item in judgement.evidence] == [("V4", -0.1), ("V5", -0.1)]
    assert {item.unit for item in judgement.evidence} == {"mV"}
    assert all(item.place is not None and item.place.lead == item.lead for item in judgement.evidence)


EXPECTED = {
    "tachycardia": "STACH",
    "af": "AFIB",
    "clbbb": "CLBBB",
    "crbbb": "CRBBB",
    "inferior_ste": "STE_",
    "av_block_1": "1AVB",
    "lvh": "LVH",
    "pvcs": "PVC",
}


@pytest.mark.parametrize(("kind", "code"), EXPECTED.items())
def test_the_synthetic_examples_are_found_from_the_signal_on(kind, code):
    from ecg_chat.measurements.measure import measure

    result = judge(measure(make_ecg(kind).ecg), age_years=60, sex="male")
    assert result[code].verdict == "met", explain(result[code], load_catalogue())
    for other in set(EXPECTED.values()) - {code}:
        assert result[other].verdict != "met", explain(result[other], load_catalogue())
