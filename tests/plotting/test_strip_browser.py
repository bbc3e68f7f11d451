"""The strip in a real browser: true to scale, measurable, and alone with this machine."""

import dataclasses
import json
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest

from ecg_chat.plotting.strip import strip_payload
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.signals.synthetic import make_ecg
from tests.plotting.conftest import Site, ecg_of, measured

pytestmark = pytest.mark.browser

LEFT_MM = 10  # from the sheet's edge to the first sample at 25 mm/s
TRACE_BOXES = """[...document.querySelectorAll('.ecg-plot .scatterlayer .trace')].map((t) => {
  const box = t.querySelector('path.js-line').getBBox();
  const [x, y] = [box.x, box.y];
  return {x, y, width: box.width, height: box.height};
})"""  # pulses and lead changes first, then one trace per place
# The last two texts are the scale and the time line.
NAMES = "[...document.querySelectorAll('.ecg-plot .annotation-text')].slice(0, -2).map((e) => e.textContent)"


@pytest.fixture(scope="module")
def tab(browser: Any) -> Iterator[Any]:
    """One tab for all tests: Plotly is fetched and compiled once."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def opened(tab: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """Open the page with a payload; afterwards nothing may have failed or been fetched from elsewhere."""
    problems: list[str] = []
    addresses: list[str] = []
    watchers = {
        "pageerror": lambda error: problems.append(str(error)),
        "console": lambda message: problems.append(message.text) if message.type == "error" else None,
        "request": lambda request: addresses.append(request.url),
    }
    for name, watch in watchers.items():
        tab.on(name, watch)

    def open_page(payload: dict[str, Any], width: int = 1440, height: int = 900, **options: Any) -> Any:
        site.payload = payload
        tab.set_viewport_size({"width": width, "height": height})
        tab.goto(f"{site.url}/?options={quote(json.dumps(options))}")
        tab.wait_for_function("document.title === 'drawn'")
        return tab

    yield open_page
    for name, watch in watchers.items():
        tab.remove_listener(name, watch)
    assert problems == []
    assert [a for a in addresses if not a.startswith((site.url, "data:", "blob:"))] == []


def spot(page: Any, x_mm: float, y_mm: float) -> tuple[float, float]:
    box = page.locator(".ecg-sheet").bounding_box()
    scale = page.evaluate("strip.options.pxPerMm")
    return box["x"] + x_mm * scale, box["y"] + y_mm * scale


def click(page: Any, x_mm: float, y_mm: float) -> None:
    page.mouse.click(*spot(page, x_mm, y_mm))


def last_reading(page: Any) -> Any:
    return page.evaluate("events.filter(([name]) => name === 'ecg-caliper').at(-1)[1]")


@pytest.mark.parametrize(("zoom", "speed", "gain"), [(4, 25, 10), (3, 50, 5), (6, 12.5, 20)])
def test_a_millimetre_is_always_the_same_number_of_pixels(opened, normal, zoom, speed, gain):
    page = opened(strip_payload(normal.ecg), pxPerMm=zoom, speed=speed, gain=gain, layout="12x1")
    sheet = page.evaluate("({w: strip.sheet.widthMm, h: strip.sheet.heightMm})")
    for axis, side in (("xaxis", "w"), ("yaxis", "h")):
        drawn = page.evaluate(f"(() => {{const a = strip.plot._fullLayout.{axis}; return [a._length, a.range]}})()")
        assert drawn[0] / abs(drawn[1][1] - drawn[1][0]) == pytest.approx(zoom, abs=1e-9)
        assert drawn[0] == pytest.approx(sheet[side] * zoom)
    boxes = page.evaluate(TRACE_BOXES)
    assert boxes[0]["width"] == pytest.approx((0.2 * speed + 3) * zoom, abs=0.02)  # the pulse: 200 ms and its feet
    for lead, box in zip(STANDARD_LEADS, boxes[1:], strict=True):
        signal = normal.ecg.lead(lead)
        assert box["width"] == pytest.approx(4999 / 500 * speed * zoom, abs=0.1)
        assert box["height"] == pytest.approx(float(np.ptp(signal)) * gain * zoom, abs=0.6)
    page.set_viewport_size({"width": 600, "height": 700})
    assert page.evaluate(TRACE_BOXES) == boxes  # a narrower window scrolls, it does not squeeze


def test_grid_lines_are_drawn_every_millimetre(opened, normal):
    page = opened(strip_payload(normal.ecg))
    across = page.evaluate(
        "[...document.querySelectorAll('.ecg-plot .minor-gridlayer .xgrid, .ecg-plot .gridlayer .xgrid')]"
        ".map((e) => e.getBoundingClientRect().x).sort((a, b) => a - b)"
    )
    assert len(across) > 250
    assert {round(b - a, 1) for a, b in pairwise(across)} <= {0.0, 4.0}


def test_every_layout_names_its_leads_and_keeps_the_names_apart(opened, normal):
    page = opened(strip_payload(normal.ecg))
    expected = {
        "3x4": [*(STANDARD_LEADS[r + 3 * c] for r in range(3) for c in range(4)), "II"],
        "6x2": [*(name for pair in zip(STANDARD_LEADS[:6], STANDARD_LEADS[6:], strict=True) for name in pair), "II"],
        "12x1": list(STANDARD_LEADS),
    }
    for layout, names in expected.items():
        page.get_by_label("Layout").select_option(layout)
        page.evaluate("strip.drawn")
        assert page.evaluate(NAMES) == names
        boxes = page.evaluate(
            "[...document.querySelectorAll('.ecg-plot .annotation')].map((e) => {const b = e.getBoundingClientRect();"
            "return [b.left, b.top, b.right, b.bottom]})"
        )
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (layout, a, b)


def test_no_trace_leaves_the_sheet_or_crosses_its_neighbour(opened):
    page = opened(strip_payload(make_ecg("lvh").ecg), layout="12x1")
    height = page.evaluate("strip.sheet.heightMm * strip.options.pxPerMm")
    rows = page.evaluate(
        "strip.sheet.rows.map((r) => r.segments.map("
        "(s) => [...s.samples].map((v) => r.baselineMm - v * strip.sheet.gain)))"
    )
    for upper, lower in pairwise(rows):
        assert (np.array(lower[0]) - np.array(upper[0])).min() > 0
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in page.evaluate(TRACE_BOXES))


def test_caliper_two_clicks_one_second_apart(opened, normal):
    page = opened(strip_payload(normal.ecg))
    page.get_by_role("button", name="Caliper").click()
    baseline = page.evaluate("strip.sheet.rows[1].baselineMm")
    click(page, LEFT_MM + 10, baseline)
    click(page, LEFT_MM + 35, baseline - 5)
    reading = last_reading(page)
    assert reading["ms"] == pytest.approx(1000, abs=3)
    assert reading["bpm"] == pytest.approx(60, abs=0.2)
    assert reading["mv"] == pytest.approx(0.5, abs=0.01)
    assert (reading["lead"], round(reading["start_s"], 2), round(reading["stop_s"], 2)) == ("II", 0.4, 1.4)
    assert page.locator(".ecg-output").inner_text() == "1000 ms (±10) · 60/min · +0.50 mV"
    assert page.locator(".ecg-caliper .ecg-reading").text_content() == "1000 ms (±10) · 60/min · +0.50 mV"
    page.keyboard.press("Escape")
    assert last_reading(page) is None
    assert page.locator(".ecg-caliper *").count() == 0


def test_caliper_measures_the_rr_interval_and_the_calibration_pulse(opened, normal):
    page = opened(strip_payload(normal.ecg), pxPerMm=6, speed=50)
    page.evaluate("strip.caliper(true)")
    first, second = (beat.qrs_on_s for beat in normal.truth.beats[1:3])
    row = page.evaluate("({y: strip.sheet.rows[3].baselineMm, x: strip.sheet.leftMm})")
    click(page, row["x"] + first * 50, row["y"])
    click(page, row["x"] + second * 50, row["y"])
    assert last_reading(page)["ms"] == pytest.approx((second - first) * 1000, abs=4)
    pulse = page.evaluate("({x: strip.sheet.pulseStartMm + strip.sheet.leadInMm, w: strip.sheet.pulseMm})")
    click(page, pulse["x"], row["y"])
    click(page, pulse["x"] + pulse["w"], row["y"] - 10)
    assert last_reading(page)["ms"] == pytest.approx(200, abs=4)
    assert last_reading(page)["mv"] == pytest.approx(1.0, abs=0.02)


def test_caliper_gives_no_millivolts_between_two_leads(opened, normal):
    page = opened(strip_payload(normal.ecg), caliper=True)
    rows = page.evaluate("strip.sheet.rows.map((r) => r.baselineMm)")
    click(page, LEFT_MM + 60, rows[0])
    click(page, LEFT_MM + 70, rows[0])  # I and aVR: the columns follow each other in time
    assert last_reading(page)["mv"] is None
    assert last_reading(page)["ms"] == pytest.approx(400, abs=3)


def test_caliper_points_can_be_dragged(opened, normal):
    page = opened(strip_payload(normal.ecg), caliper=True)
    y = page.evaluate("strip.sheet.rows[3].baselineMm")
    click(page, LEFT_MM + 20, y)
    click(page, LEFT_MM + 30, y)
    page.mouse.move(*spot(page, LEFT_MM + 30, y))
    page.mouse.down()
    page.mouse.move(*spot(page, LEFT_MM + 45, y), steps=3)
    page.mouse.up()
    assert last_reading(page)["ms"] == pytest.approx(1000, abs=3)
    assert page.locator(".ecg-caliper circle.ecg-point").count() == 2


def test_a_reading_does_not_move_the_paper_under_the_pointer(opened, normal):
    page = opened(strip_payload(normal.ecg), width=390, height=844, caliper=True)
    before = page.locator(".ecg-sheet").bounding_box()
    click(page, LEFT_MM + 20, 20)
    click(page, LEFT_MM + 40, 20)
    assert page.locator(".ecg-output").inner_text() != ""
    assert page.locator(".ecg-sheet").bounding_box() == before
    page.evaluate("strip.setOptions({pxPerMm: 5})")
    assert "(±8)" in page.locator(".ecg-output").inner_text()


def test_caliper_works_from_the_keyboard(opened, normal):
    page = opened(strip_payload(normal.ecg))
    page.locator(".ecg-scroll").focus()
    page.keyboard.press("c")
    assert page.get_by_role("button", name="Caliper").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    reading = last_reading(page)
    assert reading["ms"] == pytest.approx(1000, abs=0.01)
    assert reading["mv"] == pytest.approx(0.1, abs=1e-6)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.evaluate("strip.options.caliper") is False


def test_highlight_lights_the_cited_span_where_it_is_drawn(opened, normal):
    page = opened(strip_payload(normal.ecg))
    assert page.evaluate("strip.highlight({lead: 'V2', start_s: 5.5, stop_s: 5.9})") == 1
    box = page.locator(".ecg-lit").bounding_box()
    left, _ = spot(page, LEFT_MM + 5.5 * 25, 0)
    assert box["x"] == pytest.approx(left, abs=1.1)
    assert box["width"] == pytest.approx(0.4 * 100, abs=2.1)
    assert page.locator(".ecg-caption").text_content() == "V2 5.50–5.90 s"
    assert page.evaluate("strip.highlight({lead: null, start_s: 1.0, stop_s: 1.2})") == 4  # I, II, III, rhythm strip
    page.evaluate("strip.clear()")
    assert page.locator(".ecg-lit").count() == 0


def test_a_second_that_the_layout_hides_is_shown_on_the_rhythm_strip(opened, normal):
    page = opened(strip_payload(normal.ecg))
    assert page.evaluate("strip.highlight({lead: 'V2', start_s: 2.1, stop_s: 2.5})") == 1
    page.evaluate("strip.drawn")
    assert page.evaluate(NAMES)[-1] == "V2"
    assert "rhythm strip now shows V2" in page.locator(".ecg-status").inner_text()
    page.evaluate("strip.clear()")
    assert page.evaluate(NAMES)[-1] == "II"


def test_highlight_of_a_lead_that_was_not_recorded_marks_the_time_on_all(opened, normal):
    page = opened(strip_payload(normal.ecg.select(("I", "II", "V1"))), layout="rows")
    assert page.evaluate("strip.highlight({lead: 'V6', start_s: 2.1, stop_s: 2.5})") == 3
    assert "V6 was not recorded" in page.locator(".ecg-status").inner_text()


def test_on_a_phone_the_strip_scrolls_to_the_highlight(opened, normal):
    page = opened(strip_payload(normal.ecg), width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("strip.highlight({lead: 'V5', start_s: 8.0, stop_s: 8.4})")
    page.wait_for_function("document.querySelector('.ecg-scroll').scrollLeft > 400")
    box = page.locator(".ecg-lit").first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_a_page_narrower_than_the_paper_gets_3_pixels_per_millimetre_and_wider_ones_4(opened, normal):
    page = opened(strip_payload(normal.ecg), width=1000)
    assert page.evaluate("strip.options.pxPerMm") == 3
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_function("strip.options.pxPerMm === 4")
    page.evaluate("strip.setOptions({pxPerMm: 5})")
    page.set_viewport_size({"width": 1000, "height": 900})
    page.wait_for_timeout(100)
    assert page.evaluate("strip.options.pxPerMm") == 5  # the person chose


def test_waves_are_drawn_at_the_measured_times(opened, normal):
    m = measured(normal)
    page = opened(strip_payload(normal.ecg, m), layout="12x1")
    assert page.locator(".ecg-wave").count() == 0
    page.get_by_role("button", name="Waves").click()
    xs = page.evaluate(
        "[...document.querySelectorAll('.ecg-edge.ecg-wave-qrs')].map((e) => Number(e.getAttribute('x1')))"
    )
    assert len(xs) == 2 * len(m.beats) * 12 - 2 * 12 * sum(not b.qrs_off_s or b.qrs_off_s > 10 for b in m.beats)
    assert page.locator(".ecg-wave-letter").filter(has_text="P").count() == len(m.beats)
    assert sorted({round((x - LEFT_MM) / 25, 3) for x in xs})[:2] == pytest.approx(
        [m.beats[0].qrs_on_s, m.beats[0].qrs_off_s], abs=0.002
    )
    assert page.locator(".ecg-wave-letter").filter(has_text="QRS").count() == len(m.beats)


def test_premature_ventricular_beats_are_lettered(opened):
    synthetic = make_ecg("pvcs")
    n = sum(beat.kind == "ventricular" for beat in synthetic.truth.beats)
    page = opened(strip_payload(synthetic.ecg, measured(synthetic)), waves=True, layout="12x1")
    assert n > 0
    assert page.locator(".ecg-kind").filter(has_text="V").count() == 12 * n


def test_controls_have_names_and_change_the_paper(opened, normal):
    page = opened(strip_payload(normal.ecg))
    for label, value in (("Speed", "50"), ("Gain", "20"), ("Zoom", "3"), ("Paper", "dark"), ("Rhythm strip", "V1")):
        page.get_by_label(label).select_option(value)
    page.evaluate("strip.drawn")
    options = page.evaluate("events.filter(([name]) => name === 'ecg-options').at(-1)[1]")
    assert (options["speed"], options["gain"], options["pxPerMm"], options["paper"]) == (50, 20, 3, "dark")
    image = page.get_by_role("img")
    assert "50 mm/s · 20 mm/mV" in image.get_attribute("aria-label")
    assert "leads I, II, III" in image.get_attribute("aria-label")
    page.get_by_label("Layout").select_option("12x1")
    assert not page.get_by_label("Rhythm strip").is_visible()
    assert page.get_by_role("button", name="Waves").is_disabled()  # nothing was measured


def test_hostile_lead_names_stay_text(opened):
    names = ("<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>V1</a>")
    page = opened(strip_payload(ecg_of(np.zeros((2, 2500)), leads=names)))
    assert page.evaluate(NAMES) == ["<img src=x oner…", "<a href='javasc…"]
    assert page.locator(".ecg-strip img, .ecg-strip a").count() == 0


def test_gaps_missing_leads_and_flags_are_shown(opened, normal):
    signal = normal.ecg.signal[:8].copy()
    signal[1, 1000:2000] = np.nan
    ecg = ecg_of(signal, leads=STANDARD_LEADS[:8])
    m = dataclasses.replace(measured(normal), quality={"I": ("noisy",)})
    page = opened(strip_payload(ecg, m), layout="3x4")
    words = page.evaluate("[...document.querySelectorAll('.ecg-plot .annotation-text')].map((e) => e.textContent)")
    assert "I noisy" in words and "V3 not recorded" in words
    ends = page.evaluate(
        "[...document.querySelectorAll('.ecg-plot .scatterlayer .trace')[4].querySelectorAll('path.js-line')]"
        ".map((p) => {const box = p.getBBox(); return [box.x, box.x + box.width]})"
    )
    assert ends == [pytest.approx([LEFT_MM * 4, (LEFT_MM + 999 / 500 * 25) * 4], abs=0.5)]  # II up to its gap


def test_mounting_again_and_another_payload_leave_one_strip(opened, normal):
    page = opened(strip_payload(normal.ecg))
    other = strip_payload(make_ecg("af", duration_s=5.0).ecg)
    page.evaluate("(p) => strip.setPayload(p)", other)
    page.evaluate("strip.drawn")
    assert page.evaluate("strip.sheet.timeText") == "every column shows the first 2.5 s"
    assert page.locator(".ecg-toolbar").count() == 1
    page.evaluate(
        "(p) => { window.strip = EcgStrip.mount(document.getElementById('strip'), p); return strip.drawn }", other
    )
    assert page.locator(".ecg-strip").count() == 1
    width = page.evaluate("document.querySelector('.ecg-plot .main-svg').getBoundingClientRect().width")
    assert width == pytest.approx(4 * (LEFT_MM + math.ceil(10 * 25) + 2), abs=0.5)


def test_wrong_options_are_refused_with_the_choice(opened, normal):
    page = opened(strip_payload(normal.ecg))
    said = page.evaluate("(() => {try {strip.setOptions({speed: 30})} catch (e) {return e.message}})()")
    assert said == "speed is 30, expected one of 12.5, 25, 50"
