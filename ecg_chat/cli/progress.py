"""A bar on stderr that names the stage a command is in; nothing where stderr is not a terminal."""

from __future__ import annotations

from collections.abc import Iterator
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
