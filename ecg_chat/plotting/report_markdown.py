"""The report as Markdown, for notes and issue trackers: the same parts as the PDF, without the strip."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecg_chat.measurements.types import Measurements
from ecg_chat.plotting.header import NOT_A_DEVICE, UNCONFIRMED, one_line
from ecg_chat.plotting.measurement_tables import measured_sections
from ecg_chat.plotting.report_parts import ReportSection, ReportTurn, printable, runs, verdict_counts
from ecg_chat.signals.ecg import Sex

_SPECIAL = re.compile(r"([\\`*_\[\]|~$])")
_LINE_START = re.compile(r"^(\s*)([#>]|[-+](?=\s|$)|-{3,}|={2,}|\d+(?=[.)]\s))", re.MULTILINE)


def report_markdown(
    measurements: Measurements | None = None,
    *,
    title: str = "ECG report",
    lines: Sequence[str] = (),
    findings: Sequence[str] = (),
    turns: Sequence[ReportTurn] = (),
    sections: Sequence[ReportSection] = (),
    age_years: float | None = None,
    sex: Sex | None = None,
) -> str:
    """Return the report as Markdown; parameters as in `report.report_pdf`.

    Text of files, persons and models is escaped: no HTML, image, table or labelled link in it takes effect (a bare
    address stays an address).
    """
    parts = [f"# {plain(one_line(title, 200))}", f"**{UNCONFIRMED}. {NOT_A_DEVICE}.**"]
    parts += [plain(line) for line in lines]
    parts.append(_section(ReportSection("Findings", tuple(findings) or ("None were found by the criteria.",))))
    parts += [_section(section) for section in sections]
    if measurements is not None:
        parts += [_section(section) for section in measured_sections(measurements, age_years, sex)]
    if turns:
        parts += ["## Conversation", f"Every claim was held against the measurements: {verdict_counts(turns)}."]
        parts += [_turn(turn) for turn in turns]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Escape Markdown and HTML, so that the text reads as it was written."""
    escaped = _SPECIAL.sub(r"\\\1", printable(text).replace("&", "&amp;").replace("<", "&lt;"))
    return _LINE_START.sub(_line_start, escaped)


def _line_start(match: re.Match[str]) -> str:
    """Defuse what opens a heading, list or quotation; a number's point cannot be escaped before the number."""
    space, sign = match.groups()
    return f"{space}&#{ord(sign[0])};{sign[1:]}"


def _section(section: ReportSection) -> str:
    parts = [f"## {plain(section.title)}"]
    if section.lines:
        parts.append("\n".join(f"- {plain(one_line(line, 2000))}" for line in section.lines))
    if section.table:
        head, *body = section.table
        rows = [head, tuple("---" for _ in head), *body]
        cells = [[text if text == "---" else plain(one_line(text, 400)) for text in row] for row in rows]
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in cells))
    return "\n\n".join(parts)


def _turn(turn: ReportTurn) -> str:
    text = "".join(
        (f"~~{plain(run.text)}~~" if run.struck and run.text.strip() else plain(run.text))
        + (f" {run.sign}" if run.sign else "")
        + (f" ({plain(run.note)})" if run.note else "")
        for run in runs(turn)
    )
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    note = f"\n\n_{plain(one_line(turn.note, 300))}_" if turn.note else ""
    return f"**{plain(one_line(turn.speaker, 80))}**\n\n{quoted}{note}"
