"""A database that is locked, read-only, full, damaged, foreign or newer: one sentence, and nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from ecg_chat.errors import StoreError
from ecg_chat.records import migrations
from ecg_chat.records.store import Store, open_store
from ecg_chat.records.views import Provenance
from ecg_chat.signals.ecg import Ecg

HAVE_UNIX = hasattr(os, "setuid")


@contextmanager
def locked(path: Path, how: str = "IMMEDIATE") -> Iterator[None]:
    """Hold a lock as another program would."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def one_sentence(caught: pytest.ExceptionInfo[StoreError]) -> str:
    text = str(caught.value)
    assert "\n" not in text
    assert text.endswith(".")
    assert "sqlite3" not in text
    assert len(text) < 300
    return text


def test_locked_log_says_so_reads_on_and_recovers(
    path: Path, ecg: Ecg, files: dict[str, bytes], provenance: Provenance
) -> None:
    with open_store(f"sqlite:///{path}", wait_s=0.1) as store:
        recording_id = store.add_recording(files, ecg, {}, [])
        conversation_id = store.start_conversation(recording_id, audience="clinician", window_start_s=0)
        answer_id = store.start_answer(store.add_question(conversation_id, "?"), provenance)
        store.extend_answer(answer_id, "QRS")
        with locked(path):
            for write in (
                lambda: store.extend_answer(answer_id, "QRS 148"),
                lambda: store.add_recording(files, ecg, {}, []),
                lambda: store.add_question(conversation_id, "!"),
            ):
                with pytest.raises(StoreError) as caught:
                    write()
                assert "locked" in one_sentence(caught)
            assert store.answer(answer_id).text == "QRS"
        store.finish_answer(answer_id, "complete", "QRS 148", None, ())
        assert store.answer(answer_id).text == "QRS 148"
        assert len(store.recordings()) == 1
        assert len(store.conversation(conversation_id).turns) == 1


def test_lock_that_ends_in_time_is_waited_for(store: Store, path: Path, ecg: Ecg) -> None:
    held = threading.Event()

    def hold() -> None:
        with locked(path):
            held.set()
            waited.wait(0.3)

    waited = threading.Event()
    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(5)
    store.add_recording({"a": b"a"}, ecg, {}, [])
    holder.join()
    assert len(store.recordings()) == 1


def test_new_log_locked_exclusively_says_so(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    sqlite3.connect(path).close()
    with locked(path, "EXCLUSIVE"), pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{path}", wait_s=0.1)
    assert "locked" in one_sentence(caught)
    open_store(f"sqlite:///{path}").close()


def test_full_disk_keeps_what_was_logged_and_recovers(
    store: Store, answer_id: str, question_id: str, provenance: Provenance
) -> None:
    pages = {"limit": 0}
    with store._read() as session:
        pages["limit"] = int(session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()) + 2
    store._engine.dispose()

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages['limit']}")

    event.listen(store._engine, "connect", limit)
    second = store.start_answer(question_id, provenance)
    store.extend_answer(second, "QRS")
    with pytest.raises(StoreError) as caught:
        for size in range(1, 40):
            store.extend_answer(second, "x" * 1000 * size)
    assert "full" in one_sentence(caught)
    kept = store.answer(second)
    assert kept.state == "streaming"
    assert kept.text
    assert store.answer(answer_id).text == "QRS 148 ms, old."
    pages["limit"] = 10_000
    store._engine.dispose()
    store.finish_answer(second, "complete", "y" * 50_000, None, ())
    assert store.answer(second).text == "y" * 50_000


READ_ONLY = """
    import os, sys
    import numpy as np
    from ecg_chat.errors import StoreError
    from ecg_chat.records.store import open_store
    from ecg_chat.signals.ecg import Ecg, Source
    ecg = Ecg(np.zeros((1, 10)), 500.0, ("I",), Source("x", "y", "z"))
    if os.getuid() == 0:
        os.setuid(65534)  # to root nothing is read-only
    for url in sys.argv[1:]:
        try:
            store = open_store(url, wait_s=0.2)
            print("read", len(store.recordings()))
            store.add_recording({"a": b"b"}, ecg, {}, [])
        except StoreError as error:
            print("refused", error)
"""


