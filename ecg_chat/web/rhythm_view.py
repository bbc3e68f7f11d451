"""Rhythm facts as the page shows them: what was found with its places, what was not, and what was not judged."""

from __future__ import annotations

from typing import TypedDict

from ecg_chat.measurements.rhythm_facts import LABELS, told
from ecg_chat.measurements.types import Measurements, RhythmFact
from ecg_chat.web.number_view import PlaceView, place_view


class FactView(TypedDict):
    """One fact that was found."""

    key: str
    label: str
    text: str
    places: list[PlaceView]


class RhythmView(TypedDict):
    """``found`` are links into the strip, ``rest`` are sentences."""

    found: list[FactView]
    rest: list[str]


def rhythm_view(measurements: Measurements) -> RhythmView:
    """Return the facts; those that an older version did not look for are not mentioned."""
    rr, shown, absent, reasons = told(measurements.rhythm)
    found: list[FactView] = [{"key": "regularity", "label": "RR", "text": rr, "places": []}]
    found += [fact_view(fact) for fact in shown]
    rest = [f"Not found: {'; '.join(absent)}."] if absent else []
    rest += [f"Not judged ({reason}): {'; '.join(labels)}." for reason, labels in reasons.items()]
    return {"found": found, "rest": rest}


def fact_view(fact: RhythmFact) -> FactView:
    """Return one fact with its places on the strip."""
    return {
        "key": fact.name,
        "label": LABELS[fact.name],
        "text": fact.text,
        "places": [place_view(place) for place in fact.places],
    }
