"""A database in a temporary folder, and something to put into it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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
from ecg_chat.records.tables import Base
from ecg_chat.records.views import Provenance, Rating
from ecg_chat.signals.ecg import STANDARD_LEADS, Ecg, FilePatient, Note, Source
from ecg_chat.signals.reading import read_ecg
from ecg_chat.signals.synthetic import make_ecg


class Server:
    """A PostgreSQL server on a Unix socket in a folder, as a user that may run one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"postgresql://ecg@/postgres?host={folder}"
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root.
        self._as: dict[str, Any] = {"user": "nobody", "group": "nogroup"} if os.getuid() == 0 else {}

    def make(self) -> None:
        if self._as:
            shutil.chown(self.folder, **self._as)
        command = ["initdb", "-D", self.folder / "data", "-U", "ecg", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._as)

    def start(self) -> None:
        fast = ["-c", "fsync=off", "-c", "shared_buffers=16MB"]
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}", *fast]
        with (self.folder.parent / f"{self.folder.name}.log").open("wb") as log:
            self._process = subprocess.Popen(
                ["postgres", "-D", self.folder / "data", *options], stdout=log, stderr=log, cwd=self.folder, **self._as
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # end every session, then the server
            self._process.wait(60)
            self._process = None
        (self.folder.parent / f"{self.folder.name}.log").unlink(missing_ok=True)

    def execute(self, statement: str) -> None:
        import psycopg

        try:
            with psycopg.connect(self.url.replace("?", "?connect_timeout=5&"), autocommit=True) as connection:
                connection.execute(statement)
        except psycopg.OperationalError as error:
            raise OSError("the server does not answer") from error

    def empty(self) -> None:
        tables = [table.name for table in Base.metadata.sorted_tables if table.name != "ecg_chat_schema"]
        self.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")


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
def url(request: pytest.FixtureRequest) -> str:
    """An empty log: SQLite unless the test is run for both."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{request.getfixturevalue('path')}"
    server: Server = request.getfixturevalue("postgresql")
    server.empty()
    return server.url


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL of our own with an empty log in it; the test skips where there is none."""
    if shutil.which("initdb") is None or shutil.which("postgres") is None:
        pytest.skip("PostgreSQL is not installed (initdb and postgres are not on the path)")
    if find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed (pip install 'psycopg[binary]')")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: the path of a socket may have about 100 characters
    server = Server(folder)
    try:
        server.make()
        server.start()
        open_store(server.url).close()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


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
