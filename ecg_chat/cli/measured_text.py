"""The same as ``measured_json``, as lines that a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecg_chat.cli.terminal import table
from ecg_chat.measurements.against_norm import MARKS
from ecg_chat.measurements.number_text import DERIVED_LABELS, number_text, unit_text
from ecg_chat.measurements.rhythm_facts import LABELS as RHYTHM_LABELS
from ecg_chat.measurements.rhythm_facts import told
from ecg_chat.measurements.types import GLOBAL_UNITS, Rhythm, RhythmFact

LABELS: Mapping[str, str] = {
    "heart_rate_bpm": "Ventricular rate",
    "rr_mean_ms": "RR, mean",
    "rr_sd_ms": "RR, standard deviation",
    "rr_rmssd_ms": "RR, RMSSD",
    "rr_min_ms": "RR, shortest",
    "rr_max_ms": "RR, longest",
    "p_ms": "P",
    "pr_ms": "PR",
    "qrs_ms": "QRS",
    "qt_ms": "QT",
    "qtc_bazett_ms": "QTc Bazett",
    "qtc_fridericia_ms": "QTc Fridericia",
    "qtc_framingham_ms": "QTc Framingham",
    "qtc_hodges_ms": "QTc Hodges",
    "p_axis_deg": "P axis",
    "qrs_axis_deg": "QRS axis",
    "t_axis_deg": "T axis",
}
LEAD_COLUMNS = ("p_mv", "q_mv", "r_mv", "s_mv", "r_prime_mv", "t_mv", "st_j_mv", "st_j60_mv", "st_j80_mv")
LEAD_HEADINGS = ("P", "Q", "R", "S", "R'", "T", "ST J", "J+60", "J+80")
DISCLAIMER = "Computed, not reviewed by a physician. Not a medical device."


def measured_lines(result: Mapping[str, Any]) -> list[str]:
    """Return the lines for the terminal from the object of `measured_json.measured_object`."""
    window = result["window"]
    length = f"{result['fs_hz']:g} Hz, {result['duration_s']:g} s, leads {' '.join(result['leads'])}"
    lines = [f"{result['file']}: {result['format']}, {length}"]
    if window["duration_s"] < result["duration_s"]:
        lines.append(f"Measured: {window['start_s']:g} to {window['start_s'] + window['duration_s']:g} s")
    lines += ["", "Measurements"]
    lines += table([_overall_row(name, result) for name in GLOBAL_UNITS if name in result["global"]])
    lines += _not_measurable(result)
    lines += _derived_lines(result)
    lines += _norm_lines(result)
    lines += ["", "Rhythm", *_rhythm_lines(result["rhythm"])]
    lines += ["", "Amplitudes per lead, mV"]
    lines += table([("", *LEAD_HEADINGS), *(_lead_row(lead, v) for lead, v in result["per_lead"].items())])
    lines += ["", "Statements whose criteria are met" if result["statements"] else "No statement's criteria are met"]
    for statement in result["statements"]:
        lines.append(f"  {statement['code']}: {statement['name']}")
        lines += [f"    {evidence}" for evidence in statement["evidence"]]
    flagged = [f"{lead} {', '.join(flags)}" for lead, flags in result["quality"].items() if flags]
    lines += ["", "Quality: " + ("; ".join(flagged) if flagged else "no lead is flagged")]
    lines += [f"Warning: {text}" for text in result["warnings"]]
    lines += [f"Note: {text}" for text in result["notes"]]
    return [*lines, "", DISCLAIMER]


def _overall_row(name: str, result: Mapping[str, Any]) -> tuple[str, ...]:
    value = result["global"][name]
    if value is None:
        return (LABELS.get(name, name), "not measurable", "", *_beside(name, result))
    return (LABELS.get(name, name), f"{value:.0f}", GLOBAL_UNITS[name].replace("deg", "°"), *_beside(name, result))


def _beside(name: str, result: Mapping[str, Any]) -> tuple[str, str]:
    """Return on which side of the norm the number lies, and the norm."""
    norm = result["normal"].get(name)
    return ("", "") if norm is None or not norm["source"] else (MARKS[norm["outside"]], f"normal {norm['text']}")


def _derived_lines(result: Mapping[str, Any]) -> list[str]:
    """Return voltage sums and what else is made of several leads, each with its remark."""
    if not result["derived"]:
        return []
    rows, remarks = [], []
    for name, value in result["derived"].items():
        label = DERIVED_LABELS[name]
        number = "not measurable" if value["value"] is None else number_text(name, value["value"])
        rows.append((label, number, "" if value["value"] is None else unit_text(name).strip(), *_beside(name, result)))
        remark = value.get("reason") or value.get("note")
        remarks += [f"  {label}: {remark}"] if remark else []
    return ["", "Voltage sums and wave forms", *table(rows), *remarks]


def _norm_lines(result: Mapping[str, Any]) -> list[str]:
    """Return where the limits come from, and which numbers have none for this person."""
    sources = dict.fromkeys(norm["source"] for norm in result["normal"].values() if norm["source"])
    without: dict[str, list[str]] = {}
    for name, norm in result["normal"].items():
        if not norm["source"]:
            without.setdefault(norm["text"], []).append(LABELS.get(name) or DERIVED_LABELS[name])
    lines = [f"  {source}" for source in sources]
    lines += [f"  {reason[0].upper()}{reason[1:]}: {', '.join(names)}" for reason, names in without.items()]
    return ["", "Normal limits from", *lines] if lines else []


def _rhythm_lines(rhythm: Mapping[str, Any]) -> list[str]:
    """Return what was found with its words, what was not found in one line, and what was not judged by reason."""
    facts = tuple(
        RhythmFact(name, fact["holds"], fact["text"], fact["value"], fact["unit"])
        for name, fact in rhythm["facts"].items()
    )
    rr, shown, absent, reasons = told(Rhythm(rhythm["regularity"], None, None, None, None, None, None, facts=facts))
    lines = [f"  RR {rr}", *(f"  {RHYTHM_LABELS[fact.name]}: {fact.text}" for fact in shown)]
    lines += [f"  Not found: {'; '.join(absent)}"] if absent else []
    return [*lines, *(f"  Not judged ({reason}): {'; '.join(labels)}" for reason, labels in reasons.items())]


def _not_measurable(result: Mapping[str, Any]) -> list[str]:
    """Return one line a reason, with the values it holds for; the per-lead ones show as "-" in their table."""
    by_reason: dict[str, list[str]] = {}
    for name in GLOBAL_UNITS:
        if name in result["reasons"]:
            by_reason.setdefault(result["reasons"][name], []).append(LABELS.get(name, name))
    return [f"  Not measurable: {'; '.join(names)} ({reason})" for reason, names in by_reason.items()]


def _lead_row(lead: str, values: Mapping[str, float | None]) -> tuple[str, ...]:
    numbers = (values.get(name) for name in LEAD_COLUMNS)
    return (lead, *("-" if number is None else f"{number:.2f}" for number in numbers))
