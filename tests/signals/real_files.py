"""Where the real ECGs lie: beside the checkout."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FORMATS = DATA / "formats"
CINC = DATA / "cinc2020_samples"


def needs_data(test):
    """Mark a test of real files; it is skipped, with the reason, where they are missing."""
    skip = pytest.mark.skipif(not DATA.is_dir(), reason="the real ECGs (shared/data beside the checkout) are missing")
    return pytest.mark.data(skip(test))


def files_of(*stems: str) -> dict[str, bytes]:
    """Return WFDB files of the challenge samples by name."""
    return {p.name: p.read_bytes() for stem in stems for p in sorted(CINC.glob(f"{stem}.*"))}
