"""The words that name a measured quantity in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ecg_chat.chat.quantities import Dimension
from ecg_chat.chat.sentences import Sentence

Keys = Mapping[Dimension, str]

_RATE: Keys = {"rate": "heart_rate_bpm"}
_WAVE_DASH = r"(?:[ -]?(?:waves?|deflections?))?"
_LENGTH = r"(?: (?:duration|width|interval|time|complex(?:es)?|length))*"

# Longest first within a letter: the first alternative that matches at a place wins. All lower case.
_WORDS: tuple[tuple[str, Keys], ...] = (
    # not the ventricular rate: named so that their numbers are not taken for it
    (
        r"(?:atrial|flutter|fibrillatory|fibrillation|respiratory|breathing|sampling|escape|pacing|paced|target"
        r"|maximum|maximal|p[ -]wave)"
        r"[ -](?:rate|waves?|frequency|activity|rhythm)",
        {},
    ),
    (
        r"qtc?f\b|(?:qtc?|corrected qt)(?: interval)?,? ?\(?(?:by|with|after|according to|using|of)? ?fridericia\)?",
        {"interval": "qtc_fridericia_ms"},
    ),
    (
        r"qtc?b\b|(?:qtc?|corrected qt)(?: interval)?,? ?\(?(?:by|with|after|according to|using|of)? ?bazett\)?",
        {"interval": "qtc_bazett_ms"},
    ),
    (
        r"(?:qtc?|corrected qt)(?: interval)?,? ?\(?(?:by|with|after|according to|using|of)? ?framingham\)?",
        {"interval": "qtc_framingham_ms"},
    ),
    (
        r"(?:qtc?|corrected qt)(?: interval)?,? ?\(?(?:by|with|after|according to|using|of)? ?hodges\)?",
        {"interval": "qtc_hodges_ms"},
    ),
    (r"qtc(?: interval)?|(?:rate[ -])?corrected qt(?: interval)?", {"interval": "qtc"}),
    (r"qt(?: interval)?|jt", {"interval": "qt_ms"}),
    (r"(?:pr|pq)[ -]segments?|st[ -]t|s-t", {}),
    (
        rf"(?:pr|p-r|pq|p-q)(?![a-z]){_LENGTH}|from (?:the )?(?:start|beginning"
        rf"|onset) of (?:the )?p(?: wave)? to (?:the )?"
        r"(?:(?:start|beginning|onset) of )?(?:the )?qrs",
        {"interval": "pr_ms"},
    ),
    (
        r"(?:qrs|electrical|frontal|frontal[ -]plane|cardiac|heart|mean|main)(?: electrical| qrs)? axis",
        {"axis": "qrs_axis_deg"},
    ),
    (r"p(?:[ -]wave)? axis", {"axis": "p_axis_deg"}),
    (r"t(?:[ -]wave)? axis", {"axis": "t_axis_deg"}),
    (r"ax[ie]s", {"axis": "qrs_axis_deg"}),
    (rf"qrs(?:[ -]complex(?:es)?)?{_LENGTH}", {"interval": "qrs_ms", "axis": "qrs_axis_deg"}),
    (r"(?:shortest|minimum|minimal) (?:rr|r-r)(?: interval)?", {"interval": "rr_min_ms"}),
    (r"(?:longest|maximum|maximal) (?:rr|r-r)(?: interval)?|longest pause", {"interval": "rr_max_ms"}),
    (r"(?:rr|r-r)(?: interval)? (?:sd|standard deviation)|sdnn", {"interval": "rr_sd_ms"}),
    (r"rmssd", {"interval": "rr_rmssd_ms"}),
    (r"(?:mean |average |basic )?(?:rr|r-r)(?![a-z])(?: intervals?)?|cycle length", {"interval": "rr_mean_ms"}),
    (
        r"(?:(?:mean|average|ventricular|heart|pulse|overall|resting|sinus) )*(?<!sampling )(?:rate|heart ?beat"
        r"|pulse|frequency)(?![a-z])|hr(?![a-z])",
        _RATE,
    ),
    (
        r"(?:r[ -](?:wave )?peak[ -]time|intrinsicoid deflection|ventricular activation time)",
        {"interval": "r_peak_time_ms"},
    ),
    (r"st[ -]?(?:segments?)?(?: (?:level|shift))? ?(?:at |, )?j ?\+ ?60(?: ?ms)?", {"amplitude": "st_j60_mv"}),
    (r"st[ -]?(?:segments?)?(?: (?:level|shift))? ?(?:at |, )?j ?\+ ?80(?: ?ms)?", {"amplitude": "st_j80_mv"}),
    (
        r"st(?![a-z])(?:[ -]segments?)?(?:[ -](?:elevations?|depressions?|shift|level|deviation"
        r"|rise))?(?: at (?:the )?j(?: point)?)?|j[ -]point"
        r"(?: (?:elevation|depression))?|ste(?![a-z])|std(?![a-z])",
        {"amplitude": "st_j_mv"},
    ),
    (rf"p(?![a-z0-9'+]){_WAVE_DASH}{_LENGTH}", {"interval": "p_ms", "axis": "p_axis_deg", "amplitude": "p_mv"}),
    (rf"t(?![a-z0-9'+]){_WAVE_DASH}(?:[ -]inversions?)?", {"axis": "t_axis_deg", "amplitude": "t_mv"}),
    (rf"r'(?![a-z]){_WAVE_DASH}", {"amplitude": "r_prime_mv"}),
    (rf"q(?![a-z0-9'+]){_WAVE_DASH}{_LENGTH}", {"amplitude": "q_mv", "interval": "q_ms"}),
    (rf"r(?![a-z0-9'+]){_WAVE_DASH}{_LENGTH}", {"amplitude": "r_mv", "interval": "r_ms"}),
    (rf"s(?![a-z0-9'+]){_WAVE_DASH}{_LENGTH}", {"amplitude": "s_mv", "interval": "s_ms"}),
)
_PATTERN = re.compile(
    r"(?<![a-z0-9'+])(?:" + "|".join(f"(?P<w{i}>{words})" for i, (words, _) in enumerate(_WORDS)) + r")(?![a-z0-9'])"
)


@dataclass(frozen=True)
class MeasureMention:
    """A quantity named at characters `start` to `stop` of a sentence.

    ``keys`` maps the dimension of a number to the measurement it would state; empty for quantities that are not
    measured here (an atrial rate). The key ``qtc`` stands for a QTc whose formula is not named.
    """

    start: int
    stop: int
    keys: Keys


def measure_mentions(where: Sentence) -> Iterator[MeasureMention]:
    """Find the quantities that a sentence names, from left to right."""
    for match in _PATTERN.finditer(where.text):
        index = next(i for i in range(len(_WORDS)) if match[f"w{i}"] is not None)
        yield MeasureMention(match.start(), match.end(), _WORDS[index][1])
