"""What an XML file must not have before any parser sees it."""

from __future__ import annotations

import re

from ecg_chat.errors import UnreadableFile
from ecg_chat.signals.upload import shown

MAX_XML_BYTES = 64 * 1024 * 1024
"""An element tree takes about ten times its text; ten minutes of twelve leads at 1 kHz are some 40 MB of aECG."""
MAX_TAGS = 1_000_000
"""Ten minutes of ECG are a few dozen long texts between some ten thousand tags; each element costs a kilobyte."""
MAX_DEPTH = 200
"""ECG formats nest some twenty elements deep; thousands exhaust the stack of recursive readers."""
_TAG = re.compile(rb"<(/?)[A-Za-z_][^<>]*?(/?)>")


def require_harmless_xml(name: str, data: bytes) -> None:
    """Refuse entity declarations, DTDs with content, extreme nesting and extreme size.

    Raises
    ------
    UnreadableFile
        With the reason.
    """
    if len(data) > MAX_XML_BYTES:
        raise UnreadableFile(
            f"{shown(name)} is an XML file of {len(data) / 1048576:.0f} MB; at most "
            f"{MAX_XML_BYTES // 1048576} MB are read."
        )
    if data.count(b"<") > MAX_TAGS:
        raise UnreadableFile(
            f"{shown(name)} has more than {MAX_TAGS} XML tags, far more than any ECG needs; it was not read."
        )
    plain = data.replace(b"\x00", b"")  # also finds the words in UTF-16
    if re.search(rb"<!ENTITY|<!DOCTYPE[^>]*\[", plain, re.IGNORECASE):
        raise UnreadableFile(
            f"{shown(name)} declares XML entities, which ECG files do not need and attackers use; it was not read."
        )
    depth = 0
    for match in _TAG.finditer(plain):
        depth += -1 if match[1] else not match[2]
        if depth > MAX_DEPTH:
            raise UnreadableFile(
                f"{shown(name)} nests its XML elements more than {MAX_DEPTH} deep, which no ECG "
                "format does; it was not read."
            )
