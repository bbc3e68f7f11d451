"""What is PostgreSQL's own: its locks, its going away, its upgrade."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, inspect

from ecg_chat.errors import StoreError
from ecg_chat.records import migrations
from ecg_chat.records.store import open_store
from ecg_chat.records.tables import Base
from ecg_chat.records.views import Provenance
from ecg_chat.signals.ecg import Ecg

if TYPE_CHECKING:
    from conftest import Server


def test_locked_tables_say_so_and_recover(postgresql: Server, ecg: Ecg) -> None:
    postgresql.empty()
    with open_store(postgresql.url, wait_s=0.2) as store, open_store(postgresql.url) as other:
        store.add_recording({"a": b"a"}, ecg, {}, [])
        with other._write() as session:
            session.connection().exec_driver_sql("LOCK TABLE recordings IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(StoreError, match="locked"):
                store.add_recording({"b": b"b"}, ecg, {}, [])
        store.add_recording({"b": b"b"}, ecg, {}, [])
        assert len(store.recordings()) == 2


def test_server_that_goes_away_says_so_and_comes_back(postgresql: Server, ecg: Ecg, provenance: Provenance) -> None:
    postgresql.empty()
    with open_store(postgresql.url) as store:
        recording_id = store.add_recording({"a": b"a"}, ecg, {}, [])
        conversation_id = store.start_conversation(recording_id, audience="patient", window_start_s=0)
        answer_id = store.start_answer(store.add_question(conversation_id, "?"), provenance)
        store.extend_answer(answer_id, "QRS")
        postgresql.stop()
        try:
            for _ in range(2):
                with pytest.raises(StoreError, match="cannot be reached"):
                    store.extend_answer(answer_id, "QRS 148")
        finally:
            postgresql.start()
        assert store.answer(answer_id).text == "QRS"
        store.finish_answer(answer_id, "complete", "QRS 148", None, ())
        assert store.answer(answer_id).state == "complete"


def test_two_that_make_the_log_at_once_take_turns(postgresql: Server) -> None:
    postgresql.execute("DROP DATABASE IF EXISTS fresh")
    postgresql.execute("CREATE DATABASE fresh")
    url = postgresql.url.replace("/postgres?", "/fresh?")
    failed: list[StoreError] = []

    def make() -> None:
        try:
            open_store(url).close()
        except StoreError as error:
            failed.append(error)

    makers = [threading.Thread(target=make) for _ in range(3)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert failed == []
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        assert migrations.version(connection) == migrations.LATEST
        assert set(inspect(connection).get_table_names()) == set(Base.metadata.tables)
    engine.dispose()
