"""``ask FILE "question"``: one question, one checked answer, logged as the page logs it."""

from __future__ import annotations

import argparse
import os
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack

from ecg_chat.chat.reading import Reading
from ecg_chat.chat.session import AnswerUpdate, ChatSession
from ecg_chat.chat.types import Assistant
from ecg_chat.cli.answer_output import answer_lines, answer_object, print_as_written
from ecg_chat.cli.model_loading import load_model
from ecg_chat.cli.opening import Opened, add_file_arguments, age_and_sex, open_recording
from ecg_chat.cli.progress import stages
from ecg_chat.cli.record_keeping import log_recording
from ecg_chat.cli.terminal import print_json, print_lines
from ecg_chat.conversation.types import MAX_QUESTION_CHARS, PatientContext
from ecg_chat.errors import InvalidInput
from ecg_chat.records.logged_chat import LoggedChat
from ecg_chat.records.store import open_store
from ecg_chat.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_file_arguments(parser)
    parser.add_argument("question", metavar="QUESTION", help="what you want to know, in quotation marks")
    parser.add_argument(
        "--audience", choices=("clinician", "patient"), default="clinician", help="whom the answer is for"
    )
    parser.add_argument("--no-log", action="store_true", help="leave no trace; the answer cannot be replayed")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    """Ask, print the answer as it is written, then its claims."""
    settings = Settings.from_environment(os.environ)
    _check(args.question)
    with stages(3) as stage:
        stage("Reading")
        opened = open_recording(args, settings)
        age_years, sex = age_and_sex(args, opened.recording)
        stage("Loading the model")
        assistant = load_model(settings)
        stage("Measuring")
        reading = Reading.of(opened.window, assistant, PatientContext(age_years=age_years, sex=sex))
    session = ChatSession(assistant, reading, args.audience)
    with ExitStack() as stack:
        message_id, updates = _begin(args, settings, opened, session, stack)
        last = _show(updates, as_json=args.json)
    if args.json:
        print_json(_result(args, opened, assistant, last, message_id))
    else:
        print_lines(answer_lines(last, message_id))
    return 0


def _check(question: str) -> None:
    """Refuse a question before anything slow is done for it."""
    if not question.strip():
        raise InvalidInput("the question is empty; write in quotation marks what you want to know")
    if len(question) > MAX_QUESTION_CHARS:
        raise InvalidInput(f"the question has {len(question):,} characters, at most {MAX_QUESTION_CHARS:,} fit")


def _begin(
    args: argparse.Namespace, settings: Settings, opened: Opened, session: ChatSession, stack: ExitStack
) -> tuple[str | None, Iterator[AnswerUpdate]]:
    if args.no_log:
        return None, session.ask(args.question)
    store = stack.enter_context(open_store(settings.resolved_database_url))
    conversation_id = log_recording(store, opened, session.reading, args.audience)
    answer = LoggedChat(store, conversation_id, session).ask(args.question)
    stack.callback(answer.close)
    return answer.answer_id, answer


def _show(updates: Iterator[AnswerUpdate], *, as_json: bool) -> AnswerUpdate:
    if as_json:
        return deque(updates, maxlen=1)[0]
    return print_as_written(updates, sys.stdout)


def _result(
    args: argparse.Namespace, opened: Opened, assistant: Assistant, last: AnswerUpdate, message_id: str | None
) -> dict[str, object]:
    asked = {"file": opened.recording.source.name, "question": args.question, "audience": args.audience}
    return asked | answer_object(last, assistant.info) | {"message_id": message_id}
