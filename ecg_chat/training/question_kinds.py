"""Train the classifier of kinds of questions (`ecg_chat.chat.question_kind`) on the phrases for training."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from ecg_chat.chat.question_kind import BUCKETS, WEIGHTS_FILE, QuestionKinds, features_of
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.training.dialogue import symptom_talk
from ecg_chat.training.dialogue.comparisons import EARLIER, OVER, OWN
from ecg_chat.training.dialogue.measure_questions import FRAMES, MEASURES, TERMS
from ecg_chat.training.dialogue.phrases import TOPICS, questions
from ecg_chat.training.dialogue.presence import GROUPS
from ecg_chat.training.dialogue.variation import vary

KIND_OF: Mapping[str, str] = {
    "interpret_patient": "interpret", "decide_clinician": "decide", "promise_clinician": "promise", "group": "is there",
    "is_there": "is there", "rule_out": "rule out", "why_again": "why", "mean_again": "mean", "sure_again": "sure",
    "which_leads": "which leads", "which_leads_again": "which leads", "st_lead": "ST in a lead",
    "t_lead": "T wave in a lead",
    "st": "ST", "t": "T wave", "german_report": "German report", "red_flag": "emergency", "off_topic": "off topic",
    "rate": "heart rate", "axis": "QRS axis", "mild": "symptom", "life": "daily life", "dose": "medicine",
    "do": "what to do",
}  # fmt: skip
"""Kinds of question by intent; an intent that is not here is a kind of its own name."""
OWN_NUMBER, OVER_NUMBER, REPLY = "own number", "over a number", "reply"


@dataclass(frozen=True)
class QuestionRecipe:
    """What the classifier was trained with."""

    variants: int = 12
    """Of each phrase: other names and topics, and the small changes that people make."""
    steps: int = 300
    lr: float = 0.03
    decay: float = 1e-6
    seed: int = 0


def examples(recipe: QuestionRecipe) -> Iterator[tuple[str, str]]:
    """Yield questions with their kinds."""
    rng = random.Random(recipe.seed)
    for intent, phrases in questions().items():
        kind = KIND_OF.get(intent, intent)
        for phrase in phrases:
            yield from ((vary(_filled(phrase, intent, rng), rng), kind) for _ in range(recipe.variants))
    for measure, words in MEASURES.items():
        for frame in FRAMES:
            yield from ((vary(frame.format(m=word), rng), KIND_OF.get(measure, measure)) for word in words)
    for kind, table in ((OWN_NUMBER, OWN), (OWN_NUMBER, EARLIER), (OVER_NUMBER, OVER)):
        for phrase in (phrase for phrases in table.values() for phrase in phrases):
            yield from ((vary(phrase.format(n=rng.randint(40, 500)), rng), kind) for _ in range(recipe.variants))
    for step in symptom_talk.REPLIES.values():
        for kind_of_reply, phrases in step.items():
            kind = {"red": KIND_OF["red_flag"], "mild": KIND_OF["mild"]}.get(kind_of_reply, REPLY)
            yield from ((vary(phrase, rng), kind) for phrase in phrases for _ in range(recipe.variants // 2))


def _filled(phrase: str, intent: str, rng: random.Random) -> str:
    statement = rng.choice(list(load_catalogue().values()))
    group = rng.choice(list(GROUPS.values()))
    words, _ = rng.choice(list(TERMS.values()))
    return phrase.format(
        name=rng.choice(group.asked) if intent == "group" else rng.choice([statement.name, *statement.aliases]),
        lead=rng.choice(STANDARD_LEADS),
        topic=rng.choice(TOPICS),
        term=rng.choice(words),
    )


def train_question_kinds(recipe: QuestionRecipe) -> QuestionKinds:
    """Fit the classifier: softmax regression with weight decay, each kind weighed alike."""
    torch.manual_seed(recipe.seed)
    pairs = list(examples(recipe))
    kinds = tuple(sorted({kind for _, kind in pairs}))
    rows = [torch.from_numpy(features_of(question)) for question, _ in pairs]
    starts = torch.tensor([0, *(len(row) for row in rows[:-1])]).cumsum(0)
    buckets, scale = torch.cat(rows), torch.cat([torch.full((len(row),), max(1, len(row)) ** -0.5) for row in rows])
    wanted = torch.tensor([kinds.index(kind) for _, kind in pairs])
    share = torch.bincount(wanted, minlength=len(kinds)).float()
    weights = torch.zeros(BUCKETS, len(kinds), requires_grad=True)
    bias = torch.zeros(len(kinds), requires_grad=True)
    optimizer = torch.optim.Adam([weights, bias], lr=recipe.lr)
    for _ in range(recipe.steps):
        scores = functional.embedding_bag(buckets, weights, starts, mode="sum", per_sample_weights=scale) + bias
        loss = functional.cross_entropy(scores, wanted, weight=share.rsqrt() * share.mean().sqrt())
        loss = loss + recipe.decay * weights.square().sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return QuestionKinds(kinds, weights.detach().T.numpy(), bias.detach().numpy())


def save_question_kinds(classifier: QuestionKinds, recipe: QuestionRecipe, folder: Path) -> None:
    """Write the weights in half precision, and what they were trained with."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / WEIGHTS_FILE,
        kinds=np.array(classifier.kinds),
        weights=classifier.weights.astype(np.float16),
        bias=classifier.bias.astype(np.float32),
    )
    text = json.dumps(dataclasses.asdict(recipe), indent=1)
    (folder / "recipe.json").write_text(text + "\n", encoding="utf-8")
