"""Bars on stderr: the stage a command is in, and how much of a long one is done; nothing where it is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from tqdm import tqdm


class Stages(Protocol):
    """Announces the next stage."""

    def __call__(self, name: str) -> None:
        """Finish the stage before and begin this one."""
        ...


@contextmanager
def stages(total: int) -> Iterator[Stages]:
    """Show a bar of `total` stages; it disappears when the block ends."""
    # disable=None: only on a terminal, so that logs and pipes stay clean.
    with tqdm(total=total, disable=None, leave=False, bar_format="{n_fmt}/{total_fmt} {desc} {elapsed}") as bar:

        def begin(name: str) -> None:
            bar.update(1)
            bar.set_description_str(name)

        yield begin


@contextmanager
def share_bar(name: str) -> Iterator[Callable[[float], None]]:
    """Show how much of one stage is done, once it has taken two seconds; yields what takes the share, 0 to 1."""
    form = "{desc} {percentage:3.0f}% {bar} {elapsed}<{remaining}"
    with tqdm(total=1.0, desc=name, disable=None, leave=False, delay=2.0, position=1, bar_format=form) as bar:

        def show(share: float) -> None:
            bar.update(share - bar.n)

        yield show
