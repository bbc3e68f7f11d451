"""The local assistant: a model folder that answers questions about one ECG."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from ecg_chat.chat.asked_finding import asked_findings
from ecg_chat.chat.question_kind import question_kinds
from ecg_chat.chat.types import AssistantInfo, Event, GenerationSettings
from ecg_chat.conversation.render import ECG, neutralise, render
from ecg_chat.conversation.slots import refer, resolve, values
from ecg_chat.conversation.types import Conversation, Message
from ecg_chat.errors import GenerationFailed, ModelError
from ecg_chat.measurements.types import Measurements
from ecg_chat.network.checkpoint import LoadedModel, load_model
from ecg_chat.network.generation import (
    UNFINISHED,
    generate_together,
    next_token_probabilities,
    stream_tokens,
    use_threads,
)
from ecg_chat.network.measured_reader import measured_row
from ecg_chat.network.multimodal import describe_signal, embed_prompt
from ecg_chat.network.preprocess import crops, prepare
from ecg_chat.network.tokenizer import encode
from ecg_chat.signals.ecg import Ecg
from ecg_chat.statements.types import Finding

MIN_LEADS_FOR_FINDINGS = 1
"""With fewer standard leads than this the encoder's probabilities are not given."""


def load_assistant(model_dir: Path, device: str = "cpu") -> LocalAssistant:
    """Load the model folder `model_dir`, and the classifiers of questions that its prompts need.

    Raises
    ------
    ModelError
        When the folder is missing, damaged or does not fit its config, or the classifiers are.
    """
    question_kinds()  # kept once loaded; a damaged file is to be told now and not in the midst of an answer
    asked_findings()
    return LocalAssistant(load_model(model_dir, device))


