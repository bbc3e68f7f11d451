"""The rating scale of the review page: seven items, 1 to 5, each number with an anchor.

The items are those of GEM's expert evaluation (analytical relevance, accuracy and completeness; reasoning quality,
findings novelty, clinical value, overall satisfaction). Questions and anchors are worded here; each rating names the
`VERSION` it was made with, so a change of wording is a new version.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "gem-7/1"


@dataclass(frozen=True)
class RubricItem:
    """One item; ``anchors`` say what 1, 2, 3, 4 and 5 mean."""

    key: str
    label: str
    question: str
    anchors: tuple[str, str, str, str, str]


ITEMS = (
    RubricItem(
        "analytical_relevance",
        "Analytical relevance",
        "Does the answer deal with what was asked about this ECG?",
        (
            "beside the question",
            "mostly beside it",
            "partly to the point",
            "to the point, some padding",
            "to the point throughout",
        ),
    ),
    RubricItem(
        "analytical_accuracy",
        "Analytical accuracy",
        "Are rhythm, intervals, leads and statements right on this strip?",
        ("wrong in the main finding", "several errors", "one relevant error", "right but for a trifle", "all right"),
    ),
    RubricItem(
        "analytical_completeness",
        "Completeness",
        "Is everything named that the question and the strip call for?",
        (
            "the main finding is missing",
            "much is missing",
            "something relevant is missing",
            "a trifle is missing",
            "nothing is missing",
        ),
    ),
    RubricItem(
        "reasoning_quality",
        "Reasoning quality",
        "Does the conclusion follow from the evidence that is given?",
        (
            "no reasons, or contradictory",
            "reasons do not carry it",
            "some steps are missing",
            "sound, could be clearer",
            "sound and clear",
        ),
    ),
    RubricItem(
        "findings_novelty",
        "Findings novelty",
        "Does the answer point out something true that is easily missed?",
        (
            "nothing, or untrue things",
            "only the obvious",
            "little beyond the obvious",
            "one useful pointer",
            "a finding I might have missed",
        ),
    ),
    RubricItem(
        "clinical_value",
        "Clinical value",
        "Would the answer help in the care of this patient?",
        ("could do harm", "of no help", "of little help", "helpful", "very helpful"),
    ),
    RubricItem(
        "overall_satisfaction",
        "Overall satisfaction",
        "All in all, how good is this answer?",
        ("unacceptable", "poor", "acceptable", "good", "as a good colleague would answer"),
    ),
)
ITEM_KEYS = tuple(item.key for item in ITEMS)
