"""The printed sheet is exact: its vector paths, read back by another library, give the signal."""

import ctypes
import dataclasses
import io
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image

from ecg_chat.errors import InvalidInput
from ecg_chat.plotting.layouts import arrange
from ecg_chat.plotting.paper import lead_svg, paper_pdf, paper_png, paper_sheet
from ecg_chat.signals.ecg import STANDARD_LEADS
from tests.plotting.conftest import ecg_of, measured

MM_PT = 72 / 25.4


@dataclass
class ReadBack:
    """Polylines of a PDF page in mm, and its text."""

    paths: list[np.ndarray]
    text: str
    size_mm: tuple[float, float]

    @property
    def pulses(self) -> list[np.ndarray]:
        return [p for p in self.paths if len(p) == 6]

    @property
    def traces(self) -> list[np.ndarray]:
        return [p for p in self.paths if len(p) > 50]


def read_back(pdf: bytes, page_number: int = 0) -> ReadBack:
    document = pypdfium2.PdfDocument(pdf)
    page = document[page_number]
    paths = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for thing in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
        points = []
        for i in range(pdfium.FPDFPath_CountSegments(thing.raw)):
            pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(thing.raw, i), x, y)
            points.append((x.value / MM_PT, y.value / MM_PT))
        paths.append(np.array(points))
    text = page.get_textpage().get_text_bounded()
    size = tuple(side / MM_PT for side in page.get_size())
    document.close()
    return ReadBack(paths, text, size)


