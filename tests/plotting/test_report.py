import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_chat.measurements.measure import measure
from ecg_chat.plotting.report import Mark, ReportSection, ReportTurn, report_markdown, report_pdf
from ecg_chat.plotting.report_parts import runs
from ecg_chat.signals.synthetic import make_ecg
from tests.plotting.conftest import measured
from tests.plotting.test_paper import read_back

ANSWER = "QRS 148 ms [V1 1.90-2.10 s](#ecg=V1,1.90,2.10), so **LBBB**. PR is 300 ms. An old infarct?"


def marked(text: str, *claims: tuple[str, str, str]) -> ReportTurn:
    marks = tuple(Mark(text.index(c), text.index(c) + len(c), verdict, note) for c, verdict, note in claims)
    return ReportTurn("mini", text, marks)


TURN = marked(
    ANSWER,
    ("QRS 148 ms", "supported", "148 ms"),
    ("PR is 300 ms", "contradicted", "measured 158 ms"),
    ("old infarct", "not checkable", ""),
)


def pdf_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text.replace("\r\n", "\n")


def test_claims_carry_their_signs_and_citations_become_words():
    parts = list(runs(TURN))
    assert "".join(run.text for run in parts) == "QRS 148 ms V1 1.90-2.10 s, so LBBB. PR is 300 ms. An old infarct?"
    assert [(run.text, run.sign) for run in parts if run.sign] == [
        ("QRS 148 ms", "✓"),
        ("PR is 300 ms", "✗"),
        ("old infarct", "◌"),
    ]
    assert [run.note for run in parts if run.struck] == ["measured 158 ms"]


def test_the_report_has_everything(normal):
    text = pdf_text(
        report_pdf(
            normal.ecg,
            measured(normal),
            title="ECG report",
            lines=["63 years, female"],
            findings=["Complete LBBB: QRS 148 ms, at least 120 ms needed"],
            turns=[ReportTurn("You", "Why LBBB?"), TURN],
            sections=[ReportSection("Limits", ("Measured at 500 samples/s.",), (("a", "b"), ("1", "2")))],
        )
    )
    for words in (
        "UNCONFIRMED",
        "Not a medical device",
        "63 years, female",
        "Complete LBBB",
        "Ventricular rate",
        "68/min",
        "not measurable",
        "QRS 148 ms ✓",
        "✗ (measured 158 ms)",
        "old infarct ◌",
        "Why LBBB?",
        "Measured at 500 samples/s.",
        "✓ supported 1 · ✗ contradicted 1 · ◌ not checkable 1",
    ):
        assert words in text


@pytest.fixture(scope="module")
def synthetic_lvh():
    ecg = make_ecg("lvh").ecg
    return ecg, measure(ecg)


def test_the_strip_in_the_report_is_the_exact_vector_sheet(normal):
    pdf = report_pdf(normal.ecg, measured(normal))
    document = pypdfium2.PdfDocument(pdf)
    n_pages = len(document)
    document.close()
    sheet = read_back(pdf, n_pages - 1)
    assert len(sheet.traces) == 13
    pulse = sheet.pulses[0]
    assert pulse[2, 1] - pulse[1, 1] == pytest.approx(10, abs=1e-3)


HOSTILE = (
    "<b>x</b> <para> &amp; </font> <script>alert(1)</script> "
    "![i](http://h/i.png) [l](javascript:x) | a | `c` \x00\x1b[31m"
)


def test_hostile_text_is_shown_as_written(normal):
    text = pdf_text(
        report_pdf(
            normal.ecg,
            None,
            title=HOSTILE,
            lines=[HOSTILE],
            findings=[HOSTILE],
            turns=[ReportTurn(HOSTILE, HOSTILE, note=HOSTILE)],
            sections=[ReportSection(HOSTILE, (HOSTILE,), ((HOSTILE,), (HOSTILE,)))],
        )
    )
    assert "<script>alert(1)</script>" in text.replace("\n", "")
    assert "\x1b" not in text


def test_markdown_escapes_what_would_act(normal):
    made = report_markdown(
        measured(normal),
        lines=[HOSTILE],
        findings=["# not a heading", "1. not a list"],
        turns=[ReportTurn("You", HOSTILE + "\n> quote\n- item"), TURN],
        sections=[ReportSection("t", (), ((HOSTILE,), ("a|b\nc",)))],
    )
    assert "<script" not in made and "<b>" not in made
    assert "![i](" not in made and r"!\[i\](http" in made
    assert "\n# not" not in made and "- # not" not in made
    assert r"a\|b c" in made
    assert "~~PR is 300 ms~~ ✗ (measured 158 ms)" in made
    assert "| Ventricular rate | 68/min |" in made


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=120),
    marks=st.lists(
        st.builds(
            Mark,
            st.integers(-5, 130),
            st.integers(-5, 130),
            st.sampled_from(["supported", "contradicted", "not checkable"]),
        ),
        max_size=5,
    ),
)
def test_any_marks_on_any_text_lose_no_word_and_no_claim(text, marks):
    parts = list(runs(ReportTurn("x", text, tuple(marks))))
    plain = "".join(c for c in text if c == "\n" or c.isprintable())
    if not any(sign in text for sign in ("[", "**", "#")):
        assert "".join(run.text for run in parts) == plain
    inside = [m for m in marks if max(m.start, 0) < min(m.stop, len(text))]
    assert sum(len(run.sign) for run in parts) >= len(inside)


@settings(max_examples=6, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_makes_a_report(normal, text):
    pdf = report_pdf(
        normal.ecg.window(0, 2.5).select(("II",)), turns=[ReportTurn("You", text, (Mark(0, 9, "contradicted", text),))]
    )
    assert pdf.startswith(b"%PDF")


def test_a_very_long_answer_takes_several_pages(normal):
    pdf = report_pdf(
        normal.ecg.select(("II",)), turns=[ReportTurn("mini", "word " * 8000), ReportTurn("mini", "x" * 20000)]
    )
    assert pdf_text(pdf).count("word") >= 8000


def test_the_report_shows_what_is_normal(synthetic_lvh):
    ecg, measurements = synthetic_lvh
    made = report_markdown(measurements, age_years=50, sex="female")
    assert "| PR interval | " in made and "120-200 ms" in made
    row = next(line for line in made.splitlines() if "Sokolow-Lyon" in line)
    assert "↑ high" in row and "below 3.50 mV" in row
    assert "Normal limits: AHA/ACCF/HRS 2009" in made
    assert "no norm without the age" in report_markdown(measurements)
    text = pdf_text(report_pdf(ecg, measurements, age_years=50, sex="female"))
    assert "↑ high" in text and "Peguero" in text


def test_a_report_of_what_was_logged_before(normal):
    assert "Voltage sums" not in report_markdown(measured(normal), age_years=50, sex="male")
