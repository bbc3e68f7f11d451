"""Schiller SEMA XML ("SchillerEDI"): a small reader, because no library at hand knows the format.

Written from a public sample file; it takes only what the file states in so many words (rate, unit per bit, plain
comma-separated samples) and refuses anything else.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from numpy.typing import NDArray

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.channels import Channel, Channels, millivolts_per
from ecg_chat.signals.ecg import FilePatient, Sex
from ecg_chat.signals.upload import shown
from ecg_chat.signals.xml_safety import require_harmless_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FORMAT = "Schiller XML"
RHYTHM_TYPE = "RHYTHM"
"""Part of the type of a wave block that is the recording itself; ECG_AVERAGES are mean beats."""


def is_schiller(data: bytes) -> bool:
    """Whether the bytes begin as a Schiller export does."""
    return re.search(rb"<[\w.]*schillerEDI[\w.]*[\s>]", data[:4096], re.IGNORECASE) is not None


def read_schiller(name: str, data: bytes) -> Channels:
    """Read the rhythm recording of a Schiller export.

    Raises
    ------
    UnreadableFile
        Damaged, hostile, or without a rhythm recording whose rate and unit are stated.
    """
    require_harmless_xml(name, data)
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableFile(
            f"{shown(name)} looks like {FORMAT} but cannot be decoded; it is damaged or cut off."
        ) from error
    blocks = [w for w in root.iter("wavedata") if RHYTHM_TYPE in _text(w, "type").upper()]
    if not blocks:
        raise UnreadableFile(f"{shown(name)} ({FORMAT}) holds no rhythm recording; mean beats alone are not enough.")
    fs_hz, factor = _scale(blocks[0], name)
    channels = tuple(
        Channel(_text(c, "name") or f"lead {k + 1}", _samples(c, name) * factor, fs_hz)
        for k, c in enumerate(blocks[0].findall("channel"))
    )
    return Channels(FORMAT, channels, _start(root), _patient(root))


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _scale(block: Element, name: str) -> tuple[float, float]:
    """Return the rate in Hz and the mV per unit of the samples."""
    rate, exponent = (
        _number(_text(block, "resolution/samplerate/value")),
        _text(block, "resolution/samplerate/exponent"),
    )
    per_bit = _number(_text(block, "resolution/yres/unitperbit"))
    unit = millivolts_per(_text(block, "resolution/yres/units"))
    if not rate or exponent not in {"", "1"} or not per_bit or unit is None:
        raise UnreadableFile(
            f"{shown(name)} ({FORMAT}) does not state sampling rate and unit in the way that is read; "
            "samples cannot become millivolts."
        )
    return rate, per_bit * unit


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and value > 0 else None


def _samples(channel: Element, name: str) -> NDArray[np.float64]:
    if not _text(channel, "datastype").upper().startswith("COMMASEPARATE"):
        raise UnreadableFile(
            f"{shown(name)} ({FORMAT}) packs its samples in a way that is not read; comma-separated "
            "numbers are expected."
        )
    try:
        values = np.array([float(v) for v in _text(channel, "data").split(",") if v.strip()], dtype=np.float64)
    except ValueError as error:
        raise UnreadableFile(f"{shown(name)} ({FORMAT}) holds a sample that is not a number.") from error
    announced = _text(channel, "samplecount")
    if announced.isdigit() and int(announced) != values.size:
        raise UnreadableFile(
            f"{shown(name)} ({FORMAT}) announces {announced[:12]} samples and holds {values.size}; it "
            "is cut off or damaged."
        )
    return values


def _start(root: Element) -> datetime | None:
    date, time = _text(root, "examdescript/startdatetime/date"), _text(root, "examdescript/startdatetime/time")
    if date in {"", "19700101"}:  # the day that clocks show that were never set
        return None
    try:
        return datetime.strptime(date + time[:6].ljust(6, "0"), "%Y%m%d%H%M%S")
    except ValueError:
        return None


def _patient(root: Element) -> FilePatient:
    sex: Sex | None = {"M": "male", "F": "female"}.get(_text(root, "patdata/gender").upper()[:1])  # type: ignore[assignment]
    height = _number(_text(root, "patdata/height/value")) if _text(root, "patdata/height/unit") == "cm" else None
    weight = _number(_text(root, "patdata/weight/value")) if _text(root, "patdata/weight/unit") == "kg" else None
    identifier = re.sub(r"[^\w .\-]", "", _text(root, "patdata/id"))[:64]
    return FilePatient(None, sex, height, weight, identifier or None)
