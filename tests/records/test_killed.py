"""A process that is killed in mid-answer leaves the question and what was seen, marked interrupted."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecg_chat.records.logged_chat import LoggedChat
from ecg_chat.records.store import Store, open_store
from ecg_chat.records.views import AnswerView, Provenance

CHILD = """
    import pickle, sys
    from ecg_chat.chat.scripted import ScriptedAssistant
    from ecg_chat.chat.session import ChatSession
    from ecg_chat.chat.types import GenerationSettings
    from ecg_chat.records.logged_chat import LoggedChat
    from ecg_chat.records.store import open_store
    url, conversation_id, pickled = sys.argv[1:]
    with open(pickled, "rb") as file:
        reading = pickle.load(file)
    assistant = ScriptedAssistant(["The rhythm is regular. " * 10_000], delay_s=0.01)
    chat = LoggedChat(open_store(url), conversation_id, ChatSession(assistant, reading), interval_s=0.0)
    for update in chat.ask("What is the rhythm?", GenerationSettings(max_new_tokens=10**6)):
        print(len(update.text), flush=True)
"""


@contextmanager
def answering(
    store: Store, talk: Callable[..., LoggedChat], folder: Path
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a process that answers without end; give it and its conversation."""
    chat = talk()
    pickled = folder / "reading.pickle"
    pickled.write_bytes(pickle.dumps(chat.session.reading))
    command = [
        sys.executable,
        "-c",
        textwrap.dedent(CHILD),
        f"sqlite:///{store.where}",
        chat.conversation_id,
        str(pickled),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as child:
        try:
            yield child, chat.conversation_id
        finally:
            child.kill()


def answer_of(store: Store, conversation_id: str) -> AnswerView:
    (turn,) = store.conversation(conversation_id).turns
    assert turn.text == "What is the rhythm?"
    (answer,) = turn.answers
    return answer


def test_killed_in_mid_answer(store: Store, talk: Callable[..., LoggedChat], tmp_path: Path) -> None:
    with answering(store, talk, tmp_path) as (child, conversation_id):
        assert child.stdout is not None
        seen = [int(child.stdout.readline()) for _ in range(20)]
        # While it lives, another process that opens the log leaves its answer alone.
        with open_store(f"sqlite:///{store.where}") as other:
            assert answer_of(other, conversation_id).state == "streaming"
        os.kill(child.pid, signal.SIGKILL)
        # Dead but not yet buried: a zombie writes nothing any more.
        assert os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT) is not None
        seen += [int(line) for line in child.stdout]
        with open_store(f"sqlite:///{store.where}") as reopened:
            answer = answer_of(reopened, conversation_id)
        assert child.wait() == -signal.SIGKILL
    assert answer.state == "interrupted"
    assert answer.done is None
    assert len(answer.text) >= seen[-1] > 0
    assert ("The rhythm is regular. " * 10_000).startswith(answer.text)
    assert answer.provenance.prompt
    assert store.review_queue(rater="anna") == []


def test_number_that_another_process_has_now_is_no_sign_of_life(
    store: Store, question_id: str, provenance: Provenance
) -> None:
    answer_id = store.start_answer(question_id, provenance)
    store.extend_answer(answer_id, "QRS")
    # As it looks after a crash when our process number was given out again: same number, another beginning.
    with store._write() as session:
        session.connection().exec_driver_sql("UPDATE writers SET started = 'long ago'")
    with open_store(f"sqlite:///{store.where}") as other:
        assert (other.answer(answer_id).state, other.answer(answer_id).text) == ("interrupted", "QRS")


@pytest.mark.parametrize(("minutes", "state"), [(5, "streaming"), (15, "interrupted")])
def test_writer_on_another_machine_is_dead_when_it_is_silent(
    store: Store, question_id: str, provenance: Provenance, minutes: int, state: str
) -> None:
    answer_id = store.start_answer(question_id, provenance)
    with store._write() as session:
        connection = session.connection()
        connection.exec_driver_sql("UPDATE writers SET machine = 'elsewhere'")
        connection.exec_driver_sql(f"UPDATE answers SET updated_at = datetime('now', '-{minutes} minutes')")
    with open_store(f"sqlite:///{store.where}") as other:
        assert other.answer(answer_id).state == state
    # It was alive after all: its own end is the end.
    store.finish_answer(answer_id, "complete", "QRS 148 ms", None, ())
    assert store.answer(answer_id).state == "complete"
