"""The most memory that this process has had."""

from __future__ import annotations

import sys

import psutil

if sys.platform != "win32":
    import resource


def peak_memory_mb() -> float:
    """High-water mark since the process began, in MB (10⁶ bytes)."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 1e6
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux KiB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
