"""What README and docs say is so: commands parse, links lead somewhere, every option and setting is described."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from ecg_chat.cli.main import COMMANDS, build_parser
from ecg_chat.evaluation.command import EVALUATIONS
from ecg_chat.evaluation.markdown_block import blocks
from ecg_chat.settings import PREFIX, Settings

REPOSITORY = Path(__file__).resolve().parents[1]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
TOOLS = {"ruff", "mypy", "lint-imports"}


def _shell_commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                commands = line.partition(" #")[0].split(" && ")
                found += [(page.name, command.strip()) for command in commands if command.strip()]
    return found


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _options(parser: argparse.ArgumentParser) -> set[str]:
    found: set[str] = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sub in action.choices.values():
                found |= _options(sub)
        else:
            found |= {option for option in action.option_strings if option.startswith("--")}
    return found - {"--help"}


def _sub_parser(name: str) -> argparse.ArgumentParser:
    parser, _ = build_parser(name)
    action = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    sub = action.choices[name]
    assert isinstance(sub, argparse.ArgumentParser)
    return sub


@pytest.mark.parametrize(("page", "command"), _shell_commands())
def test_a_printed_command_is_a_command(page: str, command: str) -> None:
    words = shlex.split(command)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        name, _, value = words.pop(0).partition("=")
        if name.startswith(PREFIX):
            Settings.from_environment({name: value})
    program = Path(words[0]).name
    if program == "make":
        targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
        assert {word for word in words[1:] if "=" not in word} <= targets
    elif words[1:3] == ["-m", "ecg_chat"]:
        chosen = next((word for word in words[3:] if word in COMMANDS), None)
        parser, module = build_parser(chosen)
        assert module is not None
        parser.parse_args(words[3:])
    elif words[1:3] == ["-m", "pip"]:
        assert words[3:5] == ["install", "-r"]
        assert (REPOSITORY / words[5]).is_file()
    elif words[1:2] == ["-m"] and words[2].startswith("ecg_chat."):
        assert (REPOSITORY / Path(*words[2].split("."))).with_suffix(".py").is_file()
    elif program.startswith("python") and words[1].endswith(".py"):
        assert (REPOSITORY / words[1]).is_file()
    else:
        assert words[1:] in (["-m", "pytest"], ["-m", "venv", ".venv"]) or program in TOOLS, f"{page}: {command}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if target.startswith(("https://", "mailto:", "#ecg=")):
            continue
        file, _, anchor = target.partition("#")
        linked = (page.parent / file).resolve() if file else page
        assert linked.exists(), f"{page.name} links to {target}"
        if anchor and linked.suffix == ".md":
            assert anchor in _anchors(linked), f"{page.name} links to {target}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_described(name: str) -> None:
    text = (REPOSITORY / "docs" / "command-line.md").read_text("utf-8")
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section, f"docs/command-line.md has no section on {name}"
    shared = text.partition("\n## Files\n")[2].partition("\n## ")[0] if "[Files](#files)" in section else ""
    missing = {option for option in _options(_sub_parser(name)) if f"`{option}" not in section + shared}
    assert not missing, f"{name}: {sorted(missing)} are not described"
    described = set(re.findall(r"`(--[a-z-]+)", section))
    assert described <= _options(_sub_parser(name)), f"{name} has no {described - _options(_sub_parser(name))}"


def test_every_setting_is_described_with_its_default() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \|", (REPOSITORY / "docs" / "settings.md").read_text("utf-8"), flags=re.MULTILINE
    )
    described = dict(rows)
    assert set(described) == {PREFIX + field.name.upper() for field in fields(Settings)}
    for field in fields(Settings):
        default = field.default
        if isinstance(default, Path):
            default = str(default).replace(str(Path.home()), "~").replace(str(REPOSITORY) + "/", "")
        assert str(default) in described[PREFIX + field.name.upper()]


def test_the_changelog_says_what_is_new() -> None:
    text = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## \[?(Unreleased|\d+\.\d+\.\d+)", text, flags=re.MULTILINE)


def test_the_readme_says_what_it_is_not() -> None:
    assert "not a medical device" in (REPOSITORY / "README.md").read_text("utf-8").lower()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_of_the_docs_are_what_their_json_renders_to(page: Path) -> None:
    for kind, options, text in blocks(page.read_text("utf-8")):
        found = re.search(r"--json (docs/evaluation/[\w-]+\.json)", options)
        assert found, f"{page.name}: the block of {kind} does not name its JSON file"
        result = json.loads((REPOSITORY / found[1]).read_text("utf-8"))
        assert text == EVALUATIONS[kind].as_markdown(result), f"{page.name}: {kind} and {found[1]} say different things"


def test_every_result_that_is_kept_is_shown_somewhere() -> None:
    shown = "".join(page.read_text("utf-8") for page in PAGES)
    kept = sorted((REPOSITORY / "docs" / "evaluation").glob("*.json"))
    assert kept
    assert [path.name for path in kept if f"docs/evaluation/{path.name} -->" not in shown] == []
