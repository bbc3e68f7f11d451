"""The result of ``evaluate delineation`` as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ecg_chat.evaluation.sub_command import Result


def as_markdown(result: Result) -> str:
    """Write all tables."""
    parts = [_heading(result)]
    for group, sets in result["tables"].items():
        for leads, programs in sets.items():
            title = f"**{leads}, {group}** ({len(result['groups'][group])} records)"
            parts.append(f"{title}\n\n{_boundaries(programs)}")
        parts.append(f"**Each lead, {group}**: F1 (%) and mean ± SD (ms)\n\n{_leads(result['per_lead'][group])}")
        parts.append(f"**Lowest F1, {group}**\n\n{_worst(result['worst'][group])}")
    return "\n\n".join(parts)


def groups_sentence(result: Result) -> str:
    """Count the groups, and say what each name means where the result knows."""
    about: Mapping[str, str] = result.get("about_groups", {})
    counts = [f"{name}: {len(members)}" + (f" ({about[name]})" if name in about else "")
              for name, members in result["groups"].items()]  # fmt: skip
    return "; ".join(counts)


def _heading(result: Result) -> str:
    text = (
        f"{result['data']}, {result['records']} records; {groups_sentence(result)}. Found: within "
        f"{result['tolerance_ms']:g} ms, one to one. Error: predicted minus marked. In brackets: 95 % interval, "
        "records resampled."
    )
    failed = result.get("neurokit_failed", [])
    return text + (f" NeuroKit2 ended with an error in {len(failed)} leads." if failed else "")


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write one Markdown table; the first column is text."""
    lines = [heading, ["---"] + ["---:"] * (len(heading) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(value: float | None, digits: int = 1) -> str:
    """Write a number, or a dash where there is none."""
    if value is None:
        return "–"
    rounded = round(value, digits) + 0.0  # no −0.0
    return f"{rounded:.{digits}f}".replace("-", "−")


def ranged(value: float | None, interval: Sequence[float] | None, *, scale: float = 1.0, digits: int = 1) -> str:
    """Write a number with its interval."""
    if value is None:
        return "–"
    text = plain(scale * value, digits)
    if interval is None:
        return text
    return f"{text} ({plain(scale * interval[0], digits)} to {plain(scale * interval[1], digits)})"


def _boundaries(programs: Mapping[str, Mapping[str, Any]]) -> str:
    heading = ("boundary", "program", "marked", "sensitivity, %", "PPV, %", "F1, %", "mean error, ms", "SD, ms",
               "median absolute, ms")  # fmt: skip
    rows = []
    for boundary in next(iter(programs.values())):
        for program, scored in programs.items():
            row = scored[boundary]
            shares = [ranged(row[k], row[f"{k}_interval"], scale=100.0) for k in ("sensitivity", "ppv", "f1")]
            errors = [ranged(row[k], row[f"{k}_interval"]) for k in ("mean_ms", "sd_ms")]
            rows.append([boundary, program, str(row["marked"]), *shares, *errors, plain(row["median_abs_ms"])])
    return table(heading, rows)


def _leads(leads: Mapping[str, Mapping[str, Any]]) -> str:
    boundaries = list(next(iter(leads.values())))

    def cell(row: Mapping[str, Any]) -> str:
        f1 = None if row["f1"] is None else 100 * row["f1"]
        return f"{plain(f1)}; {plain(row['mean_ms'])} ± {plain(row['sd_ms'])}"

    return table(("lead", *boundaries), [[lead, *(cell(row[b]) for b in boundaries)] for lead, row in leads.items()])


def _worst(rows: Sequence[Mapping[str, Any]]) -> str:
    def percent(value: float | None) -> str:
        return plain(None if value is None else 100 * value)

    heading = ("record", "F1, %", "P, %", "QRS, %", "T, %", "SD, ms", "marked", "missed", "extra")
    return table(heading, [
        [row["record"], percent(row["f1"]), *(percent(row[f"{wave}_f1"]) for wave in ("p", "qrs", "t")),
         plain(row["sd_ms"]), str(row["marked"]), str(row["marked"] - row["found"]), str(row["extra"])]
        for row in rows
    ])  # fmt: skip
