"""The machine that times were taken on, in one line."""

from __future__ import annotations

import os
import platform

import psutil


def machine() -> str:
    """One line that says where the figures come from."""
    memory_gb = psutil.virtual_memory().total / 1e9
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, {memory_gb:.0f} GB"
    return f"{system}, Python {platform.python_version()}"
