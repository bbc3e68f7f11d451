"""``doctor`` finds what was broken on purpose, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecg_chat.cli import checkup as checkup_module
from ecg_chat.cli.checkup import Check, checkup, without_password
from ecg_chat.settings import Settings
from tests.cli.conftest import Cli


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a machine where everything is as it should be."""
    model = tmp_path / "models" / "mini"
    model.mkdir(parents=True)
    (model / "config.json").write_text("{}")
    (model / "weights.safetensors").write_bytes(bytes(1000))
    return Settings(data_dir=tmp_path / "data", models_dir=tmp_path / "models")


@pytest.fixture(autouse=True)
def _no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing torch in another process takes seconds; one test does it for all."""
    monkeypatch.setattr(checkup_module, "_torch", lambda device: Check("Torch", True, device))


def _by_name(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in checkup(settings)}


def test_a_sound_machine_has_no_fault(settings: Settings) -> None:
    checks = _by_name(settings)
    expected = {"Python", "Machine", "Packages", "Torch", "Model", "Wave network", "Database", "Disk", "Address"}
    assert expected == set(checks)
    assert not [check for check in checks.values() if not check.ok]


def test_looking_changes_nothing(settings: Settings) -> None:
    checkup(settings)
    assert not settings.data_dir.exists()


def test_a_missing_model_is_a_fault(settings: Settings) -> None:
    (settings.model_dir / "config.json").unlink()
    assert not _by_name(settings)["Model"].ok


def test_a_damaged_model_config_is_a_fault(settings: Settings) -> None:
    (settings.model_dir / "config.json").write_text("{")
    assert not _by_name(settings)["Model"].ok


def test_a_model_without_weights_is_a_fault(settings: Settings) -> None:
    (settings.model_dir / "weights.safetensors").unlink()
    assert not _by_name(settings)["Model"].ok


def test_a_damaged_database_is_a_fault(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "ecg_chat.sqlite").write_bytes(b"not a database at all" * 100)
    assert not _by_name(settings)["Database"].ok


def test_another_version_is_a_fault(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy==0.0.1  # old\nno-such-package==1.0\n-c constraints.txt\n")
    monkeypatch.setattr(checkup_module, "REPOSITORY", tmp_path)
    packages = _by_name(settings)["Packages"]
    assert not packages.ok
    assert "numpy" in packages.text and "expected 0.0.1" in packages.text
    assert "no-such-package is not installed" in packages.text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://anna:secret@host/log", "postgresql://anna:***@host/log"),
        ("postgresql://anna@host/log", "postgresql://anna@host/log"),
        ("postgresql://host/log", "postgresql://host/log"),
        ("postgresql://anna:se@cret@host/log", "postgresql://anna:***@host/log"),
    ],
)
def test_a_password_is_never_printed(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_the_command_prints_every_check(cli: Cli) -> None:
    text, value = cli("doctor"), cli("doctor", "--json")
    checks = json.loads(value.out)["checks"]
    assert text.code == value.code == (0 if all(check["ok"] for check in checks) else 1)
    for check in checks:
        assert f"{check['name']}: " in text.out


FAKE_TORCH = """
__version__ = "9.9"
class cuda:
    device_count = staticmethod(lambda: {n})
    get_device_name = staticmethod(lambda i: "Big GPU")
get_num_threads = lambda: 3
"""


@pytest.mark.parametrize(("n", "device", "ok"), [(0, "cpu", True), (0, "cuda", False), (1, "cuda", True)])
def test_torch_is_asked_in_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, n: int, device: str, ok: bool
) -> None:
    monkeypatch.undo()
    (tmp_path / "torch.py").write_text(FAKE_TORCH.replace("{n}", str(n)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = checkup_module._torch(device)
    assert check.ok == ok
    assert check.text.startswith("9.9, 3 threads, GPU: " + ("Big GPU" if n else "none"))


def test_a_torch_that_cannot_be_loaded_is_a_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    (tmp_path / "torch.py").write_text("raise ImportError('libgomp is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = checkup_module._torch("cpu")
    assert not check.ok
    assert "libgomp is missing" in check.text
