"""The report to keep or print: numbers, findings, the strip at true scale, the conversation with its claims."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from ecg_chat.measurements.types import Measurements
from ecg_chat.plotting.fonts import BOLD, REGULAR, register_fonts
from ecg_chat.plotting.header import NOT_A_DEVICE, UNCONFIRMED, one_line
from ecg_chat.plotting.measurement_tables import measured_sections
from ecg_chat.plotting.paper import MM_PT, draw_sheet, paper_sheet
from ecg_chat.plotting.report_markdown import report_markdown
from ecg_chat.plotting.report_parts import Mark, ReportSection, ReportTurn, printable, runs, verdict_counts
from ecg_chat.plotting.sheet import Sheet
from ecg_chat.signals.ecg import Ecg, Sex

_MARGIN = 18 * MM_PT
_CELL_CHARS = 400  # a cell must fit on a page
_BODY = ParagraphStyle("body", fontName=REGULAR, fontSize=9.5, leading=13.5, spaceAfter=4)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8, leading=11, textColor=HexColor("#555555"))
_CELL = ParagraphStyle("cell", parent=_BODY, fontSize=8, leading=10, spaceAfter=0)
_HEAD_CELL = ParagraphStyle("head", parent=_CELL, fontName=BOLD)
_TITLE = ParagraphStyle("title", parent=_BODY, fontName=BOLD, fontSize=16, leading=20, spaceAfter=6)
_HEADING = ParagraphStyle("heading", parent=_BODY, fontName=BOLD, fontSize=11.5, leading=15, spaceBefore=10)
_SPEAKER = ParagraphStyle("speaker", parent=_BODY, fontName=BOLD, spaceBefore=7, spaceAfter=1)
_BANNER = ParagraphStyle(
    "banner",
    parent=_BODY,
    fontName=BOLD,
    borderColor=HexColor("#8a1c1c"),
    borderWidth=1,
    borderPadding=5,
    spaceAfter=10,
)


def report_pdf(
    ecg: Ecg,
    measurements: Measurements | None = None,
    *,
    title: str = "ECG report",
    lines: Sequence[str] = (),
    findings: Sequence[str] = (),
    turns: Sequence[ReportTurn] = (),
    sections: Sequence[ReportSection] = (),
    age_years: float | None = None,
    sex: Sex | None = None,
    **sheet_options: Any,
) -> bytes:
    """Return the report as PDF.

    Parameters
    ----------
    ecg, measurements
        The recording and what was measured on it; the tables of numbers are printed.
    title : str
        Heading of the first page.
    lines : sequence of str
        Who, when, with what: one line each under the banner.
    findings : sequence of str
        One line each.
    turns : sequence of ReportTurn
        The conversation; every mark is printed after its claim as ✓, ✗ or ◌.
    sections : sequence of ReportSection
        Further parts, after the findings.
    age_years, sex
        Of the patient: they decide what is normal.
    **sheet_options
        Options of `paper.paper_sheet`; the sheet is a vector page of its own at true scale.

    Notes
    -----
    All text is shown as it is written: HTML in it is not interpreted, of Markdown only citations, headings and bold
    signs are resolved to plain words. DejaVu Sans has no Chinese, Japanese or Korean characters; they appear as boxes.
    """
    register_fonts()
    sheet = paper_sheet(ecg, measurements, **sheet_options)
    target = io.BytesIO()
    document = BaseDocTemplate(target, pagesize=A4, title=one_line(title, 200), author="ecg_chat", invariant=1)
    document.addPageTemplates([_text_page(), _strip_page(sheet)])
    story: list[Flowable] = [Paragraph(_plain(title), _TITLE), Paragraph(f"{UNCONFIRMED}. {NOT_A_DEVICE}.", _BANNER)]
    story += [Paragraph(_plain(line), _BODY) for line in lines]
    story += _section(ReportSection("Findings", tuple(findings) or ("None were found by the criteria.",)))
    for section in sections:
        story += _section(section)
    if measurements is not None:
        for section in measured_sections(measurements, age_years, sex):
            story += _section(section)
    story += [NextPageTemplate("strip"), PageBreak(), Spacer(1, 1)]
    if turns:
        story += [NextPageTemplate("text"), PageBreak(), *_conversation(turns)]
    document.build(story)
    return target.getvalue()


def _text_page() -> PageTemplate:
    width, height = A4
    frame = Frame(_MARGIN, _MARGIN, width - 2 * _MARGIN, height - 2 * _MARGIN, 0, 0, 0, 0)
    return PageTemplate("text", [frame], onPage=_footer, pagesize=A4)


def _strip_page(sheet: Sheet) -> PageTemplate:
    size = (sheet.width_mm * MM_PT, sheet.height_mm * MM_PT)

    def draw(canvas: Any, _: Any) -> None:
        draw_sheet(canvas, sheet)

    return PageTemplate("strip", [Frame(0, 0, *size, 0, 0, 0, 0)], onPage=draw, pagesize=size)


def _footer(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(REGULAR, 7.5)
    canvas.setFillColor(HexColor("#555555"))
    canvas.drawString(_MARGIN, _MARGIN * 0.55, f"{UNCONFIRMED} · {NOT_A_DEVICE}")
    canvas.drawRightString(A4[0] - _MARGIN, _MARGIN * 0.55, f"page {document.page}")
    canvas.restoreState()


def _section(section: ReportSection) -> list[Flowable]:
    parts: list[Flowable] = [Paragraph(_plain(section.title), _HEADING)]
    parts += [Paragraph(f"• {_plain(line)}", _BODY) for line in section.lines]
    if not section.table:
        return [KeepTogether(parts[:2]), *parts[2:]]
    head, *body = section.table
    cells = [[Paragraph(_cell(text), _HEAD_CELL) for text in head]]
    cells += [[Paragraph(_cell(text), _CELL) for text in row] for row in body]
    table = Table(cells, colWidths=_column_widths(section.table), repeatRows=1, spaceBefore=4, spaceAfter=6)
    table.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.3, HexColor("#bbbbbb")),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor("#333333")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return [*parts, table]


def _column_widths(table: tuple[tuple[str, ...], ...]) -> list[float]:
    """Share the width by the longest word count of each column, within reason."""
    longest = [min(max(len(row[i]) for row in table), 48) + 3 for i in range(len(table[0]))]
    return [(A4[0] - 2 * _MARGIN) * share / sum(longest) for share in longest]


def _conversation(turns: Sequence[ReportTurn]) -> list[Flowable]:
    parts: list[Flowable] = [Paragraph("Conversation", _HEADING)]
    legend = f"Every claim was held against the measurements: {verdict_counts(turns)}."
    parts.append(Paragraph(_plain(legend), _SMALL))
    for turn in turns:
        heading = Paragraph(_plain(turn.speaker), _SPEAKER)
        paragraphs = [Paragraph(text, _BODY) for text in _turn_paragraphs(turn)] or [Paragraph("–", _BODY)]
        parts += [KeepTogether([heading, paragraphs[0]]), *paragraphs[1:]]
        if turn.note:
            parts.append(Paragraph(_plain(turn.note), _SMALL))
    return parts


def _turn_paragraphs(turn: ReportTurn) -> list[str]:
    """Return one marked-up text per line: reportlab lays out many short paragraphs faster than a long one."""
    lines = [""]
    for run in runs(turn):
        first, *more = (
            f"<strike>{escape(t)}</strike>" if run.struck and t else escape(t) for t in run.text.split("\n")
        )
        lines[-1] += first
        lines += more
        if run.sign:
            note = f" ({escape(run.note)})" if run.note else ""
            lines[-1] += f'<font name="{BOLD}" size="8"> {run.sign}</font>{note}'
    return [line for line in lines if line.strip()]


def _plain(text: str) -> str:
    return escape(printable(text)).replace("\n", "<br/>")


def _cell(text: str) -> str:
    return escape(one_line(text, _CELL_CHARS))


__all__ = ["Mark", "ReportSection", "ReportTurn", "report_markdown", "report_pdf"]
