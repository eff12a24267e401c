# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by group (evidence.base.group_sums) of whole hours and days, and the exact times of the first and last query."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial

from evidence.base import hours_table, name_ids
from evidence.base.exact_times import Moment, exact_us
from evidence.base.group_sums import GroupSums, Key
from evidence.base.hours_table import Piece


def of_pieces(
    con: sqlite3.Connection, log: sqlite3.Connection | None, pieces: Sequence[Piece],
    group_of: Callable[[str], Key], device: int | None,
) -> GroupSums[Key]:  # fmt: skip
    """The pieces, by time, of all devices or one. Raises sqlite3.Error and CorruptDatabase."""
    groups = GroupSums(group_of, partial(name_ids.words_between, con), partial(name_ids.ids, con), device)
    read = hours_table.home_block if device is None else hours_table.block
    for number, piece in enumerate(pieces):
        groups.add(number, read(con, piece))
    for number in set(groups.last_block.values()):
        groups.see_lasts(number, read(con, pieces[number]))
    ties = [(group, tie, False) for group, tie in groups.firsts.items()]
    ties += [(group, tie, True) for group, tie in groups.lasts.items()]
    words = name_ids.words(con, {name for _, tie, _ in ties for _, name in tie.pairs})
    moments = (
        Moment(device, words[name], pieces[tie.block].begins_s + tie.second, last)
        for _, tie, last in ties for device, name in tie.pairs
    )  # fmt: skip
    exact = exact_us(log, moments)
    for group, tie, last in ties:
        times = [next(exact) for _ in tie.pairs]
        at_us = max(times) if last else min(times)
        groups.seen(group, at_us, at_us)
    return groups
