# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by group (evidence.base.group_sums) of whole hours and days, and the exact times of the first and last query."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from evidence.base import block_parts, hours_table, name_ids
from evidence.base.exact_times import Moment, exact_us
from evidence.base.group_sums import GroupPart, GroupSums, Key
from evidence.base.hours_table import Piece
from evidence.base.sum_block import SumBlock


def of_pieces(
    con: sqlite3.Connection, log: sqlite3.Connection | None, pieces: Sequence[Piece],
    group_of: Callable[[str], Key], device: int | None,
) -> GroupSums[Key]:  # fmt: skip
    """The pieces, by time, of all devices or one. Raises sqlite3.Error and CorruptDatabase."""
    read = partial(hours_table.home_block if device is None else hours_table.block, con)
    return _sums(con, log, pieces, read, group_of, device)


def parts_of_piece(
    con: sqlite3.Connection, log: sqlite3.Connection | None, piece: Piece, group_of: Callable[[str], Key], most: int
) -> Iterator[GroupPart[Key]]:
    """The same of one piece and all devices, by parts of its names, which ascend: a group once for each part.

    No more than about `most` pairs of name and device are held beside its columns, however many it has.
    """
    for block in block_parts.parts(hours_table.home_block(con, piece), most):
        yield from _sums(con, log, [piece], {piece: block}.__getitem__, group_of, None).parts()


def _sums(
    con: sqlite3.Connection, log: sqlite3.Connection | None, pieces: Sequence[Piece],
    read: Callable[[Piece], SumBlock], group_of: Callable[[str], Key], device: int | None,
) -> GroupSums[Key]:  # fmt: skip
    groups = GroupSums(group_of, partial(name_ids.words_between, con), partial(name_ids.ids, con), device)
    for number, piece in enumerate(pieces):
        groups.add(number, read(piece))
    for number in set(groups.last_block.values()):
        groups.see_lasts(number, read(pieces[number]))
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
