"""The house keeps its shape: rooms, import directions, file sizes, pinned packages."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "ecg_chat"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 350
NOT_A_DUTY = {"utils", "util", "common", "core", "helpers", "helper", "manager", "misc", "base", "models", "tools"}

# Imported under another name than they are installed by.
IMPORT_NAMES = {
    "authlib": "authlib",
    "pillow": "PIL",
    "python-multipart": "python_multipart",
    "scikit-learn": "sklearn",
    "sqlalchemy": "sqlalchemy",
}
# Named in requirements.txt though no module imports them.
NEEDED_BY_OTHERS = {
    "accelerate": "transformers loads quantised weights through it",
    "bitsandbytes": "transformers calls it for 4-bit weights",
    "httpx2": "authlib's client",
    "itsdangerous": "starlette's signed sessions, together with authlib",
    "pillow": "matplotlib writes PNG through it",
    "python-multipart": "fastapi reads uploads with it",
    "authlib": "asked for by name; sign-in will use it",
    "pandas": "neurokit2 and gradio hand over tables in it",
}


def _requirements(name: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in (REPOSITORY / name).read_text("utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def _pins(name: str) -> dict[str, str]:
    return {canonicalize_name(r.name): str(r.specifier) for r in _requirements(name)}


def _imported_packages() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in [*MODULES, REPOSITORY / "app.py"]:
        if not path.exists():
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            for name in names:
                found.setdefault(name.partition(".")[0], set()).add(str(path.relative_to(REPOSITORY)))
    return {k: v for k, v in found.items() if k not in sys.stdlib_module_names and k not in {"ecg_chat", "__future__"}}


def test_each_room_imports_only_from_below() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([command], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_has_one_duty(path: Path) -> None:
    assert path.stem not in NOT_A_DUTY, f"{path.name} does not say what it is for"
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MAX_LINES, f"{path.relative_to(REPOSITORY)} has {lines} lines, at most {MAX_LINES}"


def test_no_relative_imports_and_no_bare_except() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            if isinstance(node, ast.ExceptHandler):
                caught = None if node.type is None else ast.unparse(node.type)
                passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                everything = caught in {None, "Exception", "BaseException"} and not passes_on
                assert not everything, f"{path}:{node.lineno} swallows everything"


def test_the_rooms_of_the_readme_are_the_rooms() -> None:
    text = (REPOSITORY / "README.md").read_text("utf-8")
    table = re.findall(r"^\| `(\w+)` \|", text.partition("## Rooms")[2].partition("\n## ")[0], flags=re.MULTILINE)
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    files = {p.stem for p in PACKAGE.glob("*.py") if not p.name.startswith("__")}
    assert set(table) == folders | files


def test_every_room_has_tests() -> None:
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    untested = {name for name in folders if not any((REPOSITORY / "tests" / name).glob("test_*.py"))}
    assert not untested


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "constraints.txt"])
def test_every_version_is_pinned(name: str) -> None:
    loose = [str(r) for r in _requirements(name) if not re.fullmatch(r"==[\w.]+", str(r.specifier))]
    assert not loose


def test_constraints_agree_with_the_requirements() -> None:
    frozen = _pins("constraints.txt")
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert {k: frozen.get(k) for k in _pins(name)} == _pins(name)


def test_constraints_cover_what_the_requirements_bring_along() -> None:
    frozen, seen = _pins("constraints.txt"), set()
    queue = [*_requirements("requirements.txt"), *_requirements("requirements-dev.txt")]
    while queue:
        requirement = queue.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        assert name in frozen, f"{name} is installed but not pinned in constraints.txt"
        for text in metadata.requires(name) or []:
            child = Requirement(text)
            extras = requirement.extras or {""}
            if child.marker is None or any(child.marker.evaluate({"extra": extra}) for extra in extras):
                queue.append(child)


def test_torch_is_the_version_that_was_asked_for() -> None:
    assert _pins("requirements.txt")["torch"] == "==2.13.0"


def test_what_is_imported_is_required() -> None:
    names = {IMPORT_NAMES.get(n, n.replace("-", "_")) for n in _pins("requirements.txt")}
    undeclared = {package: sorted(where) for package, where in _imported_packages().items() if package not in names}
    assert not undeclared


def test_what_is_required_is_used() -> None:
    imported = set(_imported_packages())
    required = set(_pins("requirements.txt"))
    unused = {n for n in required if IMPORT_NAMES.get(n, n.replace("-", "_")) not in imported} - set(NEEDED_BY_OTHERS)
    assert not unused


def test_no_host_is_named_in_what_installs() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt", "Makefile"):
        text = (REPOSITORY / name).read_text("utf-8")
        assert "index-url" not in text and "find-links" not in text
