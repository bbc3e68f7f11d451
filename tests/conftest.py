"""What the tests of all rooms share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED_DATA = REPOSITORY.parent / "shared" / "data"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real ECGs beside the checkout; the test skips where it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real ECGs of ../shared/data are not here")
    return SHARED_DATA


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """Path of the system's Chromium, or None for Playwright's own; the test skips where there is neither."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    if any(folder.glob("chromium-*")):
        return None
    pytest.skip("no Chromium here: install it (on Debian or Ubuntu: apt-get install chromium)")


@pytest.fixture(autouse=True, scope="session")
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the settings or the data of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ECG_CHAT_")]:
            patch.delenv(name)
        patch.setenv("ECG_CHAT_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield
