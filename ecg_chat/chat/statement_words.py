"""The phrases that name a diagnostic statement in running text, from the catalogue's aliases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from ecg_chat.chat.sentences import Sentence
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.statements.types import Statement

Codes = tuple[str, ...]

_TOKEN = re.compile(r"[a-z0-9]+")
_GAP = re.compile(r"[\s/'()-]{1,3}")
_PARENTHESIS = re.compile(r"\s*\(\s*(?:the |a |an )?|\s*[,=]\s*(?:or|i\.e\.|that is)\s+|\s+or\s+")
_NATURAL = re.compile(r"\b(?:natural|own|built-in|inborn) $")
_CASED_CODES_ONLY = frozenset({"SR", "EL", "DIG", "PACE", "NORM", "AMI", "IMI", "LMI", "PMI", "PAC", "PVC"})

# Words that name no single statement: any of these codes makes them true, and all must fail to make them false.
_SINUS: Codes = ("SR", "STACH", "SBRAD", "SARRH")  # PTB-XL codes the rate with the rhythm
_INFARCTS: Mapping[str, Codes] = {
    "inferior": ("IMI", "ILMI", "IPMI", "IPLMI"),
    "anterior": ("AMI", "ASMI", "ALMI"),
    "anteroseptal": ("ASMI",),
    "septal": ("ASMI",),
    "anterolateral": ("ALMI",),
    "lateral": ("LMI", "ALMI", "ILMI", "IPLMI"),
    "inferolateral": ("ILMI", "IPLMI"),
    "posterior": ("PMI", "IPMI", "IPLMI"),
    "inferoposterior": ("IPMI", "IPLMI"),
    "": ("IMI", "ILMI", "IPMI", "IPLMI", "AMI", "ASMI", "ALMI", "LMI", "PMI"),
}
_ISCHAEMIA: Mapping[str, Codes] = {
    "inferior": ("ISCIN", "ISCIL"),
    "anterior": ("ISCAN", "ISCAS", "ISCAL"),
    "anteroseptal": ("ISCAS",),
    "anterolateral": ("ISCAL",),
    "lateral": ("ISCLA", "ISCAL", "ISCIL"),
    "inferolateral": ("ISCIL",),
    "": ("ISC_", "ISCIN", "ISCIL", "ISCAN", "ISCAS", "ISCAL", "ISCLA"),
}
_GROUPS: Mapping[str, Codes] = {
    "sinus rhythm": _SINUS,
    "normal sinus rhythm": ("SR",),
    "regular sinus rhythm": ("SR", "STACH", "SBRAD"),
    "sinus node rhythm": _SINUS,
    "bundle branch block": ("CLBBB", "CRBBB", "ILBBB", "IRBBB"),
    "left bundle branch block": ("CLBBB", "ILBBB"),
    "right bundle branch block": ("CRBBB", "IRBBB"),
    "complete bundle branch block": ("CLBBB", "CRBBB"),
    "lbbb": ("CLBBB", "ILBBB"),
    "rbbb": ("CRBBB", "IRBBB"),
    "fascicular block": ("LAFB", "LPFB"),
    "hemiblock": ("LAFB", "LPFB"),
    "av block": ("1AVB", "2AVB", "3AVB"),
    "atrioventricular block": ("1AVB", "2AVB", "3AVB"),
    "heart block": ("1AVB", "2AVB", "3AVB"),
    "high degree av block": ("2AVB", "3AVB"),
    "ventricular hypertrophy": ("LVH", "RVH"),
    "hypertrophy": ("LVH", "RVH"),
    "atrial enlargement": ("LAO/LAE", "RAO/RAE"),
    "atrial abnormality": ("LAO/LAE", "RAO/RAE"),
    "extrasystole": ("PVC", "PAC", "PRC(S)", "BIGU", "TRIGU"),
    "premature beat": ("PVC", "PAC", "PRC(S)", "BIGU", "TRIGU"),
    "premature complex": ("PVC", "PAC", "PRC(S)", "BIGU", "TRIGU"),
    "ectopic beat": ("PVC", "PAC", "PRC(S)", "BIGU", "TRIGU"),
    "ectopy": ("PVC", "PAC", "PRC(S)", "BIGU", "TRIGU"),
    "extra beat": ("PVC", "PAC", "PRC(S)", "BIGU", "TRIGU"),
    "subendocardial injury": ("INJAS", "INJAL", "INJIN", "INJLA", "INJIL"),
    "supraventricular tachycardia": ("SVTAC", "PSVT"),
    "svt": ("SVTAC", "PSVT"),
    "atrial fibrillation or flutter": ("AFIB", "AFLT"),
}

_NOT_KNOWN_HERE = (
    "ventricular tachycardia", "junctional tachycardia", "broad complex tachycardia", "wide complex tachycardia",
    "wide qrs tachycardia", "polymorphic tachycardia", "junctional bradycardia", "ventricular bradycardia",
)  # fmt: skip
"""Names of what no statement of the catalogue is; the plain "tachycardia" within them names none either."""


@dataclass(frozen=True)
class StatementMention:
    """A statement (or one of several) named at characters `start` to `stop` of a sentence."""

    start: int
    stop: int
    codes: Codes
    name: str


@dataclass
class PhraseIndex:
    """Phrases as token sequences, found by their first token; the longest wins."""

    by_first: dict[str, list[tuple[tuple[str, ...], Codes]]] = field(default_factory=dict)
    known: dict[tuple[str, ...], Codes] = field(default_factory=dict)

    def add(self, phrase: str, codes: Codes, *, override: bool = False) -> None:
        """Add a phrase; one that is there already gets the codes as well, or keeps its own if `override` is False."""
        tokens = tuple(normal_token(t) for t in _TOKEN.findall(phrase.lower()))
        if not tokens or not codes:
            return
        if tokens in self.known and not override:
            codes = tuple(dict.fromkeys(self.known[tokens] + codes))
        self.known[tokens] = codes

    def hide(self, phrase: str) -> None:
        """Let a phrase name nothing, whatever its words would name."""
        self.known[tuple(normal_token(t) for t in _TOKEN.findall(phrase.lower()))] = ()

    def freeze(self) -> PhraseIndex:
        """Sort for matching."""
        for tokens, codes in self.known.items():
            self.by_first.setdefault(tokens[0], []).append((tokens, codes))
        for entries in self.by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        return self


def normal_token(token: str) -> str:
    """Take off a plural s and read British spelling as American."""
    token = token.replace("aemi", "emi").replace("oedema", "edema")
    if len(token) > 3 and token.endswith("es") and token[-3] in "xs":
        return token[:-2]
    if len(token) > 3 and token.endswith("s") and token[-2] not in "sui":
        return token[:-1]
    return token


@cache
def phrase_index() -> PhraseIndex:
    """Build the index of the packaged catalogue, once."""
    return build_index(load_catalogue())


def build_index(catalogue: Mapping[str, Statement], further: Mapping[str, Codes] | None = None) -> PhraseIndex:
    """Build the index of a catalogue: its aliases and names, and the words that name several statements.

    ``further`` phrases by code are added.
    """
    index = PhraseIndex()
    for code, phrases in (further or {}).items():
        for phrase in phrases:
            index.add(phrase, (code,))
    for code, statement in catalogue.items():
        for phrase in (*statement.aliases, statement.name):
            index.add(phrase, (code,))
        if code.isalnum() and len(code) > 3:
            index.add(code, (code,))
    for wall, codes in _INFARCTS.items():
        for noun in (
            "infarct",
            "infarction",
            "myocardial infarction",
            "myocardial infarct",
            "mi",
            "heart attack",
            "wall infarction",
        ):
            _add_group(index, f"{wall} {noun}", codes, catalogue)
    for wall, codes in _ISCHAEMIA.items():
        for noun in ("ischemia", "ischemic change", "myocardial ischemia", "wall ischemia"):
            _add_group(index, f"{wall} {noun}", codes, catalogue)
    for phrase, codes in _GROUPS.items():
        index.add(phrase, tuple(c for c in codes if c in catalogue), override=True)
    for phrase in _NOT_KNOWN_HERE:
        index.hide(phrase)
    return index.freeze()


def _add_group(index: PhraseIndex, phrase: str, codes: Codes, catalogue: Mapping[str, Statement]) -> None:
    tokens = tuple(normal_token(t) for t in _TOKEN.findall(phrase))
    if tokens not in index.known or len(tokens) == 1:
        index.add(phrase, tuple(c for c in codes if c in catalogue), override=True)


def statement_mentions(where: Sentence, index: PhraseIndex | None = None) -> tuple[StatementMention, ...]:
    """Find the statements that a sentence names; longest phrase first, no overlap.

    A name that only repeats the one before it in parentheses ("left bundle branch block (LBBB)") is left out.
    """
    index = index or phrase_index()
    found: list[StatementMention] = []
    tokens = [(m.start(), m.end(), normal_token(m[0])) for m in _TOKEN.finditer(where.text)]
    i = 0
    while i < len(tokens):
        hit = _longest(where.text, tokens, i, index)
        if hit is None:
            i += 1
            continue
        length, codes = hit
        if not codes:
            i += length
            continue
        start, stop = tokens[i][0], tokens[i + length - 1][1]
        name = " ".join(t for _, _, t in tokens[i : i + length])
        mention = StatementMention(start, stop, codes, name)
        if _is_word_not_code(where, mention):
            i += 1
            continue
        if not (found and _repeats(where.text, found[-1], mention)):
            found.append(mention)
        i += length
    return tuple(found)


def _longest(text: str, tokens: list[tuple[int, int, str]], i: int, index: PhraseIndex) -> tuple[int, Codes] | None:
    for phrase, codes in index.by_first.get(tokens[i][2], ()):
        last = i + len(phrase)
        if last <= len(tokens) and all(tokens[i + k][2] == phrase[k] for k in range(1, len(phrase))):
            joined = all(_GAP.fullmatch(text, tokens[k][1], tokens[k + 1][0]) for k in range(i, last - 1))
            if joined:
                return len(phrase), codes
    return None


def _is_word_not_code(where: Sentence, mention: StatementMention) -> bool:
    """Whether it names no statement: a short alias in small letters where only capitals make it a code ("pace", "dig").

    Nor does the heart's own pacemaker, the sinus node.
    """
    if mention.name == "pacemaker" and _NATURAL.search(where.text, 0, mention.start) is not None:
        return True
    written = where.plain[mention.start : mention.stop]
    return mention.name.upper() in _CASED_CODES_ONLY and not written.rstrip("s").isupper()


def _repeats(text: str, before: StatementMention, mention: StatementMention) -> bool:
    gap = text[before.stop : mention.start]
    return _PARENTHESIS.fullmatch(gap) is not None and bool(set(before.codes) & set(mention.codes))


def statements_named(where: Sentence) -> Iterator[str]:
    """Yield the codes of all statements a sentence names."""
    for mention in statement_mentions(where):
        yield from mention.codes
