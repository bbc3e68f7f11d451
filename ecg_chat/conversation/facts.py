"""Measurements and criteria as the lines of text that the model is shown.

Every number in the prompt comes from here, and nothing here comes from a language model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ecg_chat.conversation.ecg_qa_names import AXIS_NAMES, EXTRA_SYSTOLE_NAMES, NOISE_NAMES, STAGE_NAMES
from ecg_chat.conversation.evidence import CLASS_FROM, LIKELY_FROM, POSSIBLE_FROM, class_name
from ecg_chat.conversation.fact_kinds import KINDS, NO_RHYTHM
from ecg_chat.conversation.limit_words import (
    P_WAVES_PRESENT_SHARE,
    ST_LOWERED_MV,
    axis_word,
    interval_word,
    rate_word,
    st_raised_from_mv,
)
from ecg_chat.conversation.slots import MAX_REASONS
from ecg_chat.conversation.tasks import CLASSES
from ecg_chat.conversation.types import PatientContext
from ecg_chat.measurements.types import Measurements
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.hard_limits import DECIDED_BY_NUMBER, fails_by_number
from ecg_chat.statements.judge import found
from ecg_chat.statements.types import Judgement

T_INVERTED_MV = -0.1
"""T counts as inverted from 1 mm below the baseline (4th Universal Definition of MI 2018, T inversion > 1 mm)."""
T_NORMALLY_INVERTED = "aVR"
"""In this lead an inverted T is what is normal (AHA/ACCF/HRS 2009, part IV); it is not told among the others."""
ST_SMALL_MV = 0.05
"""Leads whose ST level is closer to the baseline than this are not listed one by one."""
MAX_NAMED = 10
MAX_EVIDENCE_CHARS = 70
MAX_PATTERN = 10
"""Likely and possible statements that are written."""
MAX_ONLY_BY_CRITERIA = 4
USUAL = ("NORM", "SR")
"""Codes of so many ECGs that only a likely one is worth telling."""
DIAGNOSTIC_CLASSES = CLASSES["diagnostic"]
NOTED: Mapping[str, str] = {**AXIS_NAMES, **STAGE_NAMES, **{name: name for name in EXTRA_SYSTOLE_NAMES}}
REDUNDANT = {"LPR": "1AVB", "PRC(S)": "PAC", "ABQRS": "", "TAB_": "", "NT_": "NDT", "ISC_": "", "QWAVE": ""}
"""Statements that repeat another one: left out when that one is met too, or always (empty)."""

_INTERVALS = (("P", "p_ms"), ("PR", "pr_ms"), ("QRS", "qrs_ms"), ("QT", "qt_ms"), ("QTc", "qtc_fridericia_ms"))
_AXES = (("P", "p_axis_deg"), ("QRS", "qrs_axis_deg"), ("T", "t_axis_deg"))


def describe(
    measurements: Measurements,
    judgements: Mapping[str, Judgement],
    patient: PatientContext | None = None,
    probabilities: Mapping[str, float] | None = None,
) -> str:
    """Write the facts, one kind a line.

    Parameters
    ----------
    measurements : Measurements
    patient : PatientContext, optional
        Age and sex decide which limits the words "normal", "prolonged" … stand for; below 16 years there are none.
    judgements : mapping of code to Judgement
        As `ecg_chat.statements.judge.judge` gives them.
    probabilities : mapping of str to float, optional
        What the ECG encoder gave each code, superclass and attribute (`ecg_chat.conversation.evidence`); none if there
        is no such network.
    """
    who = patient or PatientContext()
    lines = [_rate(measurements, who), _rhythm(measurements), _intervals(measurements, who), _axes(measurements, who)]
    lines += [_st(measurements), _repolarisation(measurements, who), _voltage(measurements), _quality(measurements)]
    lines += [*_criteria(judgements), *_pattern(probabilities or {}, judgements, measurements)]
    return "\n".join(line for line in lines if line)


def _rate(m: Measurements, who: PatientContext) -> str:
    rate = m.get("heart_rate_bpm")
    shortest, longest = m.get("rr_min_ms"), m.get("rr_max_ms")
    spread = f", RR {shortest:.0f}-{longest:.0f} ms" if shortest is not None and longest is not None else ""
    return f"rate {rate:.0f}/min{_word(rate_word(m, who))}{spread}" if rate is not None else "rate not measurable"


def _rhythm(m: Measurements) -> str:
    share = m.rhythm.p_share
    p_waves = "P not judged" if share is None else f"P before {100 * share:.0f} % of beats"
    parts = [f"rhythm {_regularity(m)}", p_waves]
    for kind in ("ventricular", "supraventricular"):
        count = sum(beat.kind == kind for beat in m.beats)
        parts += [f"{count} {kind} ectopic"] if count else []
    return ", ".join(parts)


def _regularity(m: Measurements) -> str:
    """Return how regular the beats are; "irregularly irregular" is for atrial fibrillation: not with P waves."""
    share = m.rhythm.p_share
    with_p = share is not None and share >= P_WAVES_PRESENT_SHARE
    return "irregular" if with_p and m.rhythm.regularity == "irregularly irregular" else m.rhythm.regularity


def _intervals(m: Measurements, who: PatientContext) -> str:
    return ", ".join(f"{name} {_ms(m.get(key))}{_word(interval_word(m, key, who))}" for name, key in _INTERVALS)


def _axes(m: Measurements, who: PatientContext) -> str:
    return "axis " + ", ".join(f"{name} {_degrees(m.get(key))}{_word(axis_word(m, key, who))}" for name, key in _AXES)


def _word(word: str) -> str:
    return f" {word}" if word else ""


def _st(m: Measurements) -> str:
    values = [(lead, m.get("st_j_mv", lead)) for lead in STANDARD_LEADS]
    known = [(lead, value) for lead, value in values if value is not None]
    if not known:
        return "ST not measurable"
    large = [f"{lead} {value:+.2f}" for lead, value in known if abs(value) >= ST_SMALL_MV]
    return f"ST mV {' '.join(large)}, others small" if large else "ST mV all small"


def _repolarisation(m: Measurements, who: PatientContext) -> str:
    raised = " ".join(st_raised_leads(m, who)) or "none"
    lowered = " ".join(st_lowered_leads(m)) or "none"
    inverted = " ".join(t_inverted_leads(m)) or "none"
    return f"ST raised {raised}; ST lowered {lowered}; T inverted outside aVR {inverted}"


def st_raised_leads(m: Measurements, who: PatientContext) -> list[str]:
    """List the leads in which ST at J, as it is printed, is above the limit of this person."""
    return _leads_where(m, "st_j_mv", lambda lead, mv: round(mv, 2) >= st_raised_from_mv(lead, who))


def st_lowered_leads(m: Measurements) -> list[str]:
    """List the leads in which ST at J, as it is printed, is lowered."""
    return _leads_where(m, "st_j_mv", lambda lead, mv: round(mv, 2) <= ST_LOWERED_MV)


def t_inverted_leads(m: Measurements) -> list[str]:
    """List the leads in which T is inverted and normally is not, or may be either way (III, aVL, V1)."""
    return _leads_where(m, "t_mv", lambda lead, mv: lead != T_NORMALLY_INVERTED and mv <= T_INVERTED_MV)


def _voltage(m: Measurements) -> str:
    s_v1 = m.get("s_mv", "V1")
    r_left = [r for r in (m.get("r_mv", "V5"), m.get("r_mv", "V6")) if r is not None]
    return f"SV1+RV5/6 {abs(s_v1) + max(r_left):.1f} mV" if s_v1 is not None and r_left else ""


def _quality(m: Measurements) -> str:
    flagged = [f"{lead} {'/'.join(flags)}" for lead, flags in m.quality.items() if flags]
    absent = [lead for lead in STANDARD_LEADS if lead not in m.leads]
    parts = [f"quality {', '.join(flagged)}"] if flagged else []
    parts += [f"leads absent {' '.join(absent)}"] if absent else []
    parts += ["lead swap suspected"] if m.warnings else []
    return "; ".join(parts)


def _pattern(
    probabilities: Mapping[str, float], judgements: Mapping[str, Judgement], measurements: Measurements
) -> list[str]:
    """Write what the encoder finds, by kind and by name: the superclasses, what is likely and what is possible.

    Whether a probability is large enough is decided here, because comparing numbers is not what a small language model
    is good at, and names are written out, because it copies a name more easily than it learns what a code stands for.
    What a defining number speaks against is no more than possible, and not told where the number alone decides; a
    conduction disturbance whose criteria are not met is no more than possible either. A
    superclass that the encoder has no output for is as likely as the likeliest of its codes. Where neither network nor
    criteria name a rhythm, a line says so: a small language model does not notice that one is missing.
    """
    catalogue = load_catalogue()
    known = sorted((code for code in probabilities if code in catalogue), key=lambda code: -probabilities[code])
    if not known:
        return []
    refuted = {code for code, judgement in judgements.items() if fails_by_number(judgement)}
    hidden = (refuted & DECIDED_BY_NUMBER) | {code for code in USUAL if probabilities.get(code, 0) < LIKELY_FROM}
    classes = {catalogue[c].superclass for c in known if probabilities[c] >= CLASS_FROM and c not in hidden}
    if any(class_name(one) in probabilities for one in DIAGNOSTIC_CLASSES):
        classes = {one for one in DIAGNOSTIC_CLASSES if probabilities.get(class_name(one), 0) >= CLASS_FROM}
    named = ", ".join(name for code, name in DIAGNOSTIC_CLASSES.items() if code in classes)
    lines = [f"classes {named or 'none'}"]
    shown = [c for c in known if probabilities[c] >= POSSIBLE_FROM and c not in hidden][:MAX_PATTERN]
    certain = {code for code in shown if probabilities[code] >= LIKELY_FROM} - refuted - _unmet_conduction(judgements)
    for kind in KINDS.values():
        of_kind = [code for code in shown if _kind(code) == kind]
        likely = [catalogue[c].name for c in of_kind if c in certain]
        possible = [catalogue[c].name for c in of_kind if c not in certain]
        if kind == KINDS["rhythm"] and not likely and not _rhythm_by_criteria(judgements, measurements):
            likely = [NO_RHYTHM]
        parts = [", ".join(likely)] if likely else []
        parts += [f"possible {', '.join(possible)}"] if possible else []
        lines += [f"{kind}: {'; '.join(parts)}"] if parts else []
    unseen = [code for code in _met_codes(judgements) if probabilities.get(code, 1) < POSSIBLE_FROM]
    only = [catalogue[code].name for code in unseen if _kind(code) != "rhythm"][:MAX_ONLY_BY_CRITERIA]
    lines += [f"criteria without pattern: {', '.join(only)}"] if only else []
    return [*lines, *_noted(probabilities)]


def _unmet_conduction(judgements: Mapping[str, Judgement]) -> set[str]:
    rejected = {code for code, judgement in judgements.items() if judgement.verdict == "rejected"}
    return {code for code in rejected if load_catalogue()[code].superclass == "CD"}


def _rhythm_by_criteria(judgements: Mapping[str, Judgement], measurements: Measurements) -> bool:
    """Whether criteria alone name the rhythm; sinus arrhythmia not where the beats are called regular."""
    met = {code for code, judgement in judgements.items() if judgement.verdict == "met"}
    regular = measurements.rhythm.regularity == "regular"
    return bool(met & {"SR", "STACH", "SBRAD"}) or ("SARRH" in met and not regular)


def _kind(code: str) -> str:
    statement = load_catalogue()[code]
    kind = KINDS.get(statement.superclass)
    return kind or ("rhythm" if "rhythm" in statement.kinds else "form")


def _noted(probabilities: Mapping[str, float]) -> list[str]:
    """Write the likely ones of what readers note beside the statements."""
    noted = [word for name, word in NOTED.items() if probabilities.get(name, 0) >= LIKELY_FROM]
    for kind, word in NOISE_NAMES.items():
        leads = [lead for lead in STANDARD_LEADS if probabilities.get(f"{kind} {lead}", 0) >= LIKELY_FROM]
        if leads or probabilities.get(f"{kind} any", 0) >= LIKELY_FROM:
            noted.append(" ".join([word, *leads]))
    return [f"noted {', '.join(noted)}"] if noted else []


def explained_codes(judgements: Mapping[str, Judgement]) -> list[str]:
    """Codes whose evidence stands in the facts, in the order of their numbers."""
    return _met_codes(judgements)[:MAX_REASONS]


def _met_codes(judgements: Mapping[str, Judgement]) -> list[str]:
    met = [finding.code for finding in found(judgements)]
    return [code for code in met if code not in REDUNDANT or (REDUNDANT[code] and REDUNDANT[code] not in met)]


def _criteria(judgements: Mapping[str, Judgement]) -> list[str]:
    kept = _met_codes(judgements)
    if not kept:
        return ["criteria met: none"]
    numbered = enumerate(kept[:MAX_REASONS], start=1)
    lines = [f"met {k} {code}: {evidence_text(judgements[code])}" for k, code in numbered]
    rest = kept[MAX_REASONS:MAX_NAMED]
    return lines + ([f"also met {' '.join(rest)}"] if rest else [])


def evidence_text(judgement: Judgement) -> str:
    """Join the met conditions, measured values first, as many as fit `MAX_EVIDENCE_CHARS`."""
    met = sorted((e for e in judgement.evidence if e.met), key=lambda e: e.value is None)
    text = ""
    for clause in dict.fromkeys(e.text.split(" [")[0] for e in met):
        longer = f"{text}; {clause}" if text else clause
        if len(longer) > MAX_EVIDENCE_CHARS and text:
            break
        text = longer
    return text or "all conditions"


def _leads_where(m: Measurements, name: str, test: Callable[[str, float], bool]) -> list[str]:
    values = ((lead, m.get(name, lead)) for lead in STANDARD_LEADS)
    return [lead for lead, value in values if value is not None and test(lead, value)]


def _ms(value: float | None) -> str:
    return "not measurable" if value is None else f"{value:.0f} ms"


def _degrees(value: float | None) -> str:
    return "not measurable" if value is None else f"{value:.0f}"
