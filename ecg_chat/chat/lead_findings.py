"""What can be said to be seen in one lead, and how the measurements of that lead decide it."""

from __future__ import annotations

import re
from collections.abc import Callable

from ecg_chat.chat import tolerances as limits
from ecg_chat.chat.claims import Known, opposite
from ecg_chat.chat.measured import in_words, value_of
from ecg_chat.chat.reading import Reading
from ecg_chat.conversation.limit_words import st_raised_from_mv
from ecg_chat.measurements.types import Span

LeadJudge = Callable[[str, Reading, bool], Known]
"""(lead, reading, negated) → what is known; `negated` matters where "is it" and "is it not" have different limits."""

_HOW = r"(?:\w+ly |still |also |both |all |not |no longer |isn't |more |deep |minimal |slight |mild |marked ){0,3}"


def _st_raised(lead: str, reading: Reading, negated: bool) -> Known:
    value = value_of(reading, "st_j_mv", lead)
    words = in_words("st_j_mv", value, lead)
    if value.value is None:
        return Known("unknown", words, None, "st_j_mv")
    present_from = st_raised_from_mv(lead, reading.patient) if negated else limits.ST_RAISED_MV
    absent_below = limits.ST_RAISED_MV if negated else limits.ST_NOT_RAISED_MV
    return _between(round(value.value, 2), present_from, absent_below, words, value.place, "st_j_mv")


def _st_lowered(lead: str, reading: Reading, negated: bool) -> Known:
    value = value_of(reading, "st_j_mv", lead)
    words = in_words("st_j_mv", value, lead)
    if value.value is None:
        return Known("unknown", words, None, "st_j_mv")
    absent_below = -limits.ST_LOWERED_MV if negated else -limits.ST_NOT_LOWERED_MV
    return _between(-round(value.value, 2), -limits.ST_LOWERED_MV, absent_below, words, value.place, "st_j_mv")


def _st_level(lead: str, reading: Reading, negated: bool) -> Known:
    value = value_of(reading, "st_j_mv", lead)
    words = in_words("st_j_mv", value, lead)
    if value.value is None:
        return Known("unknown", words, None, "st_j_mv")
    level = limits.ST_LOWERED_MV < round(value.value, 2) < st_raised_from_mv(lead, reading.patient)
    return Known("present" if level else "absent", words, value.place, "st_j_mv")


def _st_changed(lead: str, reading: Reading, negated: bool) -> Known:
    return opposite(_st_level(lead, reading, negated))


def _signed(measure: str, sign: float, wave: float) -> LeadJudge:
    """Build the judge of "inverted" (sign −1) or "upright" (+1) for a wave."""

    def judge(lead: str, reading: Reading, negated: bool) -> Known:
        value = value_of(reading, measure, lead)
        words = in_words(measure, value, lead)
        if value.value is None:
            return Known("unknown", words, None, measure)
        return _between(sign * value.value, wave, -wave, words, value.place, measure)

    return judge


def _t_flat(lead: str, reading: Reading, negated: bool) -> Known:
    value = value_of(reading, "t_mv", lead)
    words = in_words("t_mv", value, lead)
    if value.value is None:
        return Known("unknown", words, None, "t_mv")
    return _between(-abs(value.value), -limits.T_FLAT_MV, -2 * limits.T_FLAT_MV, words, value.place, "t_mv")


def _q_wave(pathological: bool) -> LeadJudge:
    def judge(lead: str, reading: Reading, negated: bool) -> Known:
        depth, width = value_of(reading, "q_mv", lead), value_of(reading, "q_ms", lead)
        words = in_words("q_mv", depth, lead)
        if depth.value is None:
            return Known("unknown", words, None, "q_mv")
        there = abs(depth.value) >= limits.WAVE_MV
        if not pathological or not there:
            return Known("present" if there else "absent", words, depth.place, "q_mv")
        words = f"{words}, {in_words('q_ms', width, lead)}"
        if width.value is None:
            return Known("unknown", words, depth.place, "q_mv")
        deep = lead in ("V2", "V3") or abs(depth.value) >= limits.Q_PATHOLOGICAL_MV
        wide = width.value >= (20.0 if lead in ("V2", "V3") else limits.Q_PATHOLOGICAL_MS)
        return Known("present" if deep and wide else "absent", words, depth.place, "q_mv")

    return judge


def _r_prime(lead: str, reading: Reading, negated: bool) -> Known:
    value = value_of(reading, "r_prime_mv", lead)
    words = in_words("r_prime_mv", value, lead)
    if value.value is None:
        return Known("unknown", words, None, "r_prime_mv")
    return Known("present" if value.value >= limits.WAVE_MV else "absent", words, value.place, "r_prime_mv")


def _notched(lead: str, reading: Reading, negated: bool) -> Known:
    value = value_of(reading, "notched", lead)
    if value.value is None:
        return Known("unknown", f"notching in {lead} not measurable: {value.reason}", None, "notched")
    there = value.value >= 0.5
    return Known(
        "present" if there else "absent",
        f"R in {lead} {'is' if there else 'is not'} notched or slurred",
        value.place,
        "notched",
    )


