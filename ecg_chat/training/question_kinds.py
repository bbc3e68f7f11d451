"""Train the classifiers of questions on the phrases for training: what kind, and about which finding in lay words."""

from __future__ import annotations

import dataclasses
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from ecg_chat.chat.asked_finding import FINDINGS_FILE, NOTHING
from ecg_chat.chat.named_findings import named_by_anybody
from ecg_chat.chat.question_classifier import (
    BUCKETS,
    CONFIG_FILE,
    QuestionClassifier,
    features_of,
    save_checksums,
)
from ecg_chat.chat.question_kind import KINDS_FILE
from ecg_chat.conversation.groups import GROUPS
from ecg_chat.conversation.named_in_facts import infarcts
from ecg_chat.network.folder_swap import whole_or_not_at_all
from ecg_chat.signals.ecg import STANDARD_LEADS
from ecg_chat.statements.catalogue import load_catalogue
from ecg_chat.training.dialogue import symptom_talk
from ecg_chat.training.dialogue.comparisons import EARLIER, OVER, OWN
from ecg_chat.training.dialogue.measure_questions import FRAMES, MEASURES, TERMS
from ecg_chat.training.dialogue.phrases import TOPICS, lay_questions, other_questions, questions
from ecg_chat.training.dialogue.variation import among_statements, told_before, vary
from ecg_chat.training.stage_files import RECIPE_FILE

KIND_OF: Mapping[str, str] = {
    "interpret_patient": "interpret", "decide_clinician": "decide", "promise_clinician": "promise", "group": "is there",
    "is_there": "is there", "is_there_infarct": "is there",
    "rule_out": "rule out", "why_again": "why", "mean_again": "mean", "sure_again": "sure",
    "which_leads": "which leads", "which_leads_again": "which leads", "st_lead": "ST in a lead",
    "t_lead": "T wave in a lead",
    "st": "ST", "t": "T wave", "german_report": "German report", "red_flag": "emergency", "off_topic": "off topic",
    "rate": "heart rate", "axis": "QRS axis", "mild": "symptom", "life": "daily life", "dose": "medicine",
    "do": "what to do",
}  # fmt: skip
"""Kinds of question by intent; an intent that is not here is a kind of its own name."""
OWN_NUMBER, OVER_NUMBER, REPLY = "own number", "over a number", "reply"
Example = tuple[str, str]


@dataclass(frozen=True)
class QuestionRecipe:
    """What the classifiers were trained with."""

    variants: int = 12
    """Of each phrase: other names and topics, and the small changes that people make."""
    among_statements: int = 6
    """Further variants with statements before or after them."""
    steps: int = 300
    lr: float = 0.03
    decay: float = 1e-6
    seed: int = 0


