"""Who writes an answer, and whether that process still lives.

Several processes may share a database. An answer that is still marked "streaming" was left behind only if its writer
is dead, so each writer is stored with its machine, its process number and the moment that process began: a number that
was given to another process later is told apart by that moment.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil

from ecg_chat.records.columns import now

SILENCE = timedelta(minutes=10)
"""A writer on another machine cannot be looked at; it counts as dead when its answer has not grown for so long."""


@dataclass(frozen=True)
class Process:
    """A process on a machine."""

    machine: str
    pid: int
    started: str

    @classmethod
    def this(cls) -> Process:
        """Return the process that runs this code."""
        pid = os.getpid()
        return cls(machine(), pid, _started(pid) or "")


def machine() -> str:
    """Name this machine; containers with process numbers of their own count as machines."""
    namespace = Path("/proc/self/ns/pid")
    numbers = namespace.readlink().name if namespace.is_symlink() else ""
    return f"{platform.node()} {numbers}".strip()


def is_dead(writer: Process, last_sign: datetime) -> bool:
    """Tell whether `writer`, last heard of at `last_sign`, can no longer write."""
    if writer.machine != machine():
        return now() - last_sign > SILENCE
    return _started(writer.pid) != writer.started


def _started(pid: int) -> str | None:
    """Return when the process began, or None where there is none (a zombie is none).

    On Linux this is counted in ticks since a boot that has a name, so setting the clock does not change it.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if psutil.LINUX:
            ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]  # field 22 of proc(5)
            return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()} {ticks}"
        return f"{process.create_time():.2f}"
    except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
        return None
