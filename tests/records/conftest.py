"""A database in a temporary folder, and something to put into it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_chat.chat.scripted import ScriptedAssistant
from ecg_chat.chat.session import ChatSession, Reading
from ecg_chat.chat.types import Claim, Done, GenerationSettings
from ecg_chat.conversation.types import Conversation, Message, PatientContext
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.measurements.types import Span
from ecg_chat.records.logged_chat import LoggedChat
from ecg_chat.records.rubric import ITEM_KEYS
from ecg_chat.records.store import Store, open_store
from ecg_chat.records.views import Provenance, Rating
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, FilePatient, Note, Source
from ecg_chat.signals.reading import read_ecg
from ecg_chat.signals.synthetic import make_ecg

FILES = {"patient7.hea": b"patient7 12 500 5000", "patient7.dat": bytes(range(256)) * 4}


@pytest.fixture
def files() -> dict[str, bytes]:
    return dict(FILES)


@pytest.fixture(scope="session")
def empty_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new log; copied rather than made for each test, because making one is a hundred statements."""
    path = tmp_path_factory.mktemp("empty") / "log.sqlite"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def path(tmp_path: Path, empty_log: Path) -> Path:
    copy = tmp_path / "log.sqlite"
    shutil.copy(empty_log, copy)
    return copy


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def ecg() -> Ecg:
    signal = np.sin(np.linspace(0, 60, 12 * 5000)).reshape(12, 5000)
    digest = hashlib.sha256(b"".join(FILES.values())).hexdigest()
    return Ecg(
        signal=signal.astype(np.float32),
        fs_hz=500.0,
        leads=STANDARD_LEADS,
        source=Source("patient7.hea", "WFDB", digest),
        patient=FilePatient(age_years=63.0, sex="female", identifier="MRN-4711"),
        notes=(Note("derived", "III = II - I", ("III",)),),
    )


@pytest.fixture
def provenance() -> Provenance:
    return Provenance(
        prompt="<|ecg|>facts\nWhy LBBB?",
        model_name="mini",
        model_revision="r1",
        quantisation="NF4",
        device="cpu",
        conversation=Conversation(
            (Message("user", "Why LBBB?"),), PatientContext(age_years=63.0), "clinician", "QRS 148 ms"
        ),
        settings=GenerationSettings(seed=3),
        preprocessing={"version": 1, "fs_hz": 100.0},
        packages={"torch": "2.13.0"},
        signal_sha256="0" * 64,
    )


@pytest.fixture
def claims() -> tuple[Claim, ...]:
    return (
        Claim(
            0,
            10,
            "number",
            "QRS 148 ms",
            "supported",
            "qrs_ms = 148 ms",
            "148 ms",
            "qrs_ms",
            None,
            Span(1.9, 2.1, "V1"),
        ),
        Claim(12, 15, "statement", "old", "not checkable", "old infarct"),
    )


@pytest.fixture
def done() -> Done:
    return Done("end", n_prompt_tokens=120, n_new_tokens=9, first_token_s=0.1, total_s=0.30000000000000004)


@pytest.fixture
def recording_id(store: Store, ecg: Ecg) -> str:
    return store.add_recording(FILES, ecg, {"global": {"qrs_ms": 148.25}}, [{"code": "CLBBB"}, {"code": "1AVB"}])


@pytest.fixture
def question_id(store: Store, recording_id: str) -> str:
    conversation_id = store.start_conversation(recording_id, audience="clinician", window_start_s=0.0)
    return store.add_question(conversation_id, "Why LBBB?")


@pytest.fixture
def answer_id(store: Store, question_id: str, provenance: Provenance, done: Done, claims: tuple[Claim, ...]) -> str:
    """A complete answer with two claims."""
    new = store.start_answer(question_id, provenance)
    store.extend_answer(new, "QRS 148 ms")
    store.finish_answer(new, "complete", "QRS 148 ms, old.", done, claims, "Not a diagnosis.")
    return new


@pytest.fixture
def rating() -> Callable[..., Rating]:
    def make(rater: str = "anna", number: int | None = 4, **more: object) -> Rating:
        return Rating(rater=rater, items=dict.fromkeys(ITEM_KEYS, number), **more)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def uploaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A synthetic ECG as somebody would upload it: a WFDB header and its samples."""
    folder = tmp_path_factory.mktemp("upload")
    made = make_ecg("normal", fs_hz=250.0).ecg
    wfdb.wrsamp(
        "jane-doe",
        fs=made.fs_hz,
        units=["mV"] * len(made.leads),
        sig_name=list(made.leads),
        p_signal=made.signal.T.astype(np.float64),
        fmt=["16"] * len(made.leads),
        write_dir=str(folder),
    )
    return {name: (folder / name).read_bytes() for name in ("jane-doe.hea", "jane-doe.dat")}


@pytest.fixture(scope="session")
def reading(uploaded: dict[str, bytes]) -> Reading:
    return Reading.of(read_ecg(uploaded), None, PatientContext(age_years=63.0, sex="female", symptoms="dizzy at night"))


@pytest.fixture
def talk(store: Store, uploaded: dict[str, bytes], reading: Reading) -> Callable[..., LoggedChat]:
    """Begin a conversation with a scripted assistant."""

    def begin(*answers: str, interval_s: float = 0.0, **behaviour: object) -> LoggedChat:
        assistant = ScriptedAssistant(answers, **behaviour)  # type: ignore[arg-type]
        recording_id = store.add_recording(uploaded, reading.ecg, to_dict(reading.measurements), [])
        context_id = store.save_context(recording_id, reading.patient)
        conversation_id = store.start_conversation(
            recording_id, audience="clinician", window_start_s=0.0, context_id=context_id
        )
        return LoggedChat(store, conversation_id, ChatSession(assistant, reading), interval_s)

    return begin
