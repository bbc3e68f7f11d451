"""Each criterion at its limit: just met, and just rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ecg_chat.measurements.types import RhythmFact
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.judge import explain, judge

LBBB = {
    "qrs_ms": 120, "I V5 V6.s_mv": 0.0, "V5 V6.r_peak_time_ms": 61, "I V5 V6.q_mv": 0.0,
}  # fmt: skip
RBBB = {"qrs_ms": 120, "V1.r_prime_mv": 0.5, "I V6.s_ms": 60}
LAFB = {"qrs_axis_deg": -45, "aVL.q_mv": -0.1, "aVL.r_peak_time_ms": 45}
LPFB = {
    "qrs_axis_deg": 100, "I aVL.r_mv": 0.1, "I aVL.s_mv": -0.6, "III aVF.q_mv": -0.1, "III aVF.r_mv": 0.9,
}  # fmt: skip
RVH = {"qrs_axis_deg": 110, "V1.r_mv": 0.71, "V1.s_mv": -0.2, "V5.s_mv": -0.71}
AF = {"rhythm.regularity": "irregularly irregular", "rhythm.p_share": 0.1, "rhythm.p_upright_ii": None}
DROPPED = {"rhythm.facts": (RhythmFact("dropped_beats", True, "2 P waves on time without a QRS", 2.0),)}
NONE_DROPPED = {"rhythm.facts": (RhythmFact("dropped_beats", False, "every P wave is followed by a QRS"),)}
INDEPENDENT = {
    "rhythm.facts": (RhythmFact("av_dissociation", True, "P waves at 86/min and QRS at 44/min", 86.0, "/min"),),
    "heart_rate_bpm": 44,
}
STRAIN = {"V5 V6.st_j_mv": -0.05, "V5 V6.t_mv": -0.2}
POSTERIOR = {"V1 V2.r_mv": 0.5, "V1 V2.s_mv": -0.5, "V1 V2.r_ms": 40}
INFERIOR_Q = {"II III.q_ms": 30, "II III.q_mv": -0.1}
LATERAL_Q = {"V5 V6.q_ms": 30, "V5 V6.q_mv": -0.1}


def depressed(leads: str, mv: float = -0.05) -> dict[str, float]:
    return {f"{leads}.st_j_mv": mv, f"{leads}.st_j80_mv": mv}


@dataclass(frozen=True)
class Case:
    """Changes to a normal adult that just meet a statement, and a small change on top that just rejects it."""

    code: str
    met: Mapping[str, Any]
    spoiled_by: Mapping[str, Any]
    age: float | None = 60.0
    sex: Any = "male"
    fields: Mapping[str, Any] = field(default_factory=dict)
    spoiled_fields: Mapping[str, Any] = field(default_factory=dict)


def beat_case(code: str, marks: str, spoiled: str) -> Case:
    return Case(code, {}, {}, fields={"marks": marks}, spoiled_fields={"marks": spoiled})


CASES = [
    Case("SR", {"heart_rate_bpm": 120}, {"rhythm.p_share": 0.79}),
    Case("SR", {}, {"rhythm.p_upright_ii": False}),
    Case("SR", {}, AF),
    Case("SBRAD", {"heart_rate_bpm": 59}, {"heart_rate_bpm": 60}),
    Case("SBRAD", {"heart_rate_bpm": 59.4}, {"heart_rate_bpm": 59.6}),  # printed as 59 and as 60
    Case("SBRAD", {"heart_rate_bpm": 69}, {"heart_rate_bpm": 70}, age=4),
    Case("STACH", {"heart_rate_bpm": 101}, {"heart_rate_bpm": 100}),
    Case("STACH", {"heart_rate_bpm": 131}, {"heart_rate_bpm": 130}, age=9),
    Case("STACH", {"heart_rate_bpm": 181}, {"heart_rate_bpm": 180}, age=0.1),
    Case("AFIB", AF, {"rhythm.p_share": 0.9}),
    Case("AFIB", AF, {"rhythm.regularity": "regular"}),
    Case("AFLT", {"rhythm.atrial_activity": "flutter-like 300/min"}, {"rhythm.atrial_activity": ""}),
    Case("AFIB", {**AF, "rhythm.p_share": 0.2}, {"rhythm.p_share": 0.21}),
    Case("AFIB", {**AF, "rhythm.regularity": "irregular"}, {"rhythm.regularity": "regular"}),
    Case("SVTAC", {"heart_rate_bpm": 140, "rhythm.p_share": 0.1}, {"heart_rate_bpm": 139}),
    Case("SVTAC", {"heart_rate_bpm": 140, "rhythm.p_share": 0.1}, {"rhythm.p_share": 0.9}),
    Case("SVTAC", {"heart_rate_bpm": 180, "rhythm.p_share": 0.1}, {"qrs_ms": 120}),
    Case("PACE", {"rhythm.pacing_spikes": 5}, {"rhythm.pacing_spikes": 4}),
    Case("2AVB", DROPPED, NONE_DROPPED),
    Case("3AVB", INDEPENDENT, {"rhythm.facts": (RhythmFact("av_dissociation", False, "RR is not regular"),)}),
    Case("LPR", {"pr_ms": 201}, {"pr_ms": 200}),
    Case("1AVB", {"pr_ms": 201}, {"pr_ms": 200}),
    Case("1AVB", {"pr_ms": 201}, {"rhythm.pr_constant": False}),
    Case("1AVB", {"pr_ms": 171}, {"pr_ms": 170}, age=5),
    Case("CLBBB", LBBB, {"qrs_ms": 119}),
    Case("CLBBB", LBBB, {"I.q_mv": -0.03}),
    Case("CLBBB", LBBB, {"V6.q_mv": -0.05}),
    Case("CLBBB", LBBB, {"V5 V6.r_peak_time_ms": 60}),
    Case("CLBBB", LBBB, {"V5 V6.r_prime_mv": 0.03}),
    Case("CLBBB", LBBB, {"V1.qrs_net_mv": 0.1}),
    Case("CLBBB", {**LBBB, "qrs_ms": 101}, {"qrs_ms": 100}, age=10),
    Case("CLBBB", {**LBBB, "qrs_ms": 91}, {"qrs_ms": 90}, age=3),
    Case("ILBBB", {**LBBB, "qrs_ms": 110}, {"qrs_ms": 109}),
    Case("ILBBB", {**LBBB, "qrs_ms": 119}, {"qrs_ms": 120}),
    Case("CRBBB", RBBB, {"qrs_ms": 119}),
    Case("CRBBB", RBBB, {"V1.r_prime_mv": 0.02}),
    Case("CRBBB", RBBB, {"I.s_ms": 40, "I.r_ms": 45}),
    Case("CRBBB", {**RBBB, "V1.r_prime_mv": 0.0, "V1.s_mv": 0.0, "V1.r_peak_time_ms": 51}, {"V1.r_peak_time_ms": 50}),
    Case("IRBBB", {**RBBB, "qrs_ms": 110}, {"qrs_ms": 109}),
    Case("IRBBB", {**RBBB, "qrs_ms": 119}, {"qrs_ms": 120}),
    Case("LAFB", LAFB, {"qrs_axis_deg": -44}),
    Case("LAFB", {**LAFB, "qrs_axis_deg": -90}, {"qrs_axis_deg": -91}),
    Case("LAFB", LAFB, {"aVL.r_peak_time_ms": 44}),
    Case("LAFB", LAFB, {"aVL.q_mv": 0.0}),
    Case("LAFB", LAFB, {"qrs_ms": 120}),
    Case("LAFB", {**LAFB, **RBBB}, {"V1.r_prime_mv": 0.0}),
    Case("LPFB", LPFB, {"qrs_axis_deg": 89}),
    Case("LPFB", LPFB, {"III.q_mv": -0.02}),
    Case("LPFB", LPFB, {"qrs_axis_deg": 110, "V1.r_mv": 0.9, "V5.s_mv": -0.9}),
    Case("IVCD", {"qrs_ms": 111}, {"qrs_ms": 110}),
    Case("IVCD", {"qrs_ms": 125}, RBBB),
    Case("WPW", {"pr_ms": 119, "qrs_ms": 111}, {"pr_ms": 120}),
    Case("WPW", {"pr_ms": 119, "qrs_ms": 111}, {"qrs_ms": 110}),
    Case("LVH", {"aVL.r_mv": 1.22, "V3.s_mv": -1.22, "qrs_ms": 100}, {"qrs_ms": 99}),
    Case("LVH", {"V1.s_mv": -1.5, "V5.r_mv": 2.0, **STRAIN}, {"V5 V6.t_mv": 0.1}),
    Case("VCLVH", {"V1.s_mv": -1.5, "V6.r_mv": 2.0}, {"V6.r_mv": 1.99}, age=36),
    Case("VCLVH", {"aVL.r_mv": 1.4, "V3.s_mv": -1.4}, {"V3.s_mv": -1.39}),
    Case("VCLVH", {"aVL.r_mv": 1.0, "V3.s_mv": -1.0}, {"V3.s_mv": -0.99}, sex="female"),
    Case("RVH", RVH, {"qrs_axis_deg": 109}),
    Case("RVH", RVH, {"V1.r_mv": 0.7, "V1.s_mv": -0.7}),
    Case("RVH", RVH, {"V5.s_mv": -0.7}),
    Case("LAO/LAE", {"V1.p_terminal_mv": -0.1, "V1.p_terminal_ms": 40}, {"V1.p_terminal_mv": -0.09}),
    Case("LAO/LAE", {"V1.p_terminal_mv": -0.1, "V1.p_terminal_ms": 40}, {"V1.p_terminal_ms": 39}),
    Case("RAO/RAE", {"II.p_mv": 0.26}, {"II.p_mv": 0.25}),
    Case("RAO/RAE", {"V1.p_mv": 0.15}, {"V1.p_mv": 0.14}),
    Case("LVOLT", {" ".join(("I", "II", "III", "aVR", "aVL", "aVF")) + ".r_mv": 0.29,
                   "aVR.s_mv": -0.1, "V1 V2 V3 V4 V5 V6.r_mv": 0.5, "V1 V2 V3 V4 V5 V6.s_mv": -0.49},
         {"V4.s_mv": -0.5}),
    Case("HVOLT", {"aVL.r_mv": 1.11}, {"aVL.r_mv": 1.1}),
    Case("HVOLT", {"V5.r_mv": 2.51}, {"V5.r_mv": 2.5}),
    Case("HVOLT", {"V2.s_mv": -2.51}, {"V2.s_mv": -2.5}),
    Case("IMI", INFERIOR_Q, {"II III.q_ms": 29}),
    Case("IMI", INFERIOR_Q, {"III.q_mv": -0.09}),
    Case("ASMI", {"V1.r_mv": 0.0, "V1.q_mv": -0.8, "V2.q_ms": 20, "V2.q_mv": -0.03}, {"V2.q_ms": 19}),
    Case("ASMI", {"V2 V3.q_ms": 20, "V2 V3.q_mv": -0.03}, {"V3.q_mv": -0.02}),
    Case("AMI", {"V3.q_ms": 20, "V4.q_ms": 30, "V3 V4.q_mv": -0.1}, {"V4.q_ms": 29}),
    Case("ALMI", {"V4 V5.q_ms": 30, "V4 V5.q_mv": -0.1}, {"V5.q_mv": -0.09}),
    Case("LMI", LATERAL_Q, {"V6.q_ms": 29}),
    Case("LMI", {"I aVL.q_ms": 30, "I aVL.q_mv": -0.1}, {"aVL.q_ms": 29}),
    Case("ILMI", {**INFERIOR_Q, **LATERAL_Q}, {"V6.q_ms": 29}),
    Case("PMI", POSTERIOR, {"V1.r_ms": 39}),
    Case("PMI", POSTERIOR, {"V1 V2.s_mv": -0.51}),
    Case("PMI", POSTERIOR, {"V1 V2.t_mv": 0.0}),
    Case("IPMI", {**POSTERIOR, **INFERIOR_Q}, {"II III.q_ms": 29}),
    Case("IPLMI", {**POSTERIOR, **INFERIOR_Q, **LATERAL_Q}, {"V6.q_ms": 29}),
    Case("QWAVE", INFERIOR_Q, {"II.q_ms": 29}),
    Case("ABQRS", {"qrs_ms": 111}, {"qrs_ms": 110}),
    Case("ISCAL", depressed("V4 V5"), {"V5.st_j80_mv": -0.04}),
    Case("ISCIN", depressed("II aVF"), {"aVF.st_j_mv": -0.04}),
    Case("ISCIN", {"II aVF.t_mv": -0.11}, {"aVF.t_mv": -0.1}),
    Case("ISCIL", depressed("II aVF V5 V6"), {"V6.st_j_mv": -0.04}),
    Case("ISCAS", depressed("V2 V3"), {"V3.st_j_mv": -0.04}),
    Case("ISCLA", depressed("I aVL"), {"aVL.st_j_mv": -0.04}),
    Case("ISCAN", depressed("V3 V4"), {"V4.st_j_mv": -0.04}),
    Case("ISC_", {"V4 V5.t_mv": -0.11}, {"V4.r_mv": 0.2}),
    Case("INJAS", depressed("V2 V3", -0.1), {"V3.st_j_mv": -0.09}),
    Case("INJAL", depressed("V4 V5", -0.1), {"V5.st_j_mv": -0.09}),
    Case("INJIN", depressed("III aVF", -0.1), {"III.st_j_mv": -0.09}),
    Case("INJLA", depressed("V5 V6", -0.1), {"V6.st_j80_mv": -0.09}),
    Case("INJIL", depressed("II aVF V5 V6", -0.1), {"V6.st_j_mv": -0.09}),
    Case("STD_", depressed("V4 V5"), {"V5.st_j_mv": -0.04}),
    Case("STE_", {"II III.st_j_mv": 0.1}, {"III.st_j_mv": 0.09}),
    Case("STE_", {"V2 V3.st_j_mv": 0.2}, {"V3.st_j_mv": 0.19}, age=40),
    Case("STE_", {"V2 V3.st_j_mv": 0.25}, {"V3.st_j_mv": 0.24}, age=39),
    Case("STE_", {"V2 V3.st_j_mv": 0.15}, {"V3.st_j_mv": 0.14}, sex="female"),
    Case("INVT", {"V4 V5.t_mv": -0.1}, {"V5.t_mv": -0.09}),
    Case("LOWT", {"V5 V6.r_mv": 2.0, "V5 V6.t_mv": 0.18}, {"V6.t_mv": 0.2}),
    Case("LOWT", {"V5 V6.t_mv": 0.1}, {"V6.t_mv": 0.11}),
    Case("LOWT", {"V5 V6.t_mv": 0.0}, {"V6.t_mv": -0.01}),
    Case("NDT", {"V5 V6.t_mv": 0.1}, {"V6.t_mv": 0.11}),
    Case("NT_", {"V5 V6.t_mv": -0.2, "V4.t_mv": -0.2}, {"V4.t_mv": -0.21}),
    Case("TAB_", {"V5 V6.t_mv": 0.1}, {"V6.t_mv": 0.11}),
    Case("LNGQT", {"qtc_fridericia_ms": 450}, {"qtc_fridericia_ms": 449}),
    Case("LNGQT", {"qtc_fridericia_ms": 460}, {"qtc_fridericia_ms": 459}, sex="female"),
    Case("LNGQT", {"qtc_bazett_ms": 461}, {"qtc_bazett_ms": 460}, age=8),
    Case("NORM", {}, {"qrs_ms": 111}),
    Case("NORM", {"heart_rate_bpm": 50}, {"heart_rate_bpm": 49}),
    Case("NORM", {"heart_rate_bpm": 100}, {"heart_rate_bpm": 101}),
    Case("NORM", {"qrs_axis_deg": -30}, {"qrs_axis_deg": -31}),
    Case("NORM", {"qrs_axis_deg": 90}, {"qrs_axis_deg": 91}),
    Case("NORM", {"pr_ms": 120}, {"pr_ms": 119}),
    Case("NORM", {}, {"II III.st_j_mv": 0.1}),
    Case("NORM", {"qrs_ms": 90}, {"qrs_ms": 91}, age=10),
    beat_case("PVC", "NNNVNNNN", "NNNNNNNN"),
    beat_case("PAC", "NNNANNNN", "NNNVNNNN"),
    beat_case("PRC(S)", "NNNUNNNN", "NNNNNNNN"),
    beat_case("PAC", "NNNEENNN", "NNNNNNNN"),
    beat_case("BIGU", "NVNVNVNN", "NVNVNNNV"),
    beat_case("TRIGU", "NNVNNVNNV", "NNVNNVNNN"),
]  # fmt: skip
UNEVEN = Case("SARRH", {}, {})


def judged(case: Case, changes, fields, build, beats):
    other = {"beats": beats(fields["marks"])} if "marks" in fields else {}
    return judge(build(changes, **other), age_years=case.age, sex=case.sex)


def ident(case: Case) -> str:
    return f"{case.code}-{'+'.join(case.spoiled_by) or case.spoiled_fields.get('marks', '')}"


@pytest.mark.parametrize("case", CASES, ids=ident)
def test_a_criterion_is_met_at_its_limit_and_rejected_just_beside_it(case, build, beats):
    met = judged(case, case.met, case.fields, build, beats)[case.code]
    assert met.verdict == "met", explain(met, load_catalogue())
    assert met.evidence
    assert all(item.met is True for item in met.evidence)
    spoiled = judged(
        case, {**case.met, **case.spoiled_by}, {**case.fields, **case.spoiled_fields}, build, beats
    )[case.code]  # fmt: skip
    assert spoiled.verdict == "rejected", explain(spoiled, load_catalogue())
    assert spoiled.failed


@pytest.mark.parametrize(("age", "longest_s", "verdict"), [(40, 1.121, "met"), (40, 1.119, "rejected")])
def test_sinus_arrhythmia_from_120_ms_of_pp_variation(age, longest_s, verdict, build, beats):
    steady = beats("N" * 9, rr_s=1.0)
    last = steady[-1]
    moved = [*steady[:-1], type(last)(last.r_s, p_peak_s=steady[-2].p_peak_s + longest_s)]
    result = judge(build({"heart_rate_bpm": 60}, beats=tuple(moved)), age_years=age, sex="male")
    assert result["SARRH"].verdict == verdict


def test_every_statement_with_criteria_has_a_case():
    with_criteria = {code for code, statement in load_catalogue().items() if statement.has_criteria}
    assert with_criteria == {case.code for case in CASES} | {"SARRH"}
