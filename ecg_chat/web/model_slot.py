"""The one assistant of a process: absent, loading, ready, or missing with the reason."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from ecg_chat.chat.types import Assistant
from ecg_chat.errors import ModelError

State = Literal["loading", "ready", "missing"]


class ModelSlot:
    """Holds the assistant; loading runs in a thread so that the first page does not wait for it."""

    def __init__(self, assistant: Assistant | None = None) -> None:
        self._lock = threading.Lock()
        self._settled = threading.Event()
        self._assistant = assistant
        self._problem = ""
        self.last_tokens_per_s = 0.0
        if assistant is not None:
            self._settled.set()

    def load_in_background(self, load: Callable[[], Assistant]) -> None:
        """Start loading; a `ModelError` becomes the sentence that the page shows."""
        threading.Thread(target=self._load, args=(load,), name="load-model", daemon=True).start()

    def _load(self, load: Callable[[], Assistant]) -> None:
        try:
            assistant = load()
        except ModelError as error:
            with self._lock:
                self._problem = str(error)
        else:
            with self._lock:
                self._assistant = assistant
        finally:
            self._settled.set()
            with self._lock:
                if self._assistant is None and not self._problem:
                    self._problem = "The model could not be loaded; the terminal where the app was started says why."

    @property
    def state(self) -> State:
        """Whether the assistant is loading, ready or missing."""
        with self._lock:
            if self._assistant is not None:
                return "ready"
            return "missing" if self._problem else "loading"

    @property
    def problem(self) -> str:
        """Why there is no assistant; empty while loading and when ready."""
        with self._lock:
            return self._problem

    def peek(self) -> Assistant | None:
        """Return the assistant if it is ready, without waiting."""
        with self._lock:
            return self._assistant

    def get(self, timeout_s: float = 120.0) -> Assistant:
        """Return the assistant, waiting until it is loaded.

        Raises
        ------
        ModelError
            When the model is missing or damaged, or still loading after `timeout_s` seconds.
        """
        if not self._settled.wait(timeout_s):
            raise ModelError(f"The model is still loading after {timeout_s:.0f} s; try again in a moment.")
        assistant = self.peek()
        if assistant is None:
            raise ModelError(self.problem)
        return assistant
