"""Corrections of boundaries: each is kept, the newest is in force, and the export tells them without names."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecg_chat.delineation.types import Corrections
from ecg_chat.errors import InvalidInput, NotFound
from ecg_chat.records.export import export_jsonl
from ecg_chat.records.store import Store, open_store
from ecg_chat.records.views import BoundaryCorrection

SCHEMA_1 = Path(__file__).parent / "data" / "schema1.sql"
FOUND = Corrections(-206.0, -96.0, -50.0, 46.0, 354.1)


def moved(recording_id: str, to_ms: float, who: str = "Dr. Roth", start_s: float = 0.0) -> BoundaryCorrection:
    after = Corrections(-206.0, -96.0, -50.0, to_ms, 354.1)
    return BoundaryCorrection(
        recording_id, start_s, 1.5, Corrections(qrs_off_ms=to_ms), FOUND, after, who, "clear in V1"
    )


@pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
def test_the_newest_is_in_force_and_none_is_lost(store: Store, recording_id: str) -> None:
    assert store.boundary_correction(recording_id, 0.0) is None
    began = datetime.now(UTC)
    first = store.add_boundary_correction(moved(recording_id, 56.0))
    second = store.add_boundary_correction(moved(recording_id, 58.5, " Bo "))
    back = BoundaryCorrection(recording_id, 0.0, 1.5, Corrections(), FOUND, FOUND, "Bo")
    third = store.add_boundary_correction(back)
    kept = store.boundary_corrections(recording_id)
    assert [view.id for view in kept] == [first, second, third]
    assert kept[0].correction == moved(recording_id, 56.0)
    assert kept[1].correction.who == "Bo"
    assert began <= kept[0].created_at <= kept[2].created_at <= datetime.now(UTC)
    in_force = store.boundary_correction(recording_id, 0.0)
    assert in_force is not None
    assert in_force.correction.by_hand == Corrections()


def test_windows_are_corrected_each_for_itself(store: Store, recording_id: str) -> None:
    store.add_boundary_correction(moved(recording_id, 56.0, start_s=12.35))
    assert store.boundary_correction(recording_id, 0.0) is None
    assert store.boundary_correction(recording_id, 12.35) is not None
    assert store.boundary_corrections(recording_id, 0.0) == []
    assert len(store.boundary_corrections(recording_id)) == 1


def test_a_correction_withdraws_the_confirmation_and_is_audited(store: Store, recording_id: str) -> None:
    store.confirm(recording_id, "Ada")
    correction_id = store.add_boundary_correction(moved(recording_id, 56.0), finding_codes=["SR", "LVH", "SR"])
    assert store.recording(recording_id).confirmed_by is None
    (summary,) = store.recordings()
    assert summary.finding_codes == ("SR", "LVH")
    last = store.audit(recording_id)[-1]
    assert (last.who, last.action, last.detail) == ("Dr. Roth", "corrected", {"boundary_correction": correction_id})


@pytest.mark.parametrize("who", ["", "  ", "x" * 81])
def test_a_person_stands_for_it(store: Store, recording_id: str, who: str) -> None:
    with pytest.raises(InvalidInput, match=r"(?i)name"):
        store.add_boundary_correction(moved(recording_id, 56.0, who))
    assert store.boundary_corrections(recording_id) == []
    assert store.audit(recording_id) == []


def test_unknown_recording(store: Store) -> None:
    with pytest.raises(NotFound):
        store.add_boundary_correction(moved("no such", 56.0))
    assert list(store.all_boundary_corrections()) == []


def test_the_export_tells_corrections_without_names(store: Store, recording_id: str) -> None:
    for who in ("Dr. Roth", "Bo", "Dr. Roth"):
        store.add_boundary_correction(moved(recording_id, 56.0, who))
    told = list(export_jsonl(store))
    assert not any("Roth" in line or "created_at" in line for line in told)
    lines = [json.loads(line) for line in told]
    assert [line["who"] for line in lines] == ["person 1", "person 2", "person 1"]
    assert {line["format"] for line in lines} == {"ecg_chat correction 1"}
    assert lines[0]["before"]["qrs_off_ms"] == 46.0
    assert lines[0]["after"]["qrs_off_ms"] == 56.0
    assert lines[0]["by_hand"] == {**dict.fromkeys(lines[0]["before"]), "qrs_off_ms": 56.0}
    assert lines[0]["comment"] == "clear in V1"
    (first, *_) = export_jsonl(store, include_context=True)
    assert json.loads(first)["created_at"].endswith("+00:00")


def test_the_whole_log_comes_in_batches(store: Store, recording_id: str) -> None:
    ids = [store.add_boundary_correction(moved(recording_id, 50.0 + number)) for number in range(5)]
    for batch in (1, 2, 5, 100):
        assert [view.id for view in store.all_boundary_corrections(batch)] == ids


def test_an_old_log_takes_corrections(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA_1.read_text("utf-8"))
    connection.close()
    with open_store(f"sqlite:///{path}") as store:
        (summary,) = store.recordings()
        assert store.boundary_corrections(summary.id) == []
        store.add_boundary_correction(moved(summary.id, 56.0))
    with open_store(f"sqlite:///{path}") as again:
        assert again.boundary_correction(summary.id, 0.0) is not None
