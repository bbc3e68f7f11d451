"""Questions about a statement by its name, or about a kind of statement, with their answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from ecg_chat.chat.looked_up import look_up
from ecg_chat.chat.named_findings import asked_about
from ecg_chat.conversation.evidence import class_name
from ecg_chat.conversation.groups import GROUPS
from ecg_chat.conversation.named_in_facts import infarcts
from ecg_chat.training.dialogue import answers, presence
from ecg_chat.training.dialogue.phrases import lay_questions, questions
from ecg_chat.training.dialogue.truth import Truth

NAMED_INTENTS = ("is_there", "rule_out", "why", "mean", "which_leads", "sure")
LIKELY_ASKED = (
    "AFIB", "CLBBB", "CRBBB", "IMI", "AMI", "ASMI", "LVH", "1AVB", "PVC", "LAFB", "STACH", "SBRAD", "LNGQT", "WPW", "RVH", "AFLT", "PACE",
)  # fmt: skip
PRESENT_SHARE: Mapping[str, float] = {
    "is_there": 0.5,
    "rule_out": 0.4,
    "why": 0.85,
    "mean": 0.25,
    "which_leads": 0.75,
    "sure": 0.75,
}
"""How often a question is about a statement that holds; half for "is there …?", so that yes and no are learnt alike."""
ALSO_MEASURED = ("STD_", "STE_", "NST_", "INVT", "NT_", "LOWT", "LNGQT", "LPR", "QWAVE", "LVOLT")
ALSO_MEASURED_SHARE = 0.25
"""How often somebody asks what a finding means whose name is also that of something measured: not its value."""
OLD_SHARE = 0.6
"""How often an infarct is asked for as an old one, or one of any age."""
LAY_SHARE_PATIENT, LAY_SHARE_CLINICIAN = 0.35, 0.1
"""How often they ask whether something is there without its name."""


def answer_about(truth: Truth, intent: str, code: str, patient: bool) -> str:
    """Answer a question about one statement."""
    texts: Mapping[str, Callable[[], str]] = {
        "is_there": lambda: presence.is_there(truth, code, patient),
        "rule_out": lambda: presence.ruled_out(truth, code, patient),
        "why": lambda: answers.why(truth, code),
        "mean": lambda: answers.mean(truth, code, patient),
        "which_leads": lambda: presence.which_leads(truth, code),
        "sure": lambda: presence.sure(truth, code),
    }
    return texts[intent]()


def named_turn(truth: Truth, intent: str, patient: bool, rng: random.Random) -> tuple[str, str]:
    """Return a question about a statement, and its answer."""
    code = _pick_code(truth, intent, rng)
    lay = intent == "is_there" and rng.random() < _lay_share(patient)
    question = (lay and _in_lay_words(code, rng)) or _by_name(code, intent, truth, rng)
    found = look_up(question, truth.network)
    if found.subject is not None:  # a name may stand for several statements ("lbbb"): of which is spoken, is looked up
        code = found.subject.key
    answer = answer_about(truth, intent, code, patient)
    return question, answer.replace(truth.catalogue[code].name, found.asked) if found.asked else answer


def _by_name(code: str, intent: str, truth: Truth, rng: random.Random) -> str:
    statement = truth.catalogue[code]
    aliases = [statement.name, *statement.aliases]
    name = rng.choice([statement.name, statement.name, rng.choice(aliases)])
    if name.isascii() and len(name) <= 5 and name.islower():
        name = name.upper() if rng.random() < 0.7 else name
    old = intent == "is_there" and infarcts([code]) and rng.random() < OLD_SHARE
    return rng.choice(questions()["is_there_infarct" if old else intent]).format(name=name)


def _in_lay_words(finding: str, rng: random.Random) -> str:
    """Return a question about something without its name; "" if nobody asks so, or something else is understood."""
    phrases = lay_questions().get(finding)
    if not phrases:
        return ""
    question = rng.choice(phrases)
    understood = asked_about(question)
    return question if understood and finding in understood[0].keys else ""


def _lay_share(patient: bool) -> float:
    return LAY_SHARE_PATIENT if patient else LAY_SHARE_CLINICIAN


def group_turn(truth: Truth, patient: bool, rng: random.Random) -> tuple[str, str]:
    """Return a question about a kind of statement, and its answer."""
    present = [key for key in GROUPS if presence.group_members(truth, key)]
    missing = [key for key in GROUPS if key not in present]
    pool = present if present and (not missing or rng.random() < 0.5) else missing
    key = rng.choice(pool)
    name = rng.choice(GROUPS[key].asked)
    question = rng.choice(questions()["group"]).format(name=name).replace("any sign of any sign of", "any sign of")
    if rng.random() < _lay_share(patient):
        question = _in_lay_words(class_name(key), rng) or question
    return question, presence.is_group_there(truth, key, patient)


def _pick_code(truth: Truth, intent: str, rng: random.Random) -> str:
    if intent == "mean" and rng.random() < ALSO_MEASURED_SHARE:
        return rng.choice(ALSO_MEASURED)
    present = [s.code for s in truth.known] + ([truth.rhythm] if truth.rhythm else [])
    if present and rng.random() < PRESENT_SHARE[intent]:
        return rng.choice(present)
    likely, every = LIKELY_ASKED, tuple(truth.catalogue)
    absent = [code for code in (likely if rng.random() < 0.5 else every) if truth.about(code) is None]
    return rng.choice(absent or every)
