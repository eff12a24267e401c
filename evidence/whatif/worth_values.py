# SPDX-License-Identifier: GPL-3.0-or-later
"""What each list is worth to this home, as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shared:
    """Another list, and how many queries both would have blocked."""

    id: str = ""
    queries: int = 0


@dataclass(frozen=True, slots=True)
class ListWorth:
    """A list that is on for somebody.

    `hits`: queries of which the log says that it decided them; `blocks`: those that today's policy blocks and that it
    would block; `unique`: those among them that nothing else would block; `overlap`: with which lists it shares the
    others. `false_alarms`: names that it would block and that people let through, by rule or exception;
    `never_hit`: names of it that decided nothing, None where its size is not known.
    """

    id: str = ""
    title: str = ""
    allow: bool = False
    hits: int = 0
    blocks: int = 0
    unique: int = 0
    overlap: tuple[Shared, ...] = ()
    false_alarms: tuple[str, ...] = ()
    names: int = 0
    never_hit: int | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """`lose_nothing`: ids of lists that may all be off together without a query of the range being let through."""

    from_us: int = 0
    to_us: int = 0
    queries: int = 0
    blocked: int = 0
    lists: tuple[ListWorth, ...] = ()
    lose_nothing: tuple[str, ...] = ()


def lose_nothing(
    blocked_by: dict[frozenset[str], int], unique: dict[str, int], on: set[str]
) -> tuple[str, ...]:
    """Of the lists that are on, as many as may be off together: each set of lists that blocks something keeps one.

    `blocked_by`: by which lists queries are blocked; those that block least go first. A list without which something
    passes stays.
    """
    weight = {name: sum(count for holders, count in blocked_by.items() if name in holders) for name in on}
    off: set[str] = set()
    for name in sorted((name for name in on if not unique.get(name)), key=lambda name: (weight[name], name)):
        if not any(holders <= off | {name} for holders in blocked_by):
            off.add(name)
    return tuple(sorted(off))
