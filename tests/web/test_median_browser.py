"""A real Chromium moves boundaries by mouse and keyboard, and finds them again after a reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.signals.synthetic import make_ecg
from ecg_chat.web.examples import wfdb_files

pytestmark = pytest.mark.browser
WAIT_MS = 60_000


@pytest.fixture(scope="module")
def app(serve: Callable[..., Any]) -> Any:
    return serve(ScriptedAssistant(answers=("The QRS lasts 60 ms.",)))


@pytest.fixture
def opened(app: Any, page: Page, clbbb_files: list[Path]) -> Page:
    """The page with a recording and its median beat; nobody has given a name."""
    page.goto(app.url)
    page.locator('[data-part="files"]').set_input_files(clbbb_files)
    expect(page.locator(".ecg-plot .main-svg").first).to_be_visible(timeout=WAIT_MS)
    expect(_handle(page, "qrs_off_ms")).to_be_visible(timeout=WAIT_MS)
    return page


def _handle(page: Page, name: str) -> Locator:
    return page.locator(f'[data-boundary="{name}"]')


def _at(page: Page, name: str) -> int:
    return int(_handle(page, name).get_attribute("aria-valuenow") or "")


def _number(page: Page, key: str) -> int:
    return int(page.locator(f'[data-measure="{key}"] b').inner_text())


def _drag(page: Page, name: str, by_px: float) -> None:
    tag = _handle(page, name).locator(".median-tag")
    tag.scroll_into_view_if_needed()
    box = tag.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by_px, y + 3, steps=4)
    page.mouse.up()


def test_a_boundary_is_dragged_signed_and_found_again(opened: Page) -> None:
    page = opened
    was, end_ms, qt = _number(page, "qrs_ms"), _at(page, "qrs_off_ms"), _number(page, "qt_ms")
    of_beat = int(page.locator(".beats tbody td.qrs").first.text_content() or "0")
    _drag(page, "qrs_off_ms", -16)
    moved_ms = end_ms - _at(page, "qrs_off_ms")
    assert 20 <= moved_ms <= 60, "16 px are 40 ms at four times the strip"
    assert _number(page, "qrs_ms") == was, "nothing is logged without a name"
    expect(page.locator(".median-status")).to_contain_text("not saved yet")
    page.keyboard.type("Dr X")
    page.keyboard.press("Enter")
    line = page.locator('[data-part="corrected-line"]')
    expect(line).to_contain_text("by Dr X, 20", timeout=WAIT_MS)
    assert _number(page, "qrs_ms") == was - moved_ms
    assert _number(page, "qt_ms") == qt
    now = int(page.locator(".beats tbody td.qrs").first.text_content() or "0")
    assert abs(now - (of_beat - moved_ms)) <= 1, "each beat moves by as much; its own width is rounded"

    _handle(page, "qrs_off_ms").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".median-bubble")).to_have_text(f"QRS {was - moved_ms + 12} ms")
    page.keyboard.press("Escape")
    expect(page.locator(".median-bubble")).to_have_text(f"QRS {was - moved_ms} ms")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".median-history li")).to_have_count(2, timeout=WAIT_MS)
    assert _number(page, "qrs_ms") == was - moved_ms + 10
    assert page.evaluate("document.activeElement.dataset.boundary") == "qrs_off_ms", "the hand stays where it was"

    page.reload()
    expect(line).to_contain_text("by Dr X", timeout=WAIT_MS)
    assert _number(page, "qrs_ms") == was - moved_ms + 10
    expect(page.locator(".median-history li")).to_have_count(2, timeout=WAIT_MS)

    page.locator('[data-part="as-measured"]').click()
    expect(page.locator('[data-measure="qrs_ms"] b')).to_have_text(str(was), timeout=WAIT_MS)
    expect(line).to_be_hidden()
    expect(page.locator(".median-history li")).to_have_count(3)
    expect(page.locator(".median-history li").first).to_contain_text("All boundaries as measured")


def test_a_boundary_cannot_pass_its_neighbour_and_a_refusal_puts_it_back(opened: Page) -> None:
    page = opened
    page.evaluate("localStorage.setItem('ecg_chat.rater', 'Dr X')")
    before = {name: _at(page, name) for name in ("p_off_ms", "qrs_on_ms", "qrs_off_ms")}
    _drag(page, "qrs_off_ms", -400)
    problem = page.locator(".median-side .problem")
    expect(problem).to_contain_text("would last 0 ms; expected 40 to 240 ms", timeout=WAIT_MS)
    assert {name: _at(page, name) for name in before} == before
    expect(page.locator(".median-history li")).to_have_count(0)


def test_a_lead_stands_out_and_the_tables_are_walked_by_keyboard(opened: Page) -> None:
    page = opened
    page.locator(".median-leads .chip", has_text=re.compile("^V2$")).click()
    expect(page.locator(".median-trace.chosen")).to_have_count(1)
    expect(page.locator(".median-trace.chosen")).to_have_attribute("data-lead", "V2")
    expect(page.locator(".median-name")).to_have_text("V2")
    page.locator("summary", has_text="Measurements per lead").click()
    cells = page.locator(".matrix:not(.beats) td button")
    assert page.locator('.matrix:not(.beats) td button[tabindex="0"]').count() == 1, "one stop of the Tab key"
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused.startswith("II "), focused
    expect(page.locator(".claim-tip")).to_contain_text(focused)
    page.keyboard.press("Enter")
    expect(page.locator(".ecg-lit").first).to_be_visible()
    page.locator("summary", has_text=re.compile("^Beats$")).click()
    row = page.locator(".beats tbody tr").nth(2)
    row.locator("button").focus()
    page.keyboard.press("Enter")
    expect(row).to_have_class("lit")
    expect(page.locator(".ecg-caption").first).to_be_visible()


def test_a_phone_scrolls_tables_in_their_box(app: Any, page: Page, clbbb_files: list[Path]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(app.url)
    page.locator('[data-part="files"]').set_input_files(clbbb_files)
    expect(page.locator(".ecg-plot .main-svg").first).to_be_visible(timeout=WAIT_MS)
    for summary in page.locator(".panels summary").all():
        summary.click()
    expect(_handle(page, "qrs_off_ms")).to_be_visible(timeout=WAIT_MS)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    table = page.locator(".table-box").first
    assert table.evaluate("box => box.scrollWidth > box.clientWidth")
    name = table.locator("tbody th").first
    before = name.bounding_box()
    table.evaluate("box => box.scrollTo(200, 0)")
    assert name.bounding_box() == before, "the lead's name stays in sight"


def test_a_patient_looks_and_moves_nothing(opened: Page) -> None:
    page = opened
    page.locator('.audience input[value="patient"]').check()
    expect(page.locator(".median-who")).to_contain_text("clinician's view")
    at_ms = _at(page, "qrs_off_ms")
    _drag(page, "qrs_off_ms", -16)
    assert _at(page, "qrs_off_ms") == at_ms
    expect(page.locator(".nudge").first).to_be_hidden()
    page.locator('.audience input[value="clinician"]').check()
    page.get_by_role("button", name="QRS end 2 ms later").click()
    assert _at(page, "qrs_off_ms") == at_ms + 2
    page.get_by_role("button", name="Put it back").click()
    assert _at(page, "qrs_off_ms") == at_ms


def test_a_wave_that_was_not_found_is_marked_by_hand(app: Any, page: Page) -> None:
    page.goto(app.url)
    page.evaluate("localStorage.setItem('ecg_chat.rater', 'Dr X')")
    page.locator(".example-cards button", has_text="trial fibrillation").click()
    mark = page.get_by_role("button", name="Mark a P wave")
    expect(mark).to_be_visible(timeout=WAIT_MS)
    expect(page.locator('[data-measure="pr_ms"] b')).to_have_text("–")
    assert _handle(page, "p_on_ms").count() == 0
    mark.click()
    expect(page.locator('[data-measure="pr_ms"] b')).to_have_text("160", timeout=WAIT_MS)
    expect(_handle(page, "p_on_ms")).to_be_visible()
    expect(page.locator('[data-part="corrected-line"]')).to_contain_text("P start set to")


def test_noise_has_no_median_beat_and_the_page_says_why(app: Any, page: Page, tmp_path: Path) -> None:
    for name, content in wfdb_files("noise", make_ecg("normal", gain=0.0, noise_mv=0.3).ecg).items():
        (tmp_path / name).write_bytes(content)
    page.goto(app.url)
    page.locator('[data-part="files"]').set_input_files(sorted(tmp_path.iterdir()))
    expect(page.locator('[data-part="median"]')).to_contain_text("There is no median beat: ", timeout=WAIT_MS)
    page.locator("summary", has_text=re.compile("^Beats$")).click()
    expect(page.locator('[data-part="beats"]')).to_contain_text("No beats: ")
