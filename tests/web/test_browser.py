"""A real Chromium through the whole main job, against the app as it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ecg_chat.chat.scripted import ScriptedAssistant

pytestmark = pytest.mark.browser
WAIT_MS = 60_000
MOST_LINES = 20
ANSWERS = (
    "The QRS lasts 60 ms. The rate is 72/min, see [II 1.00-2.00 s](#ecg=II,1.0,2.0). <b>bold</b>",
    "There is complete left bundle branch block.",
    "PR is 900 ms.",
)


@pytest.fixture(scope="module")
def app(serve: Callable[..., Any]) -> Any:
    return serve(ScriptedAssistant(answers=ANSWERS, delay_s=0.01))


def _ask(page: Page, words: str) -> None:
    answers = page.locator('.answer[data-state="complete"]')
    before = answers.count()
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(answers).to_have_count(before + 1, timeout=WAIT_MS)


def test_the_main_job(app: Any, page: Page, clbbb_files: list[Path]) -> None:
    page.goto(app.url)
    page.locator('[data-part="files"]').set_input_files(clbbb_files)
    expect(page.locator(".ecg-plot .main-svg").first).to_be_visible(timeout=WAIT_MS)
    expect(page.locator('[data-measure="heart_rate_bpm"] b')).to_have_text("72")
    expect(page.locator('[data-code="CLBBB"]')).to_contain_text("criteria")
    expect(page.locator(".unconfirmed")).to_contain_text("not reviewed by a physician")

    page.locator('[data-part="context-line"]').click()
    page.fill("#context-age_years", "400")
    page.locator('[data-part="context-form"] button[type="submit"]').click()
    expect(page.locator('[data-part="context-form"]')).to_contain_text("expected a number of years from 0 to 120")
    page.fill("#context-age_years", "63")
    page.fill("#context-symptoms", "<img src=x onerror=alert(1)>")
    page.locator('[data-part="context-form"] button[type="submit"]').click()
    expect(page.locator('[data-part="context-line"]')).to_contain_text("63")
    page.locator("body").press("Escape")

    for words in ("Interpret this ECG", "Why?", "And the PR?"):
        _ask(page, words)
    first = page.locator(".answer").first
    expect(first.locator(".claim-contradicted")).to_contain_text("60 ms")  # a planted wrong QRS
    expect(first.locator(".claim-supported").first).to_be_visible()
    assert first.locator("b", has_text="bold").count() == 0, "markup of an answer must stay text"
    assert app.assistant.conversations[-1].patient.age_years == 63

    assert page.locator(".ecg-lit").count() == 0
    first.locator('a.citation[href^="#ecg=II,1.0"]').click()
    expect(page.locator(".ecg-lit").first).to_be_visible()
    page.locator('[data-measure="qrs_ms"]').click()
    expect(page.locator(".ecg-lit").first).to_be_visible()

    page.reload()
    expect(page.locator(".turn")).to_have_count(3, timeout=WAIT_MS)
    expect(page.locator(".question").first).to_contain_text("Interpret this ECG")
    expect(page.locator('[data-part="context-line"]')).to_contain_text("63")

    page.locator("body").press("Escape")
    page.keyboard.press("r")
    expect(page.locator(".versions")).to_contain_text("2/2", timeout=WAIT_MS)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".versions")).to_contain_text("1/2")

    page.goto(f"{app.url}/history")
    page.fill('[data-part="search"]', "lbbb")
    item = page.locator(".history-item").first
    expect(item).to_contain_text("lbbb", timeout=WAIT_MS)
    expect(item).to_contain_text("left bundle branch block")
    item.click()
    expect(page.locator(".turn")).to_have_count(3, timeout=WAIT_MS)


@pytest.mark.data
def test_a_real_record_is_opened_and_asked_about(app: Any, page: Page, shared_data: Path) -> None:
    page.goto(app.url)
    files = [shared_data / "cinc2020_samples" / f"A0001.{ending}" for ending in ("hea", "mat")]
    page.locator('[data-part="files"]').set_input_files(files)
    expect(page.locator(".ecg-plot .main-svg").first).to_be_visible(timeout=WAIT_MS)
    expect(page.locator('[data-part="context-line"]')).to_contain_text("74")  # pre-filled from the header
    _ask(page, "Interpret this ECG")
    expect(page.locator(".claim").first).to_be_visible()
    page.locator("a.citation").first.click()
    expect(page.locator(".ecg-lit").first).to_be_visible()


def test_an_answer_is_rated_without_the_mouse(app: Any, page: Page, clbbb_files: list[Path]) -> None:
    page.goto(app.url)
    page.locator('[data-part="files"]').set_input_files(clbbb_files)
    expect(page.locator('[data-part="chat"]')).to_be_visible(timeout=WAIT_MS)
    _ask(page, "Rate me")
    page.goto(f"{app.url}/review")
    page.locator('[data-part="rater"]').fill("Dr Test")
    page.keyboard.press("Enter")
    expect(page.locator(".rubric-item")).to_have_count(7, timeout=WAIT_MS)
    progress = page.locator('[data-part="progress"]')
    expect(progress).to_contain_text("0 of")
    n_lines = page.locator(".rate-line").count()
    assert n_lines <= MOST_LINES
    for _ in range(n_lines):
        page.keyboard.press("2")
    page.keyboard.press("u")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-part="rating-problem"]')).to_contain_text("comment")
    page.keyboard.type("The QRS is wrong.")
    expect(page.locator('[data-part="saved"]')).to_contain_text("saved", timeout=WAIT_MS)
    page.reload()
    expect(page.locator('[data-part="comment"]')).to_have_value("The QRS is wrong.", timeout=WAIT_MS)
    page.keyboard.press("Control+Enter")
    expect(progress).to_contain_text("1 of", timeout=WAIT_MS)
    page.keyboard.press("s")
    page.keyboard.type("outside my field")
    page.keyboard.press("Control+Enter")
    expect(progress).to_contain_text("2 of", timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.edf", b"", "empty"),
        ("noise.dcm", bytes(range(256)) * 8, ""),
        ("<img src=x onerror=alert(1)>.hea", b"a 1 500 10\n../secret.dat 16\n", ""),
        ("big.dat", b"0" * 5_100_000, "at most 5 MB"),
    ],
)
def test_a_bad_upload_gets_one_sentence(app: Any, page: Page, name: str, content: bytes, word: str) -> None:
    page.goto(app.url)
    expect(page.locator(".example-cards button").first).to_be_visible(timeout=WAIT_MS)
    page.locator('[data-part="files"]').set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    notice = page.locator('[data-part="notice"][data-kind="problem"]')
    expect(notice).to_be_visible(timeout=WAIT_MS)
    expect(notice).to_contain_text(word)
    assert len(notice.inner_text()) < 400
    assert page.locator("img[src='x']").count() == 0


def test_a_table_is_described_by_the_person(app: Any, page: Page) -> None:
    rows = "\n".join(f"{i % 50 / 50},{i % 70 / 70}" for i in range(2000))
    page.goto(app.url)
    expect(page.locator(".example-cards button").first).to_be_visible(timeout=WAIT_MS)
    page.locator('[data-part="files"]').set_input_files(
        {"name": "t.csv", "mimeType": "text/csv", "buffer": f"V1,V2\n{rows}".encode()}
    )
    form = page.locator('[data-part="table-form"]')
    expect(form).to_be_visible(timeout=WAIT_MS)
    expect(form.locator('[name="leads"]')).to_have_value("V1, V2")
    form.locator('[name="fs_hz"]').fill("250")
    form.locator('[name="unit"]').select_option("mV")
    form.locator("button[type=submit]").click()
    expect(page.locator('[data-part="recording-name"]')).to_contain_text("250 Hz · 2 leads", timeout=WAIT_MS)


def test_stop_keeps_what_was_said(serve: Callable[..., Any], page: Page, clbbb_files: list[Path]) -> None:
    app = serve(ScriptedAssistant(answers=("word " * 400,), delay_s=0.05))
    page.goto(app.url)
    page.locator('[data-part="files"]').set_input_files(clbbb_files)
    expect(page.locator('[data-part="chat"]')).to_be_visible(timeout=WAIT_MS)
    page.fill("#question", "Go on for ever")
    page.keyboard.press("Enter")
    expect(page.locator(".answer .text")).to_contain_text("word word", timeout=WAIT_MS)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator('[data-part="chat"]')).to_be_visible(timeout=WAIT_MS)
    other.fill("#question", "Me too")
    other.keyboard.press("Enter")
    expect(other.locator('[data-part="composer-status"]')).to_contain_text("Waiting", timeout=WAIT_MS)
    page.keyboard.press("Escape")
    expect(page.locator('.answer[data-state="stopped"]')).to_contain_text("word word", timeout=WAIT_MS)
    expect(other.locator(".answer .text").last).to_contain_text("word word", timeout=WAIT_MS)
    other.keyboard.press("Escape")
    expect(other.locator('.answer[data-state="stopped"]').last).to_be_visible(timeout=WAIT_MS)
