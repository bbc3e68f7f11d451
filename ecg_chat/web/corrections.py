"""The corrections of a window as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from ecg_chat.delineation.corrected import set_by_hand
from ecg_chat.records.correcting import sentence
from ecg_chat.records.views import BoundaryCorrectionView


class CorrectionView(TypedDict):
    """One line of the history of corrections."""

    id: str
    text: str
    comment: str
    in_force: bool


def corrections_view(stored: Sequence[BoundaryCorrectionView]) -> list[CorrectionView]:
    """Return the corrections of a window, newest first; only the newest can be in force."""
    return [
        {
            "id": view.id,
            "text": sentence(view),
            "comment": view.correction.comment,
            "in_force": view is stored[-1] and bool(set_by_hand(view.correction.by_hand)),
        }
        for view in reversed(stored)
    ]
