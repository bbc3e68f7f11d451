"""The list of records that a model was trained on, kept in its folder as ``trained_ids.txt``.

One id a line. PTB-XL's come first, without a heading, as in the files of models that were trained on PTB-XL alone;
each further data set follows under a line ``# name``. The model's config holds the list's checksum, so that a list that
was changed is refused with the model (`ecg_chat.network.config`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ecg_chat.datasets.whole_file import write_whole_text
from ecg_chat.errors import InvalidInput

FILE_NAME = "trained_ids.txt"
FIRST_SET = "ptbxl"
"""Whose ids stand without a heading."""


def trained_ids_text(ids: Mapping[str, Iterable[int | str]]) -> str:
    """Put the ids of each data set into the form of the file, sorted and once each.

    Parameters
    ----------
    ids : mapping of data set name to ids

    Raises
    ------
    InvalidInput
        When an id or a name is empty, has blanks or begins with ``#``.
    """
    names = [FIRST_SET, *sorted(set(ids) - {FIRST_SET})]
    lines: list[str] = []
    for name in names:
        texts = {str(one) for one in ids.get(name, ())}
        for text in (name, *texts):
            if not text or text.startswith("#") or len(text.split()) != 1:
                raise InvalidInput(f"{text!r} is no id of {name}; expected one word that does not begin with #")
        if name != FIRST_SET:
            lines.append(f"# {name}")
        lines += sorted(texts, key=_order)
    return "".join(f"{line}\n" for line in lines)


def write_trained_ids(folder: Path, ids: Mapping[str, Iterable[int | str]]) -> None:
    """Write the ids (`trained_ids_text`) into an existing folder: of a stage, between it and the model.

    A model's own list is written with its other files (`ecg_chat.network.checkpoint.save_model`), for its checksum.
    """
    write_whole_text(folder / FILE_NAME, trained_ids_text(ids))


def read_trained_ids(model_dir: Path) -> dict[str, frozenset[str]]:
    """Read what `write_trained_ids` wrote: data set name to ids, as text.

    Raises
    ------
    InvalidInput
        When the file is missing (no record can be called unseen then), or a heading has no name.
    """
    path = model_dir / FILE_NAME
    if not path.is_file():
        raise InvalidInput(f"model {model_dir.name} has no {FILE_NAME}; without it no record can be called unseen")
    found: dict[str, set[str]] = {}
    name = FIRST_SET
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split()
        if words[:1] == ["#"]:
            if len(words) != 2:
                raise InvalidInput(f"{path.name} line {number} is {line!r}, expected “# name” of a data set")
            name = words[1]
            found.setdefault(name, set())
        else:
            found.setdefault(name, set()).update(words)
    return {one: frozenset(ids) for one, ids in found.items()}


def all_trained_ids(folders: Iterable[Path]) -> dict[str, frozenset[str]]:
    """Read the lists of several folders as one: everything that any part of a model was trained on.

    Raises
    ------
    InvalidInput
        As `read_trained_ids`.
    """
    found: dict[str, frozenset[str]] = {}
    for folder in folders:
        for name, ids in read_trained_ids(folder).items():
            found[name] = found.get(name, frozenset()) | ids
    return found


def _order(text: str) -> tuple[int, int, str]:
    """Numbers by value before names."""
    return (0, int(text), text) if text.isascii() and text.isdigit() else (1, 0, text)
