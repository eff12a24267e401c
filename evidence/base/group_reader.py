# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by group (evidence.base.group_sums) of whole hours and days, and the exact times of the first and last query."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
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
    groups = GroupSums(group_of, partial(name_ids.words, con), partial(name_ids.ids, con))
    for number, piece in enumerate(pieces):
        groups.add(number, hours_table.block(con, piece), device)
    ties = [
        (group, last, pieces[number].begins_s + tie.second, tie.pairs)
        for last, piece_of in ((False, groups.first_block), (True, groups.last_block))
        for number, of_piece in _by_piece(piece_of).items()
        for group, tie in groups.ties(hours_table.block(con, pieces[number]), of_piece, last, device).items()
    ]
    words = name_ids.words(con, {name for *_, pairs in ties for _, name in pairs})
    moments = (Moment(whose, words[name], second, last) for _, last, second, pairs in ties for whose, name in pairs)
    exact = exact_us(log, moments)
    for group, last, _, pairs in ties:
        times = [next(exact) for _ in pairs]
        at_us = max(times) if last else min(times)
        groups.seen(group, at_us, at_us)
    return groups


def _by_piece(piece_of: Mapping[int, int]) -> dict[int, set[int]]:
    """The groups of each piece."""
    by_piece: dict[int, set[int]] = {}
    for group, number in piece_of.items():
        by_piece.setdefault(number, set()).add(group)
    return by_piece
