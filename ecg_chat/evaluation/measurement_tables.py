"""The result of ``evaluate measurements`` as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ecg_chat.evaluation.delineation_tables import groups_sentence, plain, ranged, table
from ecg_chat.evaluation.sub_command import Result

NAMES: Mapping[str, str] = {"p_ms": "P, ms", "pr_ms": "PR, ms", "qrs_ms": "QRS, ms", "qt_ms": "QT, ms",
                            "heart_rate_bpm": "heart rate, /min"}  # fmt: skip


def as_markdown(result: Result) -> str:
    """Write all tables."""
    parts = [_heading(result)]
    for group, programs in result["tables"].items():
        rules = list(next(iter(programs.values())))
        for rule in rules:
            keys = [key for key in NAMES if rule == rules[0] or key != "heart_rate_bpm"]  # the rate has one reference
            title = f"**Reference: {rule}, {group}** ({len(result['groups'][group])} records)"
            parts.append(f"{title}\n\n{_agreement(programs, rule, keys)}")
        worst = _worst(result["worst"][group])
        parts.append(f"**Furthest from the robust reference, {group}**: record (measured / marked)\n\n{worst}")
    return "\n\n".join(parts)


def _heading(result: Result) -> str:
    text = (
        f"{result['data']}, {result['records']} records; {groups_sentence(result)}. Measured minus marked; in "
        "brackets: 95 % interval of the mean, records resampled. Limits of agreement: mean ± 1.96 SD."
    )
    failed = result.get("neurokit_failed", [])
    return text + (f" NeuroKit2 ended with an error in {len(failed)} leads." if failed else "")


def _agreement(programs: Mapping[str, Any], rule: str, keys: list[str]) -> str:
    heading = ("interval", "program", "n", "mean", "SD", "median absolute", "limits of agreement", "not measured",
               "measured, not marked")  # fmt: skip
    rows = []
    for key in keys:
        for program, rules in programs.items():
            row = rules[rule][key]
            limits = "–" if row["limits"] is None else " to ".join(plain(end) for end in row["limits"])
            rows.append([NAMES[key], program, str(row["n"]), ranged(row["mean"], row["mean_interval"]),
                         plain(row["sd"]), plain(row["median_abs"]), limits, str(row["not_measured"]),
                         str(row["not_marked"])])  # fmt: skip
    return table(heading, rows)


def _worst(worst: Mapping[str, list[list[Any]]]) -> str:
    def digits(key: str) -> int:
        return 1 if key == "heart_rate_bpm" else 0

    rows = []
    for place in range(max(map(len, worst.values()))):
        cells = []
        for key in NAMES:
            entry = worst[key][place] if place < len(worst[key]) else None
            cells.append("–" if entry is None else
                         f"{entry[0]} ({plain(entry[1], digits(key))} / {plain(entry[2], digits(key))})")  # fmt: skip
        rows.append([str(place + 1), *cells])
    return table(("", *NAMES.values()), rows)
