"""From the many spellings of lead names to one, and the order in which leads stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecg_chat.signals.ecg import STANDARD_LEADS

EXTRA_LEADS = ("V3R", "V4R", "V5R", "V6R", "V7", "V8", "V9", "Vx", "Vy", "Vz", "-aVR")
"""Further names that are spelled one way here: right-sided and posterior chest leads, Frank leads, Cabrera's -aVR."""

_CANONICAL = {name.lower(): name for name in (*STANDARD_LEADS, *EXTRA_LEADS)}
_ALIASES = {
    "1": "I", "2": "II", "3": "III", "di": "I", "dii": "II", "diii": "III", "d1": "I", "d2": "II", "d3": "III",
    "l1": "I", "l2": "II", "l3": "III", "l i": "I", "vr": "aVR", "vl": "aVL", "vf": "aVF",
    "c1": "V1", "c2": "V2", "c3": "V3", "c4": "V4", "c5": "V5", "c6": "V6",
    "x": "Vx", "y": "Vy", "z": "Vz",
}  # fmt: skip
_PREFIXES = re.compile(
    r"^(mdc_ecg_lead_|mdc_ecg_|mdc_|lead[ _:-]+|lead(?=[ivad\d])|ecg[ _:-]+|ekg[ _:-]+|chan(nel)?[ _:-]+(?=[iva]))+",
    re.I,
)
_SUFFIXES = re.compile(r"([ _-]+(lead|ecg|ekg))$|\s*[\[(]\s*[nuµμm]?v(olts?)?\s*[\])]$|_(nv|uv|mv)$", re.I)
_PRINTABLE = re.compile(r"[^A-Za-z0-9 ()+_./\-]")
MAX_LENGTH = 16


def standard_name(text: str) -> str | None:
    """Return the one spelling of a known lead name, or None.

    Case, blanks, "Lead I", "ECG II", "MDC_ECG_LEAD_V1", a unit in brackets ("V1 (mV)"), "c1" … "c6" and the bare "1",
    "2", "3" for I, II, III are understood.
    """
    name = text.strip().strip("\"'").strip()
    name = _PREFIXES.sub("", name)
    name = _SUFFIXES.sub("", name).strip().lower()
    inverted = name.startswith("-")
    name = re.sub(r"[\s_-]+", "", name)
    name = _ALIASES.get(name, name)
    if inverted:
        return _CANONICAL.get("-" + name.lower())
    return _CANONICAL.get(name.lower())


def unique_names(texts: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Name each channel.

    Returns
    -------
    names : tuple of str
        The standard spelling where it is known, else the file's own name reduced to plain characters; a repeated name
        gets a number ("II (2)"), a name without any usable character becomes "lead 3".
    repeated : tuple of int
        Positions of the channels whose name had been taken already.
    """
    names: list[str] = []
    repeated: list[int] = []
    for position, text in enumerate(texts):
        plain = _PRINTABLE.sub("", text).strip()[:MAX_LENGTH]
        name = standard_name(text) or plain or f"lead {position + 1}"
        if name in names:
            repeated.append(position)
            base, count = name, 2
            while name in names:
                name, count = f"{base} ({count})", count + 1
        names.append(name)
    return tuple(names), tuple(repeated)


def display_order(names: Sequence[str]) -> list[int]:
    """Return the positions of `names` with the standard leads first, in their order, and the others as they came."""
    rank = {name: k for k, name in enumerate(STANDARD_LEADS)}
    return sorted(range(len(names)), key=lambda k: (rank.get(names[k], len(rank)), k))
