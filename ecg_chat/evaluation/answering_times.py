"""How fast the model answers, alone and in a crowd.

The page gives the model to one answer at a time; so does this, and a conversation's first token counts its waiting.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from ecg_chat.chat.session import ChatSession, Reading
from ecg_chat.chat.types import Assistant, Done
from ecg_chat.conversation.types import PatientContext
from ecg_chat.errors import GenerationFailed
from ecg_chat.signals.synthetic import make_ecg

QUESTIONS = ("Interpret this ECG.", "What are the rate and the intervals?", "Is there a bundle branch block?", "Why?")
CONVERSATION = PatientContext(age_years=60, sex="female")


@dataclass(frozen=True)
class CrowdTimes:
    """`n` conversations that ask at once; seconds from the moment they asked."""

    n: int
    slowest_first_token_s: float
    all_done_s: float
    tokens_per_s: float


@dataclass(frozen=True)
class ModelTimes:
    """Medians over the questions, and the least and the most."""

    model: str
    load_s: float
    first_token_s: float
    first_token_range_s: tuple[float, float]
    tokens_per_s: float
    tokens_per_s_range: tuple[float, float]
    crowds: tuple[CrowdTimes, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Answer:
    first_token_s: float
    done_s: float
    done: Done


def time_model(load: Callable[[], Assistant], crowds: Sequence[int], runs: int = 1) -> ModelTimes:
    """Load the model, ask it every question `runs` times, then let conversations ask at the same time.

    Parameters
    ----------
    load : callable
        Loads the model; timed.
    crowds : sequence of int
        How many conversations ask at once.
    runs : int
    """
    started = time.perf_counter()
    assistant = load()
    load_s = time.perf_counter() - started
    session = ChatSession(assistant, Reading.of(make_ecg("clbbb").ecg, assistant, CONVERSATION))
    turn = threading.Lock()
    _ask(session, QUESTIONS[0], turn)  # the first answer also warms the libraries up
    answers = [_ask(session, question, turn) for question in QUESTIONS * runs]
    first_s = [answer.first_token_s for answer in answers]
    per_s = [answer.done.tokens_per_s for answer in answers]
    info = assistant.info
    return ModelTimes(
        model=f"{info.name} {info.revision}, {info.quantisation}, {info.device}",
        load_s=load_s,
        first_token_s=statistics.median(first_s),
        first_token_range_s=(min(first_s), max(first_s)),
        tokens_per_s=statistics.median(per_s),
        tokens_per_s_range=(min(per_s), max(per_s)),
        crowds=tuple(_crowd(session, n, turn) for n in crowds),
    )


def _crowd(session: ChatSession, n: int, turn: threading.Lock) -> CrowdTimes:
    started = time.perf_counter()
    with ThreadPoolExecutor(n) as pool:
        answers = list(pool.map(lambda i: _ask(session, QUESTIONS[i % len(QUESTIONS)], turn), range(n)))
    spent_s = time.perf_counter() - started
    return CrowdTimes(
        n=n,
        slowest_first_token_s=max(answer.first_token_s for answer in answers),
        all_done_s=spent_s,
        tokens_per_s=sum(answer.done.n_new_tokens for answer in answers) / spent_s,
    )


def _ask(session: ChatSession, question: str, turn: threading.Lock) -> _Answer:
    asked = time.perf_counter()
    first_s = 0.0
    with turn:
        for update in session.ask(question):
            if update.raw and not first_s:
                first_s = time.perf_counter() - asked
            if update.done:
                return _Answer(first_s, time.perf_counter() - asked, update.done)
    raise GenerationFailed("the model stopped without saying that it was done")
