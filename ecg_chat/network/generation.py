"""Streaming generation: one token at a time, cancellable, fair between conversations."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn
from transformers import DynamicCache, LogitsProcessorList, PreTrainedModel, PreTrainedTokenizerFast
from transformers.generation.logits_process import TemperatureLogitsWarper, TopPLogitsWarper

from ecg_chat.chat.types import Done, Event, GenerationSettings, TextPiece
from ecg_chat.conversation.render import MARKS
from ecg_chat.network.tokenizer import PAD

ONE_THREAD_UP_TO_WIDTH = 512
"""At 256, one thread gives about twice the tokens a second that two give (`make bench`)."""
UNFINISHED = "\ufffd"
"""What a decoder shows for a character whose bytes are not all there yet."""


def stream_tokens(
    decoder: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    prompt: Tensor,
    *,
    settings: GenerationSettings,
    cancel: threading.Event,
    turn: threading.Lock,
    threads: int,
    resolve: Callable[[str], str],
) -> Iterator[Event]:
    """Generate from embedded prompt tokens.

    Parameters
    ----------
    decoder : PreTrainedModel
    tokenizer : PreTrainedTokenizerFast
    prompt : Tensor, shape (1, tokens, width)
    settings : GenerationSettings
        At temperature 0 the most probable token is taken, which the same machine repeats bit for bit.
    cancel : threading.Event
        Looked at before each token.
    turn : threading.Lock
        Held for one step of the network at a time, so that several conversations share the processor evenly.
    threads : int
        Of the processor, for the prompt, and for each token of a wide decoder.
    resolve : callable
        Puts measured values in place of the references that the model writes.

    Yields
    ------
    Event
        Text pieces, then one `Done`.
    """
    started = time.perf_counter()
    ends = {*tokenizer.convert_tokens_to_ids([*MARKS, PAD]), tokenizer.eos_token_id}
    cache = DynamicCache(config=decoder.config)
    draw = _Sampler(settings)
    ids: list[int] = []
    shown = ""
    first_token_s = 0.0
    reason = "length"
    inputs: dict[str, Tensor] = {"inputs_embeds": prompt}
    while len(ids) < settings.max_new_tokens:
        if cancel.is_set():
            reason = "stopped"
            break
        with turn, torch.inference_mode(), _threads_for_a_token(decoder, threads, first=not ids):
            logits = decoder(**inputs, past_key_values=cache, use_cache=True, logits_to_keep=1).logits[0, -1]
            token = draw(logits, ids)
        first_token_s = first_token_s or time.perf_counter() - started
        if token in ends:
            reason = "end"
            break
        ids.append(token)
        inputs = {"input_ids": torch.tensor([[token]], device=logits.device)}
        text = resolve(str(tokenizer.decode(ids)))
        if not text.endswith(UNFINISHED) and len(text) > len(shown):
            yield TextPiece(text[len(shown) :])
            shown = text
    yield Done(reason, prompt.shape[1], len(ids), first_token_s, time.perf_counter() - started)  # type: ignore[arg-type]


@contextlib.contextmanager
def _threads_for_a_token(decoder: PreTrainedModel, threads: int, *, first: bool) -> Iterator[None]:
    """Compute a narrow decoder's single tokens in one thread of the CPU: waiting for a second one costs more.

    The prompt, which the first token follows, gets all threads. The number is set each time and never read: PyTorch
    starts every new thread with the one that was set last, so what is read may be another answer's 1.
    """
    single = not first and decoder.device.type == "cpu" and decoder.config.hidden_size <= ONE_THREAD_UP_TO_WIDTH
    use_threads(1 if single else threads)
    try:
        yield
    finally:
        use_threads(threads)


def use_threads(n: int) -> None:
    """Let this thread compute with `n` threads of the processor."""
    torch.get_num_threads()  # the first call in a thread takes over the number that was set last anywhere
    torch.set_num_threads(n)


def generate_together(
    decoder: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, prompts: Sequence[Tensor], max_new_tokens: int
) -> list[list[int]]:
    """Generate from several embedded prompts at once, the most probable token at each place.

    Parameters
    ----------
    decoder : PreTrainedModel
    tokenizer : PreTrainedTokenizerFast
    prompts : sequence of Tensor, each of shape (1, tokens, width)
        Of any lengths; shorter ones are padded on the left and the padding is masked.
    max_new_tokens : int

    Returns
    -------
    list of list of int
        New tokens of each prompt, without the mark that ended it.
    """
    padded, mask = _padded_on_the_left(prompts)
    ends = sorted(set(tokenizer.convert_tokens_to_ids([*MARKS, PAD])))
    with torch.inference_mode():
        generated = decoder.generate(
            inputs_embeds=padded,
            attention_mask=mask,
            do_sample=False,
            max_new_tokens=max_new_tokens,
            eos_token_id=ends,
            pad_token_id=int(tokenizer.convert_tokens_to_ids(PAD)),
        )
    return [list(itertools.takewhile(lambda token: token not in ends, row)) for row in generated.tolist()]


def next_token_probabilities(decoder: PreTrainedModel, prompts: Sequence[Tensor]) -> Tensor:
    """Return how likely each token comes next after several embedded prompts.

    Parameters
    ----------
    decoder : PreTrainedModel
    prompts : sequence of Tensor, each of shape (1, tokens, width)

    Returns
    -------
    Tensor, shape (prompts, vocabulary)
    """
    padded, mask = _padded_on_the_left(prompts)
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
    with torch.inference_mode():
        logits = decoder(
            inputs_embeds=padded, attention_mask=mask, position_ids=positions, use_cache=False, logits_to_keep=1
        ).logits
    return torch.softmax(logits[:, -1].float(), dim=-1)


def _padded_on_the_left(prompts: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Put prompts of several lengths together; the mask is 0 where they are padded."""
    longest = max(p.shape[1] for p in prompts)
    padded = torch.cat([nn.functional.pad(p, (0, 0, longest - p.shape[1], 0)) for p in prompts])
    mask = torch.zeros(len(prompts), longest, dtype=torch.long, device=padded.device)
    for row, prompt in enumerate(prompts):
        mask[row, longest - prompt.shape[1] :] = 1
    return padded, mask


class _Sampler:
    """Draws the next token; greedy at temperature 0."""

    def __init__(self, settings: GenerationSettings) -> None:
        self.greedy = settings.temperature == 0
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.warpers = LogitsProcessorList()
        if not self.greedy:
            self.warpers.append(TemperatureLogitsWarper(settings.temperature))
            if settings.top_p < 1:
                self.warpers.append(TopPLogitsWarper(settings.top_p))

    def __call__(self, logits: Tensor, ids: list[int]) -> int:
        if self.greedy:
            return int(logits.argmax())
        scores = self.warpers(torch.tensor([ids], dtype=torch.long, device=logits.device), logits.float().unsqueeze(0))
        return int(torch.multinomial(torch.softmax(scores[0].cpu(), dim=-1), 1, generator=self.generator))