@pytest.mark.parametrize(
    ("layout", "speed", "gain", "fs"), [("3x4", 25.0, 10.0, 500), ("6x2", 12.5, 20.0, 100), ("12x1", 50.0, 5.0, 100)]
)
def test_the_pdf_gives_back_amplitude_and_rate(normal, layout, speed, gain, fs):
    ecg = ecg_of(normal.ecg.signal[:, :: 500 // fs], fs)
    sheet = read_back(paper_pdf(ecg, layout=layout, speed_mm_s=speed, gain_mm_mv=gain))
    plan = arrange(ecg.leads, 10.0, layout)
    assert len(sheet.pulses) == len(plan.rows)
    cells = [(row, cell) for row, r in enumerate(plan.rows) for cell in r.cells]
    assert len(sheet.traces) == len(cells)
    for trace, (row, cell) in zip(sheet.traces, cells, strict=True):
        pulse = sheet.pulses[row]
        mm_per_mv = pulse[2, 1] - pulse[1, 1]
        mm_per_s = (pulse[3, 0] - pulse[2, 0]) / 0.2
        assert (mm_per_mv, mm_per_s) == (pytest.approx(gain, abs=1e-3), pytest.approx(speed, abs=1e-2))
        signal = ecg.lead(cell.lead)
        expected = (signal - np.median(signal))[round(cell.start_s * fs) : round(cell.stop_s * fs) + 1]
        np.testing.assert_allclose((trace[:, 1] - pulse[0, 1]) / mm_per_mv, expected, atol=0.001)
        assert mm_per_s / np.diff(trace[:, 0]).mean() == pytest.approx(fs, rel=1e-3)


def test_the_sheet_is_a4_and_carries_scale_numbers_and_warning(normal):
    sheet = read_back(paper_pdf(normal.ecg, measured(normal), name="Person 17"))
    assert sheet.size_mm == (pytest.approx(297, abs=0.1), pytest.approx(210, abs=0.1))
    for words in (
        "25 mm/s · 10 mm/mV",
        "Person 17",
        "UNCONFIRMED – computer reading, not reviewed by a physician",
        "Not a medical device",
        "HR 68/min",
        "PR 158 ms",
        "QTcF –",
        "columns follow each other in time",
        "aVR",
        "500 samples/s",
    ):
        assert words in sheet.text


def test_grid_lines_are_one_and_five_millimetres_apart(normal):
    lines = [p for p in read_back(paper_pdf(normal.ecg.select(("II",)))).paths if len(p) == 2]
    across = sorted(
        {round(float(p[0, 0]), 2) for p in lines if abs(p[0, 0] - p[1, 0]) < 1e-4 and abs(p[0, 1] - p[1, 1]) > 50}
    )
    np.testing.assert_allclose(np.diff(across), 1.0, atol=0.02)


def test_no_trace_leaves_the_grid_and_baselines_lie_on_whole_millimetres():
    rng = np.random.default_rng(3)
    sheet = paper_sheet(ecg_of(rng.normal(0, 0.4, (12, 5000))), layout="12x1")
    left, bottom, width, height = sheet.grid_mm
    for stroke in sheet.strokes:
        if stroke.kind == "trace":
            assert stroke.points[:, 0].min() >= left and stroke.points[:, 0].max() <= left + width
            assert stroke.points[:, 1].min() >= bottom and stroke.points[:, 1].max() <= bottom + height
        if stroke.kind == "pulse":
            assert (stroke.points[0, 1] - bottom) % 1 == pytest.approx(0, abs=1e-9)


def test_gaps_stay_gaps_and_missing_leads_are_named(normal):
    signal = normal.ecg.signal[:3].copy()
    signal[1, 1000:1500] = np.nan
    sheet = paper_sheet(ecg_of(signal, leads=("I", "II", "III")), layout="12x1")
    assert [len(s.points) for s in sheet.strokes if s.name == "II"] == [1000, 3500]
    assert {w.text for w in sheet.words} >= {"V1 not recorded", "aVF not recorded", "I", "II"}


def test_a_long_recording_is_printed_in_part_and_says_which(normal):
    long = ecg_of(np.tile(normal.ecg.signal, (1, 6)))
    sheet = paper_sheet(long, layout="12x1", start_s=25.0)
    assert any("25.0–35.0 s of 60 s" in words.text for words in sheet.words)
    trace = next(stroke.points[:, 1] for stroke in sheet.strokes if stroke.name == "V1")
    expected = long.lead("V1")[12_500:17_500] * 10
    np.testing.assert_allclose(np.diff(trace), np.diff(expected), atol=1e-4)


@pytest.mark.parametrize("n_leads", [1, 15, 20])
def test_any_number_of_leads_fits_a_page(n_leads):
    names = (*STANDARD_LEADS, *(f"X{i}" for i in range(20)))[:n_leads]
    sheet = paper_sheet(ecg_of(np.zeros((n_leads, 2000)), leads=names), layout="rows")
    pulses = [s.points[0, 1] for s in sheet.strokes if s.kind == "pulse"]
    assert len(pulses) == n_leads
    assert all(a - b >= 11 for a, b in pairwise(pulses))


def test_text_of_a_hostile_file_is_only_text(normal):
    source = dataclasses.replace(normal.ecg.source, name="a$\\frac{1}{0}$<b>\n\x00" + "n" * 500)
    ecg = dataclasses.replace(normal.ecg, source=source)
    assert "<b>" in read_back(paper_pdf(ecg)).text
    assert paper_png(ecg, dpi=40)[:4] == b"\x89PNG"


def test_png_has_the_size_it_says(normal):
    image = Image.open(io.BytesIO(paper_png(normal.ecg, dpi=100)))
    assert image.size == (1169, 826)
    assert image.info["dpi"] == (pytest.approx(100, abs=0.1), pytest.approx(100, abs=0.1))
    dark = (np.asarray(image.convert("L")) < 90).mean()
    assert 0.005 < dark < 0.2  # traces and words, not a blank or black page


def test_the_same_input_gives_the_same_bytes(normal):
    part = normal.ecg.select(("II",))
    assert paper_pdf(part) == paper_pdf(part)


def test_wrong_options_are_refused(normal):
    with pytest.raises(InvalidInput):
        paper_pdf(normal.ecg, gain_mm_mv=3)


def test_thumbnail_shows_the_lead_in_few_kilobytes(normal):
    svg = lead_svg(normal.ecg)
    assert len(svg) < 8000
    assert 'aria-label="Lead II, first 5 seconds"' in svg
    numbers = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", svg)]
    signal = normal.ecg.lead("II")[:2500]
    height = (signal.max() - signal.min()) * 10
    assert max(numbers) - min(numbers) == pytest.approx(height, abs=0.2)


def test_thumbnail_of_another_lead_escapes_its_name():
    svg = lead_svg(ecg_of(np.zeros((1, 1000)), leads=('"><script>',)))
    assert "<script>" not in svg
    assert "Lead &quot;&gt;&lt;script&gt;" in svg
