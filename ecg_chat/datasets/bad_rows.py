"""What to do with rows and records that a data set's publisher did not mean so: refuse, or skip and say so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from ecg_chat.errors import InvalidInput

OnBad = Literal["refuse", "skip"]


@dataclass(frozen=True)
class BadRow:
    """One row or record that cannot be used.

    Attributes
    ----------
    kind : str
        The class of fault, a few words that several rows may share: ``"record file missing"``.
    name : str
        Which row or record: ``"ecg_id 17"``.
    reason : str
        One sentence with what was got and what was expected.
    """

    kind: str
    name: str
    reason: str


class BadRows:
    """Refuses the first bad row, or collects all of them for a report.

    Parameters
    ----------
    on_bad : {"refuse", "skip"}
        ``"refuse"`` raises at the first one. ``"skip"`` keeps going; what was left out is in `rows`.
    """

    def __init__(self, on_bad: OnBad = "refuse") -> None:
        self.on_bad: OnBad = on_bad
        self.rows: list[BadRow] = []

    def found(self, kind: str, name: str, reason: str) -> None:
        """Take note of one bad row.

        Raises
        ------
        InvalidInput
            When bad rows are refused.
        """
        if self.on_bad == "refuse":
            raise InvalidInput(f"{name}: {reason}")
        self.rows.append(BadRow(kind, name, reason))

    def counts(self) -> dict[str, int]:
        """Count the skipped rows by kind, the most frequent first."""
        return dict(Counter(row.kind for row in self.rows).most_common())

    def as_text(self) -> str:
        """Say how many were skipped and why, with the first of each kind; one line a kind."""
        if not self.rows:
            return "No row was skipped."
        lines = [f"{len(self.rows)} {'row was' if len(self.rows) == 1 else 'rows were'} skipped:"]
        for kind, count in self.counts().items():
            first = next(row for row in self.rows if row.kind == kind)
            lines.append(f"- {count} x {kind}; first: {first.name}: {first.reason}")
        return "\n".join(lines)