def kind_examples(recipe: QuestionRecipe) -> Iterator[Example]:
    """Yield questions with their kinds."""
    rng = random.Random(recipe.seed)
    for intent, phrases in questions().items():
        kind = KIND_OF.get(intent, intent)
        for phrase in phrases:
            yield from ((said, kind) for said in _said(partial(_filled, phrase, intent, rng), recipe, rng))
    for phrase in (*other_questions(), *(phrase for phrases in lay_questions().values() for phrase in phrases)):
        yield from ((said, KIND_OF["is_there"]) for said in _said(phrase.format, recipe, rng))
    for measure, words in MEASURES.items():
        kind = KIND_OF.get(measure, measure)
        for frame in FRAMES:
            for word in words:
                question = frame.format(m=word)
                yield vary(question, rng), kind
                if rng.random() < recipe.among_statements / recipe.variants:
                    yield among_statements(vary(question, rng), rng), kind
    for kind, table in ((OWN_NUMBER, OWN), (OWN_NUMBER, EARLIER), (OVER_NUMBER, OVER)):
        for phrase in (phrase for phrases in table.values() for phrase in phrases):
            yield from ((vary(phrase.format(n=rng.randint(40, 500)), rng), kind) for _ in range(recipe.variants))
    for step in symptom_talk.REPLIES.values():
        for kind_of_reply, phrases in step.items():
            kind = {"red": KIND_OF["red_flag"], "mild": KIND_OF["mild"]}.get(kind_of_reply, REPLY)
            yield from ((vary(phrase, rng), kind) for phrase in phrases for _ in range(recipe.variants // 2))


def finding_examples(recipe: QuestionRecipe) -> Iterator[Example]:
    """Yield questions that name nothing, with the finding that they are about, or `NOTHING`.

    Lay questions that name their finding all the same are left out, and statements that name one: a name is looked up.
    """
    rng = random.Random(recipe.seed)
    told = [statement for statement in told_before() if not named_by_anybody(statement)]
    for finding, phrases in lay_questions().items():
        unnamed = [phrase for phrase in phrases if not named_by_anybody(phrase)]
        yield from ((said, finding) for phrase in unnamed for said in _said(phrase.format, recipe, rng, told))
    for phrase in (phrase for phrase in other_questions() if not named_by_anybody(phrase)):
        yield from ((said, NOTHING) for said in _said(phrase.format, recipe, rng, told))
    for intent, phrases in questions().items():
        for phrase in phrases:
            if "{name}" not in phrase and not named_by_anybody(phrase):
                filled = partial(_filled, phrase, intent, rng)
                yield from ((said, NOTHING) for said in _said(filled, recipe, rng, told))


def _said(
    question: Callable[[], str], recipe: QuestionRecipe, rng: random.Random, statements: Sequence[str] = ()
) -> Iterator[str]:
    """Say a question in several ways, in some of them among statements that do not change what it asks."""
    for k in range(recipe.variants + recipe.among_statements):
        varied = vary(question(), rng)
        yield varied if k < recipe.variants else among_statements(varied, rng, statements)


def _filled(phrase: str, intent: str, rng: random.Random) -> str:
    catalogue = load_catalogue()
    statement = catalogue[rng.choice(infarcts(list(catalogue)) if intent == "is_there_infarct" else list(catalogue))]
    group = rng.choice(list(GROUPS.values()))
    words, _ = rng.choice(list(TERMS.values()))
    return phrase.format(
        name=rng.choice(group.asked) if intent == "group" else rng.choice([statement.name, *statement.aliases]),
        lead=rng.choice(STANDARD_LEADS),
        topic=rng.choice(TOPICS),
        term=rng.choice(words),
    )


def train_classifier(pairs: Sequence[Example], recipe: QuestionRecipe) -> QuestionClassifier:
    """Fit a classifier: softmax regression with weight decay, each label weighed alike.

    Parameters
    ----------
    pairs : sequence of (str, str)
        Questions and their labels.
    recipe : QuestionRecipe
    """
    torch.manual_seed(recipe.seed)
    labels = tuple(sorted({label for _, label in pairs}))
    rows = [torch.from_numpy(features_of(question)) for question, _ in pairs]
    starts = torch.tensor([0, *(len(row) for row in rows[:-1])]).cumsum(0)
    buckets, scale = torch.cat(rows), torch.cat([torch.full((len(row),), max(1, len(row)) ** -0.5) for row in rows])
    wanted = torch.tensor([labels.index(label) for _, label in pairs])
    share = torch.bincount(wanted, minlength=len(labels)).float()
    weights = torch.zeros(BUCKETS, len(labels), requires_grad=True)
    bias = torch.zeros(len(labels), requires_grad=True)
    optimizer = torch.optim.Adam([weights, bias], lr=recipe.lr)
    for _ in range(recipe.steps):
        scores = functional.embedding_bag(buckets, weights, starts, mode="sum", per_sample_weights=scale) + bias
        loss = functional.cross_entropy(scores, wanted, weight=share.rsqrt() * share.mean().sqrt())
        loss = loss + recipe.decay * weights.square().sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return QuestionClassifier(labels, weights.detach().T.numpy(), bias.detach().numpy())


def questions_step(recipe: QuestionRecipe, folder: Path) -> None:
    """Train both classifiers and write their folder, with their checksums.

    Raises
    ------
    ModelError
        When the folder cannot be written (disk full); the classifiers that were there stay.
    """
    examples = {KINDS_FILE: kind_examples(recipe), FINDINGS_FILE: finding_examples(recipe)}
    trained = {file: train_classifier(list(pairs), recipe) for file, pairs in examples.items()}
    with whole_or_not_at_all(folder, (*trained, CONFIG_FILE, RECIPE_FILE)) as new:
        for file, classifier in trained.items():
            save_classifier(classifier, new / file)
        save_checksums(new, tuple(trained))
        (new / RECIPE_FILE).write_text(json.dumps(dataclasses.asdict(recipe), indent=1) + "\n", encoding="utf-8")


def save_classifier(classifier: QuestionClassifier, path: Path) -> None:
    """Write the weights as whole numbers of one byte, with a scale for each label."""
    scale = np.maximum(np.abs(classifier.weights).max(axis=1), 1e-6) / 127
    np.savez_compressed(
        path,
        labels=np.array(classifier.labels),
        weights=np.round(classifier.weights / scale[:, None]).astype(np.int8),
        scale=scale.astype(np.float32),
        bias=classifier.bias.astype(np.float32),
    )
