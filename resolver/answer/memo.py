# SPDX-License-Identifier: GPL-3.0-or-later
"""Memos: finished responses under the bytes of their query, how they grow old, and the memory that all take."""

from __future__ import annotations

from typing import NamedTuple

from resolver.kept.cache import Entry
from resolver.upstream.timeouts import SECOND_NS
from store.log.records import Key, Origin, Outcome, RowKey, row_key
from wire.message import Question

MEMO_BYTES = 16 << 20  # of all policies together
MEMO_COST = 400  # bytes that an entry takes beside its query and its response
AGING_COST = 150  # the same beside that, where it grows old
SHARED_MAX = 1_000  # outcomes that memos share, some 200 bytes each; a home has dozens
_NO_TTLS: list[tuple[int, int]] = []

_MEMO, _ORIGIN = int(Origin.MEMO), Key._fields.index("origin")
_shared: dict[Outcome, Outcome] = {}


class Aging(NamedTuple):
    """How a memo of an upstream's response grows old: its TTLs go down each second, until it has expired."""

    ttls: list[tuple[int, int]]  # as the cache's entry has them: (offset, seconds as of `stored_ns`)
    start: int  # from where in the response less its id those offsets count
    stored_ns: int
    expires_ns: int


# The response less its id; monotonic ns until which it holds as it is; for the record; how it goes on after that.
MemoEntry = tuple[bytes, int, RowKey, Aging | None]


class MemoSpace:
    """The memory that the memos of one snapshot take together, in bytes."""

    def __init__(self, limit: int = MEMO_BYTES) -> None:
        self.limit, self.used = limit, 0
        self._memos: list[dict[bytes, MemoEntry]] = []

    def memo(self) -> dict[bytes, MemoEntry]:
        """A memo that counts."""
        self._memos.append(made := dict[bytes, MemoEntry]())
        return made

    def take(self, size: int) -> None:
        """Count what is about to be remembered; where it is too much, all begin anew."""
        if self.used + size > self.limit:
            for memo in self._memos:
                memo.clear()
            self.used = 0
        self.used += size

    def forget(self) -> None:
        """Remember nothing any more."""
        self.take(self.limit + 1)
        self.used = 0

    def drop_over(self, now_ns: int) -> None:
        """Forget what has had its time and was not asked for since: whoever asks would find out and ask anew."""
        for memo in self._memos:
            for query in [query for query, entry in memo.items() if _ends_ns(entry) <= now_ns]:
                self.used -= cost(query, memo.pop(query))


def memo_of(packet: bytes, question: Question, key: Key, until: float, entry: Entry | None) -> MemoEntry:
    """The memo of a response just sent; one with an entry behind it is due for `Seat.renew` at once."""
    noted = _as_noted(key)
    if entry is None:
        return packet[2:], int(until * SECOND_NS), noted, None
    ttls = _NO_TTLS if packet[2] & 0x02 else entry.response.ttls  # cut off: none
    start = 10 + len(question.section)
    return packet[2:], 0, noted, Aging(ttls, start, int(entry.stored * SECOND_NS), int(entry.expires * SECOND_NS))


def _as_noted(key: Key) -> RowKey:
    """The key of whoever is answered from the memo, with an outcome that all memos share: it takes no memory of its
    own, and to tell which rows have the same one is to look where it lies."""
    name, rule, outcome = row_key(Key._make((*key[:_ORIGIN], _MEMO, *key[_ORIGIN + 1 :])))
    if len(_shared) >= SHARED_MAX:
        _shared.clear()
    return RowKey(name, rule, _shared.setdefault(outcome, outcome))


def _ends_ns(entry: MemoEntry) -> int:
    return entry[1] if entry[3] is None else entry[3].expires_ns


def cost(query: bytes, entry: MemoEntry) -> int:
    """Bytes of memory that an entry takes, roughly."""
    return MEMO_COST + len(query) + len(entry[0]) + (0 if entry[3] is None else AGING_COST)
