# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change would have done, as values: the shape of the API, the page and the command. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from store.base.sentences import SentenceText


@dataclass(frozen=True, slots=True)
class OfDevice:
    """`device` None: no device was known; then `name` is the address."""

    device: int | None = None
    name: str = ""
    queries: int = 0
    names: int = 0


@dataclass(frozen=True, slots=True)
class OfCompany:
    """`company` None: nobody knows whose."""

    company: str | None = None
    queries: int = 0
    names: int = 0


@dataclass(frozen=True, slots=True)
class Direction:
    """What is blocked by one policy and not by the other: counts of queries, of different names, of who asked."""

    queries: int = 0
    names: int = 0
    devices: int = 0
    by_device: tuple[OfDevice, ...] = ()
    by_company: tuple[OfCompany, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedName:
    """A name that is judged otherwise for somebody. `queries`: all of it in the range; `before`, `after`: how many of
    those are blocked by today's policy, and by the changed one; `devices`: how many would notice.
    """

    name: str = ""
    company: str | None = None
    queries: int = 0
    before: int = 0
    after: int = 0
    devices: int = 0


@dataclass(frozen=True, slots=True)
class Warned:
    """Why somebody might miss a name: kind `used`, `service`, `breaks` or `essential`, and a sentence.

    Kind `same`, without a name: the changes are none.
    """

    kind: str = ""
    name: str = ""
    sentence: SentenceText = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """`queries`: all in the range; `unjudged`: those among them without a name, which count as they were.

    `names`: those that the household uses most first, `names_left_out`: how many more there are. `from_us`, `to_us`:
    the range, half open, µs since 1970; `first_us`, `last_us`: where in it the log has records, 0 for none.
    """

    from_us: int = 0
    to_us: int = 0
    first_us: int = 0
    last_us: int = 0
    queries: int = 0
    unjudged: int = 0
    more: Direction = Direction()
    less: Direction = Direction()
    names: tuple[ChangedName, ...] = ()
    names_left_out: int = 0
    warnings: tuple[Warned, ...] = ()


