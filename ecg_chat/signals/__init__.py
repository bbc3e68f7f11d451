"""Any file becomes one `Ecg`: reading, lead names and arithmetic, quality, filters, synthetic ECGs with known truth."""

from ecg_chat.signals.ecg import CHEST_LEADS, LIMB_LEADS, STANDARD_LEADS, Ecg, FilePatient, Note, Source
from ecg_chat.signals.reading import read_ecg, read_ecg_path
from ecg_chat.signals.tables import TableDescription

__all__ = [
    "CHEST_LEADS",
    "LIMB_LEADS",
    "STANDARD_LEADS",
    "Ecg",
    "FilePatient",
    "Note",
    "Source",
    "TableDescription",
    "read_ecg",
    "read_ecg_path",
]
