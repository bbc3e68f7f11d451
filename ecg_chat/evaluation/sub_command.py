"""What one evaluation offers to ``python -m ecg_chat evaluate``."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Result = dict[str, Any]
"""Plain values only: what the JSON file holds is what tables and figures are made from."""


@dataclass(frozen=True)
class SubCommand:
    """One evaluation: its arguments, what it measures, and how that is shown.

    Attributes
    ----------
    evaluate : callable
        Arguments to result.
    as_markdown : callable
        Result to the text that is printed and that the docs embed.
    plot : callable, optional
        Writes figures of a result into a folder.
    """

    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    evaluate: Callable[[argparse.Namespace], Result]
    as_markdown: Callable[[Result], str]
    plot: Callable[[Result, Path], None] | None = None


def json_text(result: Result) -> str:
    """Write a result as JSON, innermost lists and objects on one line each, so that a change can be read."""
    text = json.dumps(result, indent=1, ensure_ascii=False, allow_nan=False)
    inner = re.compile(r"([\[{])\n\s*([^\[\]{}]*?)\n\s*([\]}])")
    return inner.sub(lambda m: f"{m[1]}{re.sub(chr(10) + ' *', ' ', m[2])}{m[3]}", text) + "\n"
