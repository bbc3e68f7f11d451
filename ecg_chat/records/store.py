"""The one door to the log: `open_store`.

    store = open_store("sqlite:///ecg_chat.sqlite")
    recording_id = store.add_recording(files, ecg, measurements, findings)

Its methods live by duty in `recording_log`, `confirmation_log`, `correction_log`, `conversation_log`, `answer_log` and
`review_log`. What they raise for the person is `StoreError` (one sentence) or `NotFound`; nothing is half stored. A
store may be used from any thread and shared by several processes.
"""

from __future__ import annotations

import logging
from types import TracebackType

from sqlalchemy import URL, Engine
from sqlalchemy.orm import Session

from ecg_chat.errors import StoreError
from ecg_chat.records import migrations
from ecg_chat.records.confirmation_log import ConfirmationLog
from ecg_chat.records.correction_log import CorrectionLog
from ecg_chat.records.engine import WRITE, connect, parse
from ecg_chat.records.failures import translated
from ecg_chat.records.review_log import ReviewLog

WAIT_S = 10.0
"""How long a statement waits for a lock before the person is told."""
log = logging.getLogger(__name__)


class Store(ConfirmationLog, CorrectionLog, ReviewLog):
    """The log of one database."""

    @property
    def where(self) -> str:
        """The database as a person knows it: the file, or the address without its password."""
        return self._where

    def close(self) -> None:
        """Let go of all connections; answers that this store has left in the middle are marked interrupted."""
        try:
            if self._writer_id is not None:
                self._writing.clear()
                self.mark_interrupted()
        except StoreError as error:
            log.warning("answers left in the middle are marked at the next opening: %s", error)
        finally:
            self._engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(url: str, *, wait_s: float = WAIT_S) -> Store:
    """Open the log, making or upgrading the database if needed.

    Answers whose writer died in the middle (a killed process) are marked interrupted.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.
    wait_s : float
        Seconds to wait for a lock before `StoreError` is raised.

    Raises
    ------
    StoreError
        If the database cannot be reached, is no database of this program, or was written by a newer version of it.
    """
    address = parse(url)
    where = _named(address)
    with translated(where):
        engine = connect(address, wait_s=wait_s)
        try:
            _upgrade(engine)
            store = Store(engine, where, wait_s)
            store.mark_interrupted()
        except BaseException:
            engine.dispose()
            raise
    return store


def _upgrade(engine: Engine) -> None:
    with engine.connect() as connection:
        found = migrations.version(connection)
    if found < migrations.LATEST:
        with Session(engine.execution_options(**WRITE)) as session, session.begin():
            migrations.migrate(session.connection())


def _named(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)
