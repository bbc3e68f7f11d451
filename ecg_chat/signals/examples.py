"""The one-click examples: one real sample that ships with pydicom, and synthetic ECGs; each clearly labelled."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals import synthetic
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.reading import read_ecg_path

SAMPLE_KEY = "dicom_sample"
EXAMPLES: Mapping[str, str] = {SAMPLE_KEY: "Recorded: 12-lead DICOM sample of pydicom", **synthetic.EXAMPLES}
"""Key → label."""


def load_example(key: str) -> Ecg:
    """Return an example; the same key gives the same samples each time.

    Raises
    ------
    UnreadableFile
        For an unknown key, or where the sample of pydicom is not installed.
    """
    if key == SAMPLE_KEY:
        return read_ecg_path(_sample_path())
    if key not in synthetic.EXAMPLES:
        raise UnreadableFile(f"There is no example “{key[:40]}”; expected one of {', '.join(EXAMPLES)}.")
    return synthetic.make_ecg(key).ecg


def _sample_path() -> Path:
    from pydicom.data import get_testdata_file  # noqa: PLC0415 - slow to import, and only this example needs it

    path = get_testdata_file("waveform_ecg.dcm", download=False)
    if path is None:
        raise UnreadableFile("The DICOM sample is not part of the installed pydicom; choose another example.")
    return Path(str(path))
