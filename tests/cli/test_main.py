"""The command line as a whole: help, lazy imports, pipes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ecg_chat.cli.main import COMMANDS
from ecg_chat.signals.synthetic import SyntheticEcg
from tests.cli.conftest import Cli, table_options, write_csv

REPOSITORY = Path(__file__).resolve().parents[2]
HEAVY = ("transformers", "gradio", "fastapi", "sqlalchemy", "matplotlib", "plotly")


def _python(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_help_names_every_command(cli: Cli) -> None:
    result = cli("--help")
    assert result.code == 0
    for name in COMMANDS:
        assert name in result.out


def test_no_command_shows_the_help(cli: Cli) -> None:
    assert cli().out == cli("--help").out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(cli: Cli, name: str) -> None:
    result = cli(name, "--help")
    assert result.code == 0
    assert f"ecg_chat {name}" in result.out


def test_an_unknown_command_is_refused_with_the_choices(cli: Cli) -> None:
    result = cli("diagnose")
    assert result.code == 2
    assert "measure" in result.err and "Traceback" not in result.err


def test_an_unknown_setting_is_refused(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ECG_CHAT_MODLE", "mini")
    result = cli("measure", tmp_path / "a.csv")
    assert result.code == 2
    assert "ECG_CHAT_MODLE" in result.err


def test_a_path_that_is_not_there_is_told(cli: Cli, tmp_path: Path) -> None:
    result = cli("train", "encoder", "--ptbxl", tmp_path / "none", "--work", "/dev/null/work")
    assert result.code == 2
    assert "/dev/null/work" in result.err and result.err.count("\n") == 1


def test_measure_starts_without_what_it_does_not_need(tmp_path: Path, synthetic: SyntheticEcg) -> None:
    path = write_csv(tmp_path / "a.csv", synthetic)
    arguments = ["measure", str(path), *table_options(synthetic), "--json"]
    script = (
        "import sys; from ecg_chat.cli.main import main; code = main(sys.argv[1:]); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    result = _python("-c", script, *arguments)
    assert result.returncode == 0, result.stderr
    assert result.stderr.strip() == "[]"


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path, synthetic: SyntheticEcg) -> None:
    path = write_csv(tmp_path / "a.csv", synthetic)
    command = [sys.executable, "-m", "ecg_chat", "measure", str(path), *table_options(synthetic)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == 141
    assert errors == b""


def test_a_narrow_terminal_encoding_is_no_fault(tmp_path: Path, synthetic: SyntheticEcg) -> None:
    path = write_csv(tmp_path / "a.csv", synthetic)
    script = (
        "import sys; from ecg_chat.cli.main import main; sys.stdout.reconfigure(encoding='ascii'); "
        "sys.exit(main(sys.argv[1:]))"
    )
    result = _python("-c", script, "measure", path, *table_options(synthetic))
    assert result.returncode == 0, result.stderr
