"""Who may use the model now: one answer at a time, the others wait in the order they came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Turns:
    """A queue of threads that want the model; each learns how many are before it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()

    @contextmanager
    def turn(self, cancel: threading.Event, waiting: Callable[[int], None]) -> Iterator[bool]:
        """Wait for this thread's turn and hold it for the block.

        Parameters
        ----------
        cancel : threading.Event
            Ends the waiting early.
        waiting : callable
            Called with the number of answers that come before this one whenever it changes.

        Yields
        ------
        bool
            Whether the turn came (False: cancelled while waiting).
        """
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
        try:
            yield self._wait(ticket, cancel, waiting)
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _wait(self, ticket: object, cancel: threading.Event, waiting: Callable[[int], None]) -> bool:
        told = 0
        with self._changed:
            while not cancel.is_set():
                before = self._queue.index(ticket)
                if before == 0:
                    return True
                if before != told:
                    waiting(before)
                    told = before
                self._changed.wait(0.1)
        return False
