"""Recordings on the desk: opened from files or from the log, windowed, measured, judged.

The log holds the original bytes; whatever lies here can be computed again from them, so only the last few are kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ecg_chat.chat.reading import Reading
from ecg_chat.chat.stated_findings import finding_records
from ecg_chat.conversation.types import PatientContext
from ecg_chat.delineation.types import Corrections, Delineation
from ecg_chat.errors import InvalidInput
from ecg_chat.measurements.as_json import to_dict
from ecg_chat.measurements.measure import delineated, measure
from ecg_chat.measurements.types import Measurements
from ecg_chat.plotting.thumbnail import lead_svg
from ecg_chat.records.correcting import in_force, measured_as_corrected, new_correction
from ecg_chat.records.store import Store
from ecg_chat.signals.ecg import Ecg
from ecg_chat.signals.quality import best_window
from ecg_chat.signals.reading import read_ecg
from ecg_chat.signals.tables import TableDescription
from ecg_chat.statements.judge import found, judge
from ecg_chat.statements.types import Finding
from ecg_chat.web.context_form import context_from_file
from ecg_chat.web.model_slot import ModelSlot

WINDOW_S = 10.0
KEPT = 6
T = TypeVar("T")
Found = tuple[dict[str, tuple[str, ...]], Delineation]
"""Quality flags per lead, and the boundaries that were found."""


@dataclass(frozen=True)
class OnDesk:
    """A whole recording and its cleanest window."""

    ecg: Ecg
    best_start_s: float

    def window_starts(self) -> tuple[float, ...]:
        """Return the starts in seconds of the windows that can be chosen: every 5 s, and the cleanest one."""
        last = self.ecg.duration_s - WINDOW_S
        if last <= 0:
            return (0.0,)
        regular = [5.0 * i for i in range(int(last // 5.0) + 1)]
        return tuple(sorted({*regular, round(last, 2), self.best_start_s}))

    def start_of(self, start_s: float) -> float:
        """Return the start under which a window is known: a short recording has only one."""
        return 0.0 if self.ecg.duration_s <= WINDOW_S else round(start_s, 3)

    def window(self, start_s: float) -> Ecg:
        """Cut the window that starts at `start_s`.

        Raises
        ------
        InvalidInput
            When the recording has no second `start_s`.
        """
        if self.ecg.duration_s <= WINDOW_S:
            return self.ecg
        if not 0 <= start_s < self.ecg.duration_s - 1:
            raise InvalidInput(f"The window starts at {start_s:g} s; the recording lasts {self.ecg.duration_s:.1f} s.")
        return self.ecg.window(start_s, WINDOW_S)


class Desk:
    """Opens recordings and keeps the last few ready."""

    def __init__(self, store: Store, slot: ModelSlot, max_bytes: int) -> None:
        self._store = store
        self._slot = slot
        self._max_bytes = max_bytes
        self._opened = _Recent[OnDesk]()
        self._measured = _Recent[Measurements]()
        self._found = _Recent[Found]()
        self._network = _Recent[tuple[Finding, ...]]()

    def add(self, files: Mapping[str, bytes], description: TableDescription | None) -> str:
        """Read, measure and store uploaded files; return the recording's id.

        Raises
        ------
        UnreadableFile, NeedsDescription
            When the files do not become an ECG.
        StoreError
            When the log cannot take it.
        """
        ecg = read_ecg(files, description, max_bytes=self._max_bytes)
        opened = OnDesk(ecg, _best_start(ecg))
        window = opened.window(opened.best_start_s)
        measurements = measure(window)
        network = self._network_findings(window, measurements)
        patient = context_from_file(ecg.patient)
        judgements = judge(measurements, age_years=patient.age_years, sex=patient.sex)
        recording_id = self._store.add_recording(
            files,
            ecg,
            to_dict(measurements),
            finding_records(judgements, network or ()),
            description=description,
            thumbnail_svg=lead_svg(window),
        )
        self._opened.keep(recording_id, opened)
        self._measured.keep((recording_id, opened.best_start_s, ""), measurements)
        if network is not None:
            self._network.keep((recording_id, opened.best_start_s, ""), network)
        return recording_id

    def recording(self, recording_id: str) -> OnDesk:
        """Return a recording of the log, read again from its original bytes if needed."""
        return self._opened.get(recording_id, lambda: self._read_again(recording_id))

    def reading(self, recording_id: str, start_s: float, patient: PatientContext | None = None) -> Reading:
        """Return what is known about one window, judged with `patient` or else the newest patient context.

        The network's findings are empty as long as no model is ready.
        """
        opened = self.recording(recording_id)
        window, start_s = opened.window(start_s), opened.start_of(start_s)
        correction = self._store.boundary_correction(recording_id, start_s)
        key = (recording_id, start_s, correction.id if correction else "")
        measurements = self._measured.get(
            key,
            lambda: (
                measured_as_corrected(window, self.found(recording_id, start_s)[1], correction)
                if correction
                else measure(window)
            ),
        )
        patient = patient or self._store.latest_context(recording_id) or context_from_file(window.patient)
        judgements = judge(measurements, age_years=patient.age_years, sex=patient.sex)
        network: tuple[Finding, ...] = ()
        if self._slot.peek() is not None:
            network = self._network.get(key, lambda: self._network_findings(window, measurements) or ())
        return Reading(window, measurements, judgements, found(judgements), network, patient)

    def found(self, recording_id: str, start_s: float) -> Found:
        """Return the quality flags of a window and the boundaries that were found in it, without corrections."""
        opened = self.recording(recording_id)
        window = opened.window(start_s)
        return self._found.get((recording_id, opened.start_of(start_s)), lambda: delineated(window))

    def correct(
        self, recording_id: str, start_s: float, asked: Corrections, *, who: str, comment: str, based_on: str
    ) -> None:
        """Set boundaries of a window by hand, for a named person.

        Parameters
        ----------
        asked : Corrections
            Everything that shall be set by hand from now on; nothing means "as measured".
        based_on : str
            Id of the correction that the person saw in force, "" for none.

        Raises
        ------
        InvalidInput
            If boundaries cannot lie like this, nothing would change, or somebody else was faster.
        """
        opened = self.recording(recording_id)
        start_s = opened.start_of(start_s)
        newest = self._store.boundary_correction(recording_id, start_s)
        if based_on != (newest.id if newest else ""):
            raise InvalidInput("Somebody corrected this window meanwhile; reload the page to see what is in force.")
        found_here = self.found(recording_id, start_s)[1]
        before, problem = in_force(found_here, newest)
        if asked == before and not problem:
            raise InvalidInput("The boundaries lie there already; nothing was changed.")
        correction = new_correction(recording_id, start_s, found_here, before, asked, who, comment)
        window = opened.window(start_s)
        measurements = measure(window, asked)
        codes, network = None, None
        if start_s == opened.start_of(opened.best_start_s):  # the history lists what is found in this window
            network = self._network_findings(window, measurements)
            codes = self._finding_codes(window, recording_id, measurements, network or ())
        correction_id = self._store.add_boundary_correction(correction, finding_codes=codes)
        self._measured.keep((recording_id, start_s, correction_id), measurements)
        if network is not None:
            self._network.keep((recording_id, start_s, correction_id), network)

    def _finding_codes(
        self, window: Ecg, recording_id: str, measurements: Measurements, network: tuple[Finding, ...]
    ) -> list[str]:
        patient = self._store.latest_context(recording_id) or context_from_file(window.patient)
        judgements = judge(measurements, age_years=patient.age_years, sex=patient.sex)
        return [str(record["code"]) for record in finding_records(judgements, network)]

    def _network_findings(self, window: Ecg, measurements: Measurements) -> tuple[Finding, ...] | None:
        assistant = self._slot.peek()
        return None if assistant is None else assistant.findings(window, measurements)

    def _read_again(self, recording_id: str) -> OnDesk:
        stored = self._store.recording(recording_id)
        stated = stored.description
        description = None
        if stated is not None:
            description = TableDescription(fs_hz=stated["fs_hz"], unit=stated["unit"], leads=tuple(stated["leads"]))
        ecg = read_ecg(stored.files(), description, max_bytes=self._max_bytes)
        return OnDesk(ecg, _best_start(ecg))


def _best_start(ecg: Ecg) -> float:
    return round(best_window(ecg, WINDOW_S), 2) if ecg.duration_s > WINDOW_S else 0.0


class _Recent(Generic[T]):
    """The last few values by key; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def keep(self, key: Hashable, value: T) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > KEPT:
                self._values.popitem(last=False)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()  # outside the lock: two tabs may compute the same, but neither waits for another recording
        self.keep(key, value)
        return value
