"""What patients said is in the log of this room and in no other: not in log lines, not in error texts."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from ecg_chat.conversation.types import PatientContext
from ecg_chat.errors import GenerationFailed, StoreError
from ecg_chat.records.export import export_jsonl
from ecg_chat.records.logged_chat import LoggedChat
from ecg_chat.records.replay import replay
from ecg_chat.records.store import Store, open_store
from ecg_chat.records.views import Rating
from ecg_chat.signals.ecg import Ecg

SECRETS = ("crushing", "Smith", "MRN-4711", "apixaban", "jane-doe", "dizzy")


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_no_patient_text_in_log_lines(
    talk: Callable[..., LoggedChat],
    store: Store,
    ecg: Ecg,
    rating: Callable[..., Rating],
    caplog: pytest.LogCaptureFixture,
    level: int,
) -> None:
    caplog.set_level(level)
    recording_id = store.add_recording({"Smith.hea": b"Smith MRN-4711"}, ecg, {}, [])
    store.save_context(recording_id, PatientContext(symptoms="crushing chest pain", medication="apixaban"))
    chat = talk("Mrs Smith, the rhythm is regular.", "Mrs Smith, no.")
    answer = chat.ask("I am Mrs Smith, crushing pain, apixaban?")
    list(answer)
    stopped = chat.ask("Mrs Smith again")
    next(stopped)
    del stopped
    chat.session.assistant.fail_after = 1  # type: ignore[attr-defined]
    with pytest.raises(GenerationFailed):
        list(chat.regenerate(answer.question_id))
    store.add_rating(answer.answer_id, rating(comment="Smith is fine"))
    store.recordings(search="Smith")
    list(export_jsonl(store, include_context=True))
    chat.session.assistant.fail_after = None  # type: ignore[attr-defined]
    replay(store, answer.answer_id, chat.session.assistant)
    with open_store(f"sqlite:///{store.where}"):
        pass
    for secret in SECRETS:
        assert secret not in caplog.text


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_no_patient_text_in_errors(store: Store, recording_id: str) -> None:
    said = "".join(reversed("niap gnihsurc"))  # reversed, because a traceback quotes this line
    on_sqlite = "CREATE TRIGGER refuse BEFORE INSERT ON contexts BEGIN SELECT RAISE(ABORT, 'no'); END"
    on_postgresql = "ALTER TABLE contexts ADD CONSTRAINT refuse CHECK (version > 1)"  # its errors quote the whole row
    with store._write() as session:
        connection = session.connection()
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(on_sqlite if sqlite else on_postgresql)
    try:
        with pytest.raises((DBAPIError, RuntimeError)) as refused:
            store.save_context(recording_id, PatientContext(symptoms=said))
        report = "".join(traceback.format_exception(refused.value))
        assert "contexts" in report
        assert said not in report
    finally:
        if not sqlite:
            with store._write() as session:
                session.connection().exec_driver_sql("ALTER TABLE contexts DROP CONSTRAINT refuse")


def test_no_patient_text_in_what_the_person_is_told(path: Path, store: Store, recording_id: str) -> None:
    said = "".join(reversed("niap gnihsurc"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_store(f"sqlite:///{path}", wait_s=0.05) as impatient, pytest.raises(StoreError) as locked:
        impatient.save_context(recording_id, PatientContext(symptoms=said))
    other.close()
    assert said not in "".join(traceback.format_exception(locked.value))
