"""Which training records each encoder does not see, so that its word about them can teach the language model."""

from __future__ import annotations

import random


def dialogue_order(n_records: int) -> list[int]:
    """Rows of the training records in a random order that stays the same; dialogue is made about the first of them."""
    return random.Random(0).sample(range(n_records), n_records)


def held_out_rows(n_records: int, held_out: int, members: int, whole_members: int = 0) -> list[list[int]]:
    """Rows that each member does not see.

    Parameters
    ----------
    n_records, held_out : int
        Training records, and how many of them one member goes without.
    members : int
        Their parts do not overlap and are the first ones of `dialogue_order`.
    whole_members : int
        Members after those that see every row; their parts are empty.
    """
    size = min(held_out, n_records // (members + 1))
    order = dialogue_order(n_records)
    return [order[k * size : (k + 1) * size] for k in range(members)] + [[] for _ in range(whole_members)]
