"""Write a folder anew beside the one that is there, which stays until the new one is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from ecg_chat.errors import ModelError


@contextmanager
def replacing(folder: Path, own: Collection[str]) -> Iterator[Path]:
    """Give a folder to write into, which takes the place of `folder` when the block ends.

    It lies beside `folder`, on the same file system, so that renaming is enough in the end. When anything fails before
    that, `folder` is as it was and the new folder is gone. After a kill the rest of it lies beside `folder` until the
    next call; only a kill between the two renames leaves the earlier folder under the name that `before_of` gives, and
    the next call puts it back.

    Parameters
    ----------
    folder : Path
        Need not be there yet.
    own : collection of str
        Names in `folder` that go with what it holds now; whatever else lies there is taken along.

    Yields
    ------
    Path
        The new folder, empty.
    """
    folder = folder.resolve()  # where it is a link, the folder that it leads to is replaced and the link stays
    new, before = folder.with_name(f".{folder.name}.new"), before_of(folder)
    _clear_up(folder, new, before)
    new.mkdir(parents=True)
    try:
        yield new
        if folder.is_dir():
            _take_along(folder, new, own)
        _to_disk(new)
        _swap(folder, new, before)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(before, ignore_errors=True)


@contextmanager
def whole_or_not_at_all(folder: Path, own: Collection[str]) -> Iterator[Path]:
    """Do as `replacing`, and say in one sentence why a model folder could not be written.

    Raises
    ------
    ModelError
        When something could not be written (disk full); what was in `folder` is still there.
    """
    with naming_the_reason(folder), replacing(folder, own) as new:
        yield new


@contextmanager
def naming_the_reason(folder: Path) -> Iterator[None]:
    """Turn a failure of a writer into a `ModelError` that says which folder it was and that nothing was lost."""
    try:
        yield
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ModelError(
            f"the model folder {folder} could not be written ({reason}); what was there is kept"
        ) from error


def before_of(folder: Path) -> Path:
    """Where the earlier folder lies while the new one takes its place."""
    return folder.with_name(f".{folder.name}.before")


def _clear_up(folder: Path, new: Path, before: Path) -> None:
    """Do away with what a run that was killed has left."""
    if before.is_dir() and not folder.exists():
        before.rename(folder)
    for left in (new, before):
        if left.exists():
            shutil.rmtree(left)


def _take_along(folder: Path, new: Path, own: Collection[str]) -> None:
    shutil.copymode(folder, new)
    for path in folder.iterdir():
        if path.name in own or (new / path.name).exists():
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, new / path.name, symlinks=True)
        else:
            shutil.copy2(path, new / path.name, follow_symlinks=False)


def _to_disk(folder: Path) -> None:
    """Have everything written, so that a disk that is full or broken says so now."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _swap(folder: Path, new: Path, before: Path) -> None:
    if not folder.exists():
        new.rename(folder)
        return
    folder.rename(before)
    try:
        new.rename(folder)
    except BaseException:
        if not folder.exists():
            before.rename(folder)
        raise
