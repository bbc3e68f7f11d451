"""Medical words of a question, spelt as they are known here.

"Atrial fibrilation?" is a plain question; without this no name would be found in it. Only words that nothing else is
likely to mean are put right, and only where one or two letters are wrong; the question itself is shown as it was typed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

MEDICAL_WORDS = (
    "amplitude", "aneurysm", "arrhythmia", "atrial", "atrium", "auricular", "bigeminy", "bradycardia", "bundle",
    "cardiomyopathy", "digoxin", "ectopic", "ectopics", "electrolyte", "extrasystole", "extrasystoles",
    "fascicular", "fibrillation", "flutter", "hemiblock", "hypertrophy", "infarct", "infarction",
    "intraventricular", "ischaemia", "ischaemic", "ischemia", "ischemic", "myocardial", "pacemaker",
    "parkinson", "premature", "repolarisation", "rhythm", "septum", "supraventricular",
    "tachycardia", "trigeminy", "ventricle", "ventricles", "ventricular", "voltage", "wenckebach",
)  # fmt: skip
OTHER_WORDS = frozenset(
    {
        "aerial", "aerials", "aflutter", "amplitudes", "aneurysms", "arrhythmias", "arrhythmic", "atria", "atriums",
        "bundled", "bundles", "bungle", "bungled", "clutter", "clutters", "dioxin", "dioxins", "ectopy",
        "electrocute", "electrolytes", "electrolytic", "flatter", "flatters", "fluster", "flusters", "flutters",
        "fluttery", "hypertrophic", "inaction", "infarcts", "infarctions", "infection", "infections", "infliction",
        "inflection", "inflections", "pacemakers", "peacemaker", "peacemakers", "rhythms", "septal", "trial",
        "trials", "ventricularly", "voltages", "interventricular", "hypotrophy", "hypotrophic", "myocardium",
    }
)  # fmt: skip
"""Words so near to the medical ones that they would be taken for slips."""
LONG_WORD = 10
"""From so many letters on two may be wrong."""
_WORD = re.compile(r"[A-Za-z]{6,}")


def respelt(question: str) -> str:
    """Return a question with the medical words that are nearly right put right, in small letters.

    Parameters
    ----------
    question : str
    """
    return _WORD.sub(lambda match: _right(match[0].lower()) or match[0], question)


@lru_cache(maxsize=4096)
def _right(word: str) -> str:
    """Return the nearest medical word; "" for one that is known, and where none or several are as near.

    Distance: letters that are missing, too many, wrong or swapped with their neighbour. The first letter counts as
    right: "depolarisation" is no slip of "repolarisation".
    """
    if word in MEDICAL_WORDS or word in OTHER_WORDS:
        return ""
    slips = {known: OSA.distance(word, known) for known in MEDICAL_WORDS if known[0] == word[0]}
    near = [known for known, n in slips.items() if n <= (2 if len(known) >= LONG_WORD else 1)]
    nearest = [known for known in near if slips[known] == min(slips[one] for one in near)]
    return nearest[0] if len(nearest) == 1 else ""
