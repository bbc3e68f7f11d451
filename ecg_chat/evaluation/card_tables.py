"""The tables of a model card, rendered from the results in its ``eval.json``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.errors import InvalidInput
from ecg_chat.evaluation.collected import WITHOUT_ECG, read_collected
from ecg_chat.evaluation.markdown_block import blocks, replace_blocks
from ecg_chat.evaluation.published import OVERVIEW, published_table
from ecg_chat.evaluation.sub_command import Result

Renderers = Mapping[str, Callable[[Result], str]]
NO_ECG_OPTION = "--no-ecg"


def entry_of_block(kind: str, options: str) -> str:
    """Name of the result in ``eval.json`` that a block shows."""
    return kind + (WITHOUT_ECG if NO_ECG_OPTION in options.split() else "")


def stale_blocks(card: Path, collected: Path, renderers: Renderers) -> list[str]:
    """Name the blocks whose text is not what their result renders to.

    Parameters
    ----------
    card, collected : Path
        ``card.md`` and ``eval.json``.
    renderers : mapping of evaluation to callable
        Result to text.
    """
    wanted = _wanted(card, collected, renderers)
    return [name for name, text in _shown(card).items() if text != wanted[name].strip()]


def refresh_card(card: Path, collected: Path, renderers: Renderers) -> int:
    """Write every block of a card anew.

    Returns
    -------
    int
        How many blocks there are.

    Raises
    ------
    InvalidInput
        When there is no card, or no result for one of its blocks.
    """
    if not card.is_file():
        raise InvalidInput(f"{card} is not a file; expected the card of a model")
    wanted = _wanted(card, collected, renderers)
    page = card.read_text(encoding="utf-8")
    write_whole_text(card, replace_blocks(page, lambda kind, rest: wanted[entry_of_block(kind, rest)]))
    return len(wanted)


def _shown(card: Path) -> dict[str, str]:
    return {entry_of_block(kind, rest): text for kind, rest, text in blocks(card.read_text(encoding="utf-8"))}


def _wanted(card: Path, collected: Path, renderers: Renderers) -> dict[str, str]:
    results = read_collected(collected)
    texts = {}
    for kind, rest, _ in blocks(card.read_text(encoding="utf-8")):
        name = entry_of_block(kind, rest)
        if name == OVERVIEW:
            texts[name] = published_table(results)
            continue
        if name not in results:
            raise InvalidInput(f"{card} shows {name!r}, but {collected} holds only {', '.join(results) or 'nothing'}")
        texts[name] = renderers[kind](results[name])
    return texts
