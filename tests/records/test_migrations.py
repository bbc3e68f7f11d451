"""An older log is upgraded with everything in it; the migrations make exactly what the rows expect."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, Inspector, create_engine, inspect

from ecg_chat.conversation.types import PatientContext
from ecg_chat.records import migrations
from ecg_chat.records.rubric import ITEM_KEYS
from ecg_chat.records.store import Store, open_store
from ecg_chat.records.tables import Base

SCHEMA_1 = Path(__file__).parent / "data" / "schema1.sql"


@pytest.fixture
def old(tmp_path: Path) -> str:
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA_1.read_text("utf-8"))
    connection.close()
    return f"sqlite:///{path}"


def test_log_of_schema_1_is_upgraded_with_everything_in_it(old: str) -> None:
    with open_store(old) as store:
        (summary,) = store.recordings()
        assert (summary.name, summary.state, summary.confirmed_by) == ("old.hea", "confirmed", "Dr. Roth")
        assert store.recording(summary.id).files() == {"old.hea": b"old 12 500 5000", "old.dat": bytes(range(64))}
        (listed,) = store.conversations(summary.id)
        conversation = store.conversation(listed.id)
        assert conversation.context == PatientContext(63.0, "female", symptoms="chest pain")
        assert conversation.measurements == {"global": {"qrs_ms": 148.25}}
        (turn,) = conversation.turns
        complete, left = turn.answers
        assert (complete.state, complete.text, complete.raw, complete.withheld) == (
            "complete",
            "QRS 148 ms.",
            "QRS 148 ms.",
            "",
        )
        assert [claim.says for claim in complete.claims] == ["qrs_ms = 148 ms"]
        assert complete.provenance.measurements == {}
        assert (left.state, left.text) == ("interrupted", "The left bundle")
        (rated,) = store.ratings(complete.id)
        assert rated.rating.items == dict.fromkeys(ITEM_KEYS, 4)
        assert rated.rating.claims == {0: "agree"}
        # And it can be written to as a new one can.
        store.save_draft(complete.id, "bo", {"comment": "half a thou"})
        second = store.start_answer(turn.id, complete.provenance)
        store.finish_answer(second, "complete", "QRS.", None, ())
    with open_store(old) as again:
        assert again.answer(second).version == 3


def test_upgraded_and_new_logs_are_alike(old: str, store: Store) -> None:
    with open_store(old) as upgraded:
        assert _described(upgraded._engine) == _described(store._engine)


def test_migrations_make_what_the_rows_expect(store: Store, tmp_path: Path) -> None:
    rows = create_engine(f"sqlite:///{tmp_path / 'rows.sqlite'}")
    Base.metadata.create_all(rows)
    migrated, expected = _described(store._engine), _described(rows)
    rows.dispose()
    assert set(migrated) == set(expected)
    for table, description in expected.items():
        for part, value in description.items():
            assert migrated[table][part] == value, (table, part)


def test_every_migration_is_numbered_in_order() -> None:
    names = [step.__name__ for step in migrations.MIGRATIONS]
    assert [name[:4] for name in names] == [f"m{number:03}" for number in range(1, len(names) + 1)]
    folder = Path(str(migrations.__file__)).parent
    assert sorted(names) == sorted(path.stem for path in folder.glob("m[0-9]*.py"))


def test_failed_migration_leaves_the_log_as_it_was(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_connection: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
        patch.setattr(migrations, "LATEST", migrations.LATEST + 1)
        with pytest.raises(ZeroDivisionError):
            open_store(old)
    connection = sqlite3.connect(old.removeprefix("sqlite:///"))
    assert connection.execute("SELECT max(version) FROM ecg_chat_schema").fetchone() == (1,)
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'drafts'").fetchall()
    connection.close()
    with open_store(old) as store:
        assert len(store.recordings()) == 1


def test_two_processes_make_a_new_log_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    code = "import sys; from ecg_chat.records.store import open_store; input(); open_store(sys.argv[1]).close()"
    command = [sys.executable, "-c", code, url]
    root = Path(__file__).parents[2]
    children = [subprocess.Popen(command, stdin=subprocess.PIPE, cwd=root, text=True) for _ in range(2)]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
    assert [child.returncode for child in children] == [0, 0]
    with open_store(url) as store:
        assert store.recordings() == []


def _described(engine: Engine) -> dict[str, dict[str, object]]:
    inspector = inspect(engine)
    return {table: _table(inspector, table) for table in sorted(inspector.get_table_names())}


def _table(inspector: Inspector, table: str) -> dict[str, object]:
    unique, references = inspector.get_unique_constraints(table), inspector.get_foreign_keys(table)
    return {
        "columns": {c["name"]: (repr(c["type"]), bool(c["nullable"])) for c in inspector.get_columns(table)},
        "key": inspector.get_pk_constraint(table)["constrained_columns"],
        "indexes": sorted((str(i["name"]), *map(str, i["column_names"])) for i in inspector.get_indexes(table)),
        "unique": sorted((str(u["name"]), *u["column_names"]) for u in unique),
        "references": sorted((*f["constrained_columns"], f["referred_table"]) for f in references),
        "checks": {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(table)},
    }
