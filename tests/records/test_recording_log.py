"""Recordings, contexts, confirmations: what goes in comes out, and is found again."""

from __future__ import annotations

import threading

import pytest

from ecg_chat.conversation.types import PatientContext
from ecg_chat.errors import InvalidInput, NotFound, StoreError
from ecg_chat.records.store import Store, open_store
from ecg_chat.signals.ecg import Ecg

pytestmark = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)


def test_recording_comes_back_as_it_was(store: Store, recording_id: str, ecg: Ecg, files: dict[str, bytes]) -> None:
    view = store.recording(recording_id)
    assert view.files() == files
    assert list(view.files()) == list(view.file_names) == list(files)
    assert (view.name, view.format, view.sha256) == (ecg.source.name, ecg.source.format, ecg.source.sha256)
    assert (view.fs_hz, view.duration_s, view.leads) == (500.0, 10.0, ecg.leads)
    assert view.patient == ecg.patient
    assert view.notes == ecg.notes
    assert view.measurements == {"global": {"qrs_ms": 148.25}}
    assert [f["code"] for f in view.findings] == ["CLBBB", "1AVB"]
    assert view.state == "unconfirmed"
    assert view.created_at.tzinfo is not None


def test_recording_survives_reopening(url: str, store: Store, recording_id: str, files: dict[str, bytes]) -> None:
    store.close()
    with open_store(url) as again:
        assert again.recording(recording_id).files() == files


def test_same_file_twice_costs_its_bytes_once(
    store: Store, ecg: Ecg, recording_id: str, files: dict[str, bytes]
) -> None:
    second = store.add_recording(files, ecg, {}, [])
    assert second != recording_id
    assert store.recording(second).files() == files
    with store._read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM blobs").scalar() == len(files)


def test_unknown_recording_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="no such recording"):
        store.recording("nope")
    with pytest.raises(NotFound):
        store.save_context("nope", PatientContext())
    with pytest.raises(NotFound):
        store.start_conversation("nope", audience="patient", window_start_s=0)


def test_same_patient_same_pseudonym_and_no_identifier_in_it(store: Store, ecg: Ecg, recording_id: str) -> None:
    second = store.add_recording({"b": b"b"}, ecg, {}, [])
    pseudonyms = {summary.id: summary.pseudonym for summary in store.recordings()}
    assert pseudonyms[second] == pseudonyms[recording_id]
    assert "4711" not in pseudonyms[second]


@pytest.mark.parametrize("search", ["clbbb", "patient7", "WFDB 1avb", "P-", "why LBBB", ""])
def test_search_finds(store: Store, recording_id: str, question_id: str, search: str) -> None:
    assert [summary.id for summary in store.recordings(search=search)] == [recording_id]


@pytest.mark.parametrize("search", ["crbbb", "clbbb crbbb", "%", "patient_", "MRN"])
def test_search_does_not_find(store: Store, recording_id: str, question_id: str, search: str) -> None:
    assert store.recordings(search=search) == []


def test_recordings_come_newest_first_and_limited(store: Store, ecg: Ecg) -> None:
    ids = [store.add_recording({"a": bytes([n])}, ecg, {}, []) for n in range(4)]
    assert [summary.id for summary in store.recordings(limit=3)] == ids[:0:-1]


def test_summary_counts_conversations(store: Store, recording_id: str, question_id: str) -> None:
    store.start_conversation(recording_id, audience="patient", window_start_s=2.5)
    (summary,) = store.recordings()
    assert summary.n_conversations == 2
    assert summary.finding_codes == ("CLBBB", "1AVB")


def test_context_versions(store: Store, recording_id: str) -> None:
    assert store.latest_context(recording_id) is None
    first = store.save_context(recording_id, PatientContext(age_years=63.0))
    assert store.save_context(recording_id, PatientContext(age_years=63.0)) == first
    second = store.save_context(recording_id, PatientContext(age_years=64.0, symptoms="chest pain"))
    assert second != first
    assert store.latest_context(recording_id) == PatientContext(age_years=64.0, symptoms="chest pain")
    conversation = store.start_conversation(recording_id, audience="patient", window_start_s=0, context_id=first)
    assert store.conversation(conversation).context == PatientContext(age_years=63.0)


def test_confirming_names_who_and_when_and_a_correction_takes_it_back(store: Store, recording_id: str) -> None:
    store.confirm(recording_id, " Dr. Ada Roth ")
    view = store.recording(recording_id)
    assert (view.state, view.confirmed_by) == ("confirmed", "Dr. Ada Roth")
    assert view.confirmed_at is not None
    store.record_correction(recording_id, "Bo", {"boundary": "qrs_off", "from_s": 1.0, "to_s": 1.02})
    assert store.recording(recording_id).state == "unconfirmed"
    audit = store.audit(recording_id)
    assert [(entry.who, entry.action) for entry in audit] == [("Dr. Ada Roth", "confirmed"), ("Bo", "corrected")]
    assert audit[1].detail["to_s"] == 1.02
    with pytest.raises(InvalidInput, match="name"):
        store.confirm(recording_id, "  ")


def test_two_threads_write_at_once(store: Store, ecg: Ecg) -> None:
    failed: list[StoreError] = []

    def work(number: int) -> None:
        try:
            for k in range(4):
                store.add_recording({"a": bytes([number, k])}, ecg, {}, [])
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(store.recordings()) == 12