@pytest.mark.skipif(not HAVE_UNIX, reason="file permissions are those of Unix")
def test_read_only_log_says_so(empty_log: Path, ecg: Ecg) -> None:
    # Not in tmp_path: its parents are closed to the user that the child becomes.
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    folders = {root / "writable folder": 0o777, root / "read-only folder": 0o555}
    try:
        for folder, mode in folders.items():
            folder.mkdir()
            shutil.copy(empty_log, folder / "log.sqlite")
            with open_store(f"sqlite:///{folder / 'log.sqlite'}") as store:
                store.add_recording({"a": b"a"}, ecg, {}, [])
            (folder / "log.sqlite").chmod(0o444)
            folder.chmod(mode)
        urls = [f"sqlite:///{folder / 'log.sqlite'}" for folder in folders]
        command = [sys.executable, "-c", textwrap.dedent(READ_ONLY), *urls]
        child = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
        read, *refused = child.stdout.splitlines()
        assert read == "read 1"
        for folder, line in zip(folders, refused, strict=True):
            assert line.startswith(f"refused The log {folder / 'log.sqlite'} is read-only")
        for folder in folders:
            folder.chmod(0o755)
            (folder / "log.sqlite").chmod(0o644)
            with open_store(f"sqlite:///{folder / 'log.sqlite'}") as store:
                assert len(store.recordings()) == 1
    finally:
        for folder in folders:
            folder.chmod(0o755)
        shutil.rmtree(root)


def test_what_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague, " * 100)
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{path}")
    assert "not a database" in one_sentence(caught)
    assert path.read_text() == "Dear colleague, " * 100


def test_folder_and_impossible_paths_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for target in (tmp_path, tmp_path / "file" / "log.sqlite", Path("/proc/nowhere/log.sqlite")):
        with pytest.raises(StoreError) as caught:
            open_store(f"sqlite:///{target}")
        assert str(target) in one_sentence(caught)


def test_damaged_log_says_so(store: Store, path: Path, answer_id: str) -> None:
    store.close()
    intact = path.read_bytes()
    content = bytearray(intact)
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{path}").recordings()
    assert "damaged" in one_sentence(caught)
    path.write_bytes(intact)  # "restore it from a backup"
    with open_store(f"sqlite:///{path}") as restored:
        assert restored.answer(answer_id).state == "complete"


def test_changed_bytes_of_a_file_are_noticed(store: Store, recording_id: str, path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("UPDATE blobs SET content = x'00'")
    other.close()
    with pytest.raises(StoreError, match="not what was stored"):
        store.recording(recording_id).files()


def test_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{path}")
    assert "another program" in one_sentence(caught)
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("songs",)]
    other.close()


def test_newer_log_is_refused_untouched(store: Store, path: Path, recording_id: str) -> None:
    store.close()
    newer = migrations.LATEST + 1
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO ecg_chat_schema VALUES (?, '2030-01-01 00:00:00')", (newer,))
    other.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        open_store(f"sqlite:///{path}")
    assert f"schema {newer}" in one_sentence(caught)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "cannot be read"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("mysql://user:secret@host/name", "'mysql'"),
        ("postgresql://user:secret@127.0.0.1:1/name", "PostgreSQL|cannot be reached"),
    ],
)
def test_impossible_addresses_are_refused_without_the_password(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        open_store(url)
    assert "secret" not in one_sentence(caught)


def test_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "log.sqlite"
    with open_store(f"sqlite:///{path}"):
        assert {p.stat().st_mode & 0o077 for p in path.parent.iterdir()} == {0}
        assert path.parent.stat().st_mode & 0o077 == 0