class LocalAssistant:
    """An `ecg_chat.chat.types.Assistant` on this machine; may be used from several threads."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._turn = threading.Lock()
        self._threads = torch.get_num_threads()
        self._ecg_id = int(model.tokenizer.convert_tokens_to_ids(ECG))

    @property
    def info(self) -> AssistantInfo:
        """What the header and the log state."""
        config = self._model.config
        preprocessing = dataclasses.asdict(config.preprocess)
        return AssistantInfo(
            config.name, config.revision, config.quantisation.upper(), self._model.device.upper(), preprocessing
        )

    def prompt(self, conversation: Conversation) -> str:
        """Return the exact text the model is given, after oldest turns were dropped to fit its context."""
        return "".join(s.text for s in render(self._fit(conversation), for_completion=True))

    def findings(self, ecg: Ecg, measurements: Measurements) -> tuple[Finding, ...]:
        """Probability of every code, superclass and attribute that is predicted; () if no standard lead is there."""
        described = self._describe(ecg, measurements)
        if described is None:
            return ()
        _, logits = described
        config = self._model.config
        named = zip(config.label_names, torch.sigmoid(logits[0]).tolist(), strict=True)
        usual, thresholds = config.usual, config.thresholds
        return tuple(
            Finding(n, "network", probability=p, usual=usual.get(n), threshold=thresholds.get(n)) for n, p in named
        )

    def stream(
        self,
        conversation: Conversation,
        ecg: Ecg,
        measurements: Measurements,
        settings: GenerationSettings,
        cancel: threading.Event,
    ) -> Iterator[Event]:
        """Answer the last question; see `ecg_chat.chat.types.Assistant.stream`."""
        model = self._model
        try:
            prompt = self._embed(self._fit(conversation), self.ecg_tokens(ecg, measurements))
            known = values(conversation)
            yield from stream_tokens(
                model.decoder,
                model.tokenizer,
                prompt,
                settings=settings,
                cancel=cancel,
                turn=self._turn,
                threads=self._threads,
                resolve=lambda text: resolve(text, known),
            )
        except (RuntimeError, MemoryError) as error:
            raise GenerationFailed(f"the model stopped in mid-answer: {error}") from error

    def answer_all(
        self, asked: Sequence[tuple[Conversation, Tensor]], max_new_tokens: int, batch: int = 16
    ) -> list[str]:
        """Answer many conversations, several at a time, with the most probable token at each place.

        Parameters
        ----------
        asked : sequence of (Conversation, Tensor)
            Each with what `ecg_tokens` gave for its ECG.
        max_new_tokens : int
        batch : int
            Answers that grow together.

        Returns
        -------
        list of str
            What `stream` would give at temperature 0, up to rounding in the network's sums.
        """
        prompts = [self._embed(self._fit(conversation), tokens) for conversation, tokens in asked]
        order = sorted(range(len(asked)), key=lambda k: prompts[k].shape[1])  # similar lengths: little padding
        answers = [""] * len(asked)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            with self._turn:
                generated = generate_together(
                    self._model.decoder, self._model.tokenizer, [prompts[k] for k in rows], max_new_tokens
                )
            for k, ids in zip(rows, generated, strict=True):
                text = str(self._model.tokenizer.decode(ids)).rstrip(UNFINISHED)
                answers[k] = resolve(text, values(asked[k][0]))
        return answers

    def first_token_probabilities(
        self, asked: Sequence[tuple[Conversation, Tensor]], options: Sequence[str], batch: int = 16
    ) -> Tensor:
        """Return how likely an answer begins as each option does.

        Parameters
        ----------
        asked : sequence of (Conversation, Tensor)
            Each with what `ecg_tokens` gave for its ECG.
        options : sequence of str
            Whole answers, no two of which begin with the same token.
        batch : int
            Prompts that are read together.

        Returns
        -------
        Tensor, shape (asked, options)
            Probabilities of the first tokens; they need not sum to one.

        Raises
        ------
        ModelError
            When two options begin with the same token.
        """
        first = [self._model.tokenizer(option, add_special_tokens=False)["input_ids"][0] for option in options]
        if len(set(first)) < len(first):
            raise ModelError(f"answers {', '.join(options)} begin with {len(set(first))} tokens, expected one each")
        prompts = [self._embed(self._fit(conversation), tokens) for conversation, tokens in asked]
        order = sorted(range(len(asked)), key=lambda k: prompts[k].shape[1])  # similar lengths: little padding
        found = torch.zeros(len(asked), len(options))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            with self._turn:
                likely = next_token_probabilities(self._model.decoder, [prompts[k] for k in rows])
            found[rows] = likely[:, first].cpu()
        return found

    def ecg_tokens(self, ecg: Ecg | None, measurements: Measurements | None = None) -> Tensor:
        """Return the embeddings for the ECG slot, shape (1, tokens, width); zeros without an ECG or a usable lead.

        Without measurements only the encoders speak.
        """
        model = self._model
        with self._turn, torch.inference_mode():
            described = self._describe(ecg, measurements) if ecg is not None else None
            if described is None:
                size = model.config.n_ecg_tokens, model.decoder.config.hidden_size
                return torch.zeros(1, *size, device=model.decoder.device)
            return model.projector(*described)  # type: ignore[no-any-return]

    def _embed(self, conversation: Conversation, tokens: Tensor) -> Tensor:
        model = self._model
        ids, _ = encode(model.tokenizer, render(conversation, for_completion=True), model.config.n_ecg_tokens)
        with self._turn, torch.inference_mode():
            return embed_prompt(model.decoder, torch.tensor([ids], device=model.decoder.device), tokens, self._ecg_id)

    def _describe(self, ecg: Ecg, measurements: Measurements | None) -> tuple[Tensor, Tensor] | None:
        config = self._model.config.preprocess
        signal, presence = prepare(ecg, config)
        if presence.sum() < MIN_LEADS_FOR_FINDINGS:
            return None
        device = self._model.decoder.device
        use_threads(self._threads)  # a new thread may have begun with one (`generation`)
        with torch.inference_mode():
            features, logits = describe_signal(
                self._model.encoder,
                torch.from_numpy(crops(signal, config)).to(device),
                torch.from_numpy(presence).to(device),
            )
            if self._model.reader is not None:
                row = torch.from_numpy(measured_row(measurements)).to(device)
                logits = self._model.reader.join(logits, row.unsqueeze(0))
            return features, logits

    def _fit(self, conversation: Conversation) -> Conversation:
        """Write earlier answers as the model wrote them; drop the oldest turns until the prompt fits its context."""
        model = self._model
        conversation = dataclasses.replace(conversation, messages=tuple(_with_references(conversation)))
        while len(conversation.messages) > 1:
            ids, _ = encode(model.tokenizer, render(conversation, for_completion=True), model.config.n_ecg_tokens)
            if len(ids) <= model.config.max_prompt_tokens:
                break
            conversation = dataclasses.replace(
                conversation, messages=conversation.messages[2:] or conversation.messages[-1:]
            )
        return conversation


def _with_references(conversation: Conversation) -> Iterator[Message]:
    """Yield the messages, the answers with references to what their own question was about."""
    messages = conversation.messages
    for k, message in enumerate(messages):
        if message.role != "assistant":
            yield message
            continue
        known = values(dataclasses.replace(conversation, messages=messages[:k]))
        yield Message(message.role, refer(neutralise(message.text), known))