def _dominant(sign: float) -> LeadJudge:
    def judge(lead: str, reading: Reading, negated: bool) -> Known:
        value = value_of(reading, "qrs_net_mv", lead)
        if value.value is None:
            return Known("unknown", f"QRS in {lead} not measurable: {value.reason}", None, "qrs_net_mv")
        words = f"QRS in {lead} net {value.value:+.2f} mV"
        return _between(sign * value.value, limits.WAVE_MV, -limits.WAVE_MV, words, value.place, "qrs_net_mv")

    return judge


def _between(
    value: float, present_from: float, absent_below: float, words: str, place: Span | None, measure: str
) -> Known:
    if value >= present_from:
        return Known("present", words, place, measure)
    return Known("absent" if value < absent_below else "unknown", words, place, measure)


def _phrase(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9'])(?:{pattern})(?![a-z0-9'])")


_ST = r"st(?:[ -]?segments?)?"
_T = r"t(?:[ -]?waves?)?"
FINDINGS: tuple[tuple[re.Pattern[str], str, LeadJudge], ...] = (
    (
        _phrase(
            rf"{_ST}[ -](?:elevations?|rises?)|elevat(?:ed|ion of(?: the)?) {_ST}|{_ST} (?:is"
            rf"|are) {_HOW}(?:elevated|raised)|ste(?:mi)?|{_ST} raised|j[ -]point elevation"
        ),
        "ST elevation",
        _st_raised,
    ),
    (
        _phrase(
            rf"{_ST}[ -]depressions?|depress(?:ed|ion of(?: the)?) {_ST}|{_ST} (?:is|are) {_HOW}(?:depressed"
            rf"|lowered)|std|{_ST} lowered"
        ),
        "ST depression",
        _st_lowered,
    ),
    (
        _phrase(
            rf"isoelectric {_ST}|{_ST} (?:is|are) {_HOW}(?:isoelectric|on the baseline|at baseline|normal|level"
            rf"|within (?:the )?(?:usual|normal) limits)|normal {_ST}"
        ),
        "level ST",
        _st_level,
    ),
    (_phrase(rf"{_ST}[ -](?:changes?|deviations?|shifts?|abnormalit(?:y|ies))"), "ST change", _st_changed),
    (
        _phrase(
            rf"{_T}[ -](?:inversions?|negativity)|(?:inverted|negative) {_T}|{_T} (?:is|are) {_HOW}(?:inverted"
            rf"|negative)|{_T} inverted"
        ),
        "T inversion",
        _signed("t_mv", -1.0, limits.T_UPRIGHT_MV),
    ),
    (
        _phrase(rf"(?:upright|positive) {_T}|{_T} (?:is|are) {_HOW}(?:upright|positive)"),
        "upright T",
        _signed("t_mv", 1.0, limits.T_UPRIGHT_MV),
    ),
    (
        _phrase(rf"(?:flat|flattened|low) {_T}|{_T} (?:is|are) {_HOW}(?:flat|flattened|low)|{_T}[ -]flattening"),
        "flat T",
        _t_flat,
    ),
    (
        _phrase(
            r"(?:inverted|negative) p(?:[ -]?waves?)?|p(?:[ -]?waves?)? (?:is|are) (?:\w+ly )?(?:inverted|negative)"
        ),
        "inverted P",
        _signed("p_mv", -1.0, limits.WAVE_MV),
    ),
    (
        _phrase(r"(?:upright|positive) p(?:[ -]?waves?)?|p(?:[ -]?waves?)? (?:is|are) (?:\w+ly )?(?:upright|positive)"),
        "upright P",
        _signed("p_mv", 1.0, limits.WAVE_MV),
    ),
    (_phrase(r"(?:pathologic(?:al)?|significant|abnormal|infarct) q(?:[ -]?waves?)?"), "pathological Q", _q_wave(True)),
    (
        _phrase(
            r"(?<!pathological )(?<!pathologic )(?<!significant )(?<!abnormal )(?<!infarct )(?:septal |small "
            r"|deep |initial )?q(?:[ -]?waves?)?"
        ),
        "Q",
        _q_wave(False),
    ),
    (_phrase(r"rsr'?|r'|rr'|m[ -]shaped qrs|rabbit ears"), "second R", _r_prime),
    (
        _phrase(
            r"(?:broad,? |wide,? )?(?:notched|slurred)(?: or (?:slurred|notched))? (?:r(?:[ -]?waves?)?|qrs)"
            r"|(?:notching|slurring)(?: of (?:the )?r)?|r(?:[ -]?waves?)? (?:is|are) (?:\w+ and "
            r"|\w+ly )?(?:notched|slurred)(?: or (?:slurred|notched))?"
        ),
        "notched R",
        _notched,
    ),
    (
        _phrase(
            r"(?:dominant|predominant(?:ly)?) (?:r(?:[ -]?waves?)?|positive(?: qrs)?)|(?:mainly "
            r"|mostly )?(?:positive|upright) qrs"
        ),
        "dominant R",
        _dominant(1.0),
    ),
    (
        _phrase(
            r"(?:dominant|predominant(?:ly)?) (?:s(?:[ -]?waves?)?|negative(?: qrs)?)|(?:mainly |mostly )?negative qrs"
        ),
        "dominant S",
        _dominant(-1.0),
    ),
)
