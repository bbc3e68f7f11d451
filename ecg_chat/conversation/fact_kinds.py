"""The kinds of findings in the facts, and codes that are told in a way of their own."""

from __future__ import annotations

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "NORM": "overall", "CD": "conduction", "HYP": "chambers", "MI": "myocardium", "STTC": "ST-T", "rhythm": "rhythm",
    "form": "form",
}  # fmt: skip
"""What a line of the pattern is called, by superclass; the last two are of statements that have none."""
NO_RHYTHM = "not known"
"""Stands in the line of the rhythm where neither network nor criteria name one."""
RHYTHM_CODES = ("AFIB", "AFLT", "PACE", "PSVT", "SVTAC", "BIGU", "TRIGU", "STACH", "SBRAD", "SARRH", "SR", "SVARR")
"""Rhythms; where several hold, the first is told."""
SINUS_CODES = ("SR", "STACH", "SBRAD", "SARRH")
ECTOPIC_CODES = ("PVC", "PAC", "PRC(S)", "BIGU", "TRIGU")
"""Extra beats, and rhythms that are made of them."""
UNSPECIFIC_CODES = frozenset(
    {"ABQRS", "NDT", "NST_", "NT_", "TAB_", "PRC(S)", "LPR", "QWAVE", "VCLVH", "HVOLT", "ISC_"}
)
"""Said when nothing more specific of the same kind is there."""
INJURY = "INJ"
"""Codes of an injury current begin so; alone they are not called an infarction."""
