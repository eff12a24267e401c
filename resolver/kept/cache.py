# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream responses kept for their TTL (RFC 1035 section 7.4; negative ones by RFC 2308; stale ones by RFC 8767).

The key is the question without its case, and the bits that change what an upstream says. Times are monotonic seconds,
so a jump of the clock neither revives nor kills an entry.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice
from typing import NamedTuple

from resolver.upstream.question_key import QuestionKey, section_of
from wire import message, types
from wire.message import Response
from wire.response import EDE_NETWORK

TTL_MAX = 86_400  # a day: what changes is noticed by tomorrow, whatever a zone says
NEGATIVE_MAX = 3_600  # RFC 2308 section 5 advises one to three hours
NEGATIVE_WITHOUT_SOA = 5  # not cacheable by the RFC; a few seconds spare the upstream a storm of the same question
FAILURE_SECONDS = 5.0  # RFC 9520 section 3.2: at least one, at most 300
FAILURES_MAX = 10_000  # some 200 bytes each
STALE_KEEP = 86_400  # RFC 8767 section 5: one to three days; the home may choose another (`stale_seconds`)
STALE_TTL = 30  # RFC 8767 section 4
# Bytes of memory, as the kernel counts them over 30,000 names of some 30 letters, compiled and plain within a tenth.
ENTRY_COST = 900  # of an entry beside its body: its place in the table, key, tuple, what was read
RECORD_COST = 150  # the same, of each record: its TTL, and its address or name
KEPT_COST = 410  # the same beside a packet that is kept as it came


class Entry(NamedTuple):
    """One kept response; `expires` and `stored` in monotonic seconds, `cost` in bytes of memory, roughly. `again`:
    whether its question came more than once.
    """

    response: Response
    upstream: str
    stored: float
    expires: float
    cost: int
    again: bool = False


class Kept(NamedTuple):
    """An `Entry` whose packet, known to be sound, is not read yet: most answers are never asked for again."""

    packet: bytes
    upstream: str
    stored: float
    expires: float
    cost: int


def lifetime(response: Response, qtype: int) -> int:
    """Seconds for which `response` to a question for `qtype` may be given again; 0 = not at all."""
    if response.rcode not in (types.NOERROR, types.NXDOMAIN) or response.flags & types.TC:
        return 0
    ttls = response.ttls
    shortest = ttls[0][1] if len(ttls) == 1 else min([ttl for _, ttl in ttls], default=NEGATIVE_WITHOUT_SOA)
    if response.rcode == types.NXDOMAIN or not response.counts[0] or _ends_in_nothing(response, qtype):
        return min(shortest, NEGATIVE_WITHOUT_SOA if response.negative_ttl is None else NEGATIVE_MAX)
    return min(shortest, TTL_MAX)


def _ends_in_nothing(response: Response, qtype: int) -> bool:
    """Whether it is a chain of CNAMEs without what was asked for: negative, whatever the TTLs of the chain."""
    return qtype in (types.A, types.AAAA) and bool(response.chain) and not response.addresses


def cost_of(response: Response) -> int:
    """Bytes of memory that an entry takes, roughly."""
    return ENTRY_COST + len(response.body) + RECORD_COST * len(response.ttls)


