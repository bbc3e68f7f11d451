"""``report`` writes what ``measure`` prints."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest

from ecg_chat.signals.synthetic import make_ecg
from tests.cli.conftest import Cli, write_wfdb


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A fast recording of 10 s."""
    return write_wfdb(tmp_path, "rec", make_ecg("tachycardia", seed=4))


def _text_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_the_pdf_has_the_numbers_the_statements_and_the_strip(cli: Cli, files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    assert cli("report", *files, "--out", out).code == 0
    value = json.loads(cli("measure", *files, "--json").out)
    text = _text_of(out)
    assert f"{value['global']['heart_rate_bpm']:.0f}" in text
    for statement in value["statements"]:
        assert statement["code"] in text
    assert "25 mm/s" in text and "10 mm/mV" in text


def test_the_markdown_has_the_numbers_and_the_statements(cli: Cli, files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    assert cli("report", *files, "--out", out).code == 0
    value = json.loads(cli("measure", *files, "--json").out)
    text = out.read_text()
    for statement in value["statements"]:
        assert statement["code"] in text
    assert "sha256" in text


def test_the_default_name_is_the_recordings(
    cli: Cli, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert cli("report", *files).code == 0
    assert [path.name for path in folder.iterdir()] == ["rec.pdf"]


def test_another_ending_is_refused_before_anything_is_read(cli: Cli, files: list[Path], tmp_path: Path) -> None:
    result = cli("report", *files, "--out", tmp_path / "report.docx")
    assert result.code == 2
    assert ".pdf or .md" in result.err


def test_an_existing_report_is_kept(cli: Cli, files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "report.md"
    out.write_text("mine")
    assert cli("report", *files, "--out", out).code == 2
    assert out.read_text() == "mine"
    assert cli("report", *files, "--out", out, "--force").code == 0