class Cache:
    """A bounded table, least recently used out first; bounded by count and by bytes, since one entry may be 64 KiB."""

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        self.max_entries, self.max_bytes = max_entries, max_bytes
        self.bytes = 0
        self.stale_seconds = STALE_KEEP  # past its time, for which an entry may be given while nobody answers; 0: never
        self.entries: OrderedDict[QuestionKey, Entry | Kept] = OrderedDict()  # fresh and stale
        self._looked = 0  # how many of them `drop_over` has looked at in this round
        # Until when each is not asked again, and the extended error that tells why, or 0; oldest first.
        self.failures: dict[QuestionKey, tuple[float, int]] = {}

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, key: QuestionKey, now: float) -> Entry | None:
        """The entry under `key` if it is still fresh."""
        entry = self.entries.get(key)
        if entry is None or entry.expires <= now:
            return None
        self.entries.move_to_end(key)
        return self._asked_again(key, entry)

    def stale(self, key: QuestionKey, now: float) -> Entry | None:
        """An entry past its time, for when no upstream answers; at most `stale_seconds` past."""
        entry = self.entries.get(key)
        if entry is None or entry.expires + self.stale_seconds <= now:
            return None
        return self._asked_again(key, entry)

    def put(self, key: QuestionKey, response: Response, upstream: str, now: float) -> Entry | None:
        """Keep `response` if it may be kept; returns its entry."""
        self.failures.pop(key, None)
        seconds = lifetime(response, int.from_bytes(key[-5:-3], "big"))
        if seconds <= 0:
            return None
        entry = Entry(response, upstream, now, now + seconds, cost_of(response), again=key in self.entries)
        self._add(key, entry)
        return entry

    def forget(self) -> None:
        """Begin anew: what is here was believed for another reason than holds now."""
        self.entries.clear()
        self.failures.clear()
        self.bytes = 0

    def fail(self, key: QuestionKey, now: float, why: int = 0) -> None:
        """No upstream could answer, or none whose signatures hold; not asked again for a while (RFC 9520). `why`: an
        extended error, if there is one to tell.

        Of what is bogus now, no old answer is given either.
        """
        self.failures.pop(key, None)
        if why not in (0, EDE_NETWORK) and key in self.entries and self.entries[key].expires <= now:
            self.bytes -= self.entries.pop(key)[4]
        if len(self.failures) >= FAILURES_MAX:
            del self.failures[next(iter(self.failures))]
        self.failures[key] = now + FAILURE_SECONDS, why

    def failed(self, key: QuestionKey, now: float) -> bool:
        """Whether that was just now."""
        failure = self.failures.get(key)
        if failure is not None and failure[0] <= now:
            del self.failures[key]
            failure = None
        return failure is not None

    def keep(self, key: QuestionKey, packet: bytes, upstream: str, now: float, seconds: int) -> None:
        """Keep an upstream's packet that is known to be sound and to be good for `seconds`, at least one."""
        cost = KEPT_COST + len(packet)
        self._add(key, tuple.__new__(Kept, (packet, upstream, now, now + min(seconds, TTL_MAX), cost)))

    def once_asked(self) -> int:
        """How many entries were never asked for again."""
        return sum(map(_is_once_asked, self.entries.values()))

    def drop_once_asked(self, most: int, keep: int) -> bool:
        """Drop up to `most` of those, the oldest first, and leave `keep`; whether there are more."""
        keys = [key for key, entry in self.entries.items() if _is_once_asked(entry)]
        for key in (going := keys[: min(most, max(0, len(keys) - keep))]):
            self.bytes -= self.entries.pop(key)[4]
        return len(keys) - len(going) > keep

    def drop_over(self, now: float, most: int) -> None:
        """Look at the next `most`, and drop those that nobody may have any more, stale or not; after the last comes the
        first again.
        """
        entries = self.entries
        first = self._looked if self._looked < len(entries) else 0
        keys = list(islice(dict.__iter__(entries), first, first + most))  # in any order: that of use takes much longer
        over = [key for key in keys if entries[key].expires + self.stale_seconds <= now]
        for key in over:
            self.bytes -= entries.pop(key)[4]
        self._looked = first + most - len(over) if len(keys) == most else 0

    def compact(self) -> None:
        """Put what is left together, so that the memory of what went is given back in one piece."""
        self.entries = OrderedDict(
            (b"".join((key[:1], key[1:])), _copied(entry) if isinstance(entry, Kept) else entry)
            for key, entry in self.entries.items()
        )

    def _add(self, key: QuestionKey, entry: Entry | Kept) -> None:
        entries = self.entries
        if key in entries:
            self.bytes -= entries.pop(key)[4]
        entries[key] = entry
        self.bytes += entry[4]
        if len(entries) > self.max_entries or self.bytes > self.max_bytes:
            self._trim()

    def _trim(self) -> None:
        while len(self.entries) > self.max_entries or self.bytes > self.max_bytes:
            self.bytes -= self.entries.popitem(last=False)[1][4]

    def _asked_again(self, key: QuestionKey, entry: Entry | Kept) -> Entry:
        """The entry, marked as such; it is read where it is asked for the second time."""
        if isinstance(entry, Kept):
            return self._read(key, entry)
        if not entry.again:
            entry = self.entries[key] = entry._replace(again=True)
        return entry

    def _read(self, key: QuestionKey, kept: Kept) -> Entry:
        """Make an entry of what was kept, in its place."""
        packet, upstream, stored, expires, cost = kept
        response = message.parse_response(packet, section_of(key))
        entry = self.entries[key] = Entry(response, upstream, stored, expires, cost_of(response), again=True)
        self.bytes += entry.cost - cost
        self._trim()
        return entry


def _is_once_asked(entry: Entry | Kept) -> bool:
    return isinstance(entry, Kept) or not entry.again


def _copied(entry: Kept) -> Kept:
    """The same in other memory."""
    packet = b"".join((entry.packet[:1], entry.packet[1:]))
    return Kept(packet, entry.upstream, entry.stored + 0.0, entry.expires + 0.0, entry.cost)
