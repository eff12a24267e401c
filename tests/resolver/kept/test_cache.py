# SPDX-License-Identifier: GPL-3.0-or-later
"""The cache: bounds by count and by bytes, and lifetimes by the RFCs."""

from __future__ import annotations

import tracemalloc
from typing import Any

import dns.message
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from resolver.kept import cache as module
from resolver.kept.cache import (
    FAILURE_SECONDS,
    NEGATIVE_MAX,
    NEGATIVE_WITHOUT_SOA,
    STALE_KEEP,
    TTL_MAX,
    Cache,
    Entry,
    cost_of,
    lifetime,
)
from resolver.upstream.question_key import QuestionKey, key_of
from wire import message, types
from wire.message import Response, parse_question


def held(
    ttl: int = 60, size: int = 40, rcode: int = 0, counts: tuple[int, int, int] = (1, 0, 0), **more: Any
) -> Response:
    return Response(types.QR | rcode, bytes(size), counts, [(6, ttl)], **more)


def key(number: int) -> QuestionKey:
    return b"\1%c\0\0\1\0\1\0" % number


def told(entry: Entry | None) -> tuple[object, ...] | None:
    """All of it but whether it was asked for again."""
    return entry and entry._replace(again=True)


class CacheMachine(RuleBasedStateMachine):
    """Whatever is put and asked in whatever order: the bounds hold, and nothing is given past its time."""

    def __init__(self) -> None:
        super().__init__()
        self.cache = Cache(5, 4000)
        self.model: dict[QuestionKey, Entry] = {}
        self.now = 1000.0

    @rule(number=st.integers(65, 75), ttl=st.integers(0, 100), size=st.integers(0, 5000))
    def put(self, number: int, ttl: int, size: int) -> None:
        entry = self.cache.put(key(number), held(ttl, size), "upstream", self.now)
        assert (entry is None) == (ttl == 0)
        if entry is not None:
            self.model[key(number)] = entry

    @rule(number=st.integers(65, 75), ttl=st.integers(1, 100), size=st.integers(0, 60))
    def keep(self, number: int, ttl: int, size: int) -> None:
        answers = b"".join(b"\xc0\x0c" + message.RECORD.pack(1, 1, ttl, 4) + bytes(4) for _ in range(size + 1))
        packet = message.HEADER.pack(7, 0x8180, 1, size + 1, 0, 0) + key(number)[:-1] + answers
        self.cache.keep(key(number), packet, "upstream", self.now, ttl)
        read = message.parse_response(packet, key(number)[:-1])
        self.model[key(number)] = Entry(read, "upstream", self.now, self.now + ttl, cost_of(read))

    @rule(number=st.integers(65, 75))
    def get(self, number: int) -> None:
        fresh = self.cache.get(key(number), self.now)
        if fresh is not None:
            assert told(fresh) == told(self.model[key(number)]) and fresh.again and fresh.expires > self.now
        stale = self.cache.stale(key(number), self.now)
        if stale is not None:
            assert told(stale) == told(self.model[key(number)]) and stale.expires + STALE_KEEP > self.now

    @rule(number=st.integers(65, 75), ttl=st.integers(1, 100))
    def what_was_just_put_is_there(self, number: int, ttl: int) -> None:
        self.put(number, ttl, 100)
        assert told(self.cache.get(key(number), self.now)) == told(self.model[key(number)])

    @rule(number=st.integers(65, 75), why=st.sampled_from([0, 6, 23]))
    def fail(self, number: int, why: int) -> None:
        kept = key(number) in self.cache.entries
        self.cache.fail(key(number), self.now, why)
        if why != 6:
            assert (key(number) in self.cache.entries) == kept, "nobody answers: what was true is still told"

    @rule(seconds=st.one_of(st.integers(0, 120), st.just(STALE_KEEP)))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule(entries=st.integers(0, 8), size=st.integers(0, 8000))
    def settings_change(self, entries: int, size: int) -> None:
        self.cache.max_entries, self.cache.max_bytes = entries, size
        self.put(65, 60, 10)
        self.cache.max_entries, self.cache.max_bytes = max(entries, 2), max(size, 4000)

    @invariant()
    def bounds_hold(self) -> None:
        assert len(self.cache) <= self.cache.max_entries
        assert 0 <= self.cache.bytes <= self.cache.max_bytes
        assert self.cache.bytes == sum(entry.cost for entry in self.cache.entries.values())


TestCache = CacheMachine.TestCase
TestCache.settings = settings(max_examples=examples(40), stateful_step_count=30)


def test_the_least_recently_used_goes_first() -> None:
    cache = Cache(2, 1 << 20)
    for number in (65, 66):
        cache.put(key(number), held(), "", 0.0)
    assert cache.get(key(65), 1.0) is not None
    cache.put(key(67), held(), "", 1.0)
    assert cache.get(key(66), 1.0) is None and cache.get(key(65), 1.0) is not None


def test_a_cache_of_nothing_keeps_nothing() -> None:
    cache = Cache(0, 1 << 20)
    cache.put(key(65), held(), "", 0.0)
    assert len(cache) == cache.bytes == 0


@pytest.mark.parametrize(
    ("response", "seconds"),
    [
        (held(300), 300),
        (held(message.MAX_TTL), TTL_MAX),
        (held(0), 0),
        (Response(0, b"", (2, 0, 0), [(6, 300), (22, 7)]), 7),
        (held(60, rcode=types.NXDOMAIN, counts=(0, 1, 0), negative_ttl=60), 60),
        (held(86400, rcode=types.NXDOMAIN, counts=(0, 1, 0), negative_ttl=86400), NEGATIVE_MAX),
        (held(60, counts=(0, 1, 0), negative_ttl=60), 60),
        (Response(types.NXDOMAIN, b"", (0, 0, 0)), NEGATIVE_WITHOUT_SOA),
        (Response(0, b"", (0, 0, 0)), NEGATIVE_WITHOUT_SOA),
        (held(300, rcode=types.SERVFAIL), 0),
        (held(300, rcode=types.REFUSED), 0),
        (Response(types.TC, b"", (1, 0, 0), [(6, 300)]), 0),
        # An alias that leads to a name without data, or to none: the alias's own TTL and the SOA's both hold.
        (Response(0, b"", (1, 1, 0), [(6, 86400), (40, 30)], chain=["x.test"], negative_ttl=30), 30),
        (Response(types.NXDOMAIN, b"", (1, 1, 0), [(6, 5), (40, 3000)], chain=["x.test"], negative_ttl=3000), 5),
        (Response(0, b"", (1, 0, 0), [(6, 3600)], chain=["x.test"]), NEGATIVE_WITHOUT_SOA),
        (Response(0, b"", (2, 0, 0), [(6, 3600), (40, 600)], chain=["x.test"], addresses=[b"\1\2\3\4"]), 600),
    ],
)
def test_an_answer_lives_as_long_as_the_rfcs_say(response: Response, seconds: int) -> None:
    assert lifetime(response, 1) == seconds
    cache = Cache(10, 1 << 20)
    cache.put(key(65), response, "", 100.0)
    assert (cache.get(key(65), 100.0 + seconds - 0.5) is not None) is bool(seconds)
    assert cache.get(key(65), 100.0 + seconds) is None


def test_a_failure_does_not_drive_out_the_last_good_answer() -> None:
    cache = Cache(10, 1 << 20)
    good = cache.put(key(65), held(10), "", 0.0)
    cache.put(key(65), held(10, rcode=types.SERVFAIL), "", 20.0)
    assert cache.get(key(65), 20.0) is None and told(cache.stale(key(65), 20.0)) == told(good)
    assert cache.stale(key(65), 10.0 + STALE_KEEP) is None


def test_what_failed_is_not_asked_again_for_a_while_and_a_good_answer_ends_that() -> None:
    cache = Cache(10, 1 << 20)
    assert not cache.failed(key(65), 0.0)
    cache.fail(key(65), 0.0)
    assert cache.failed(key(65), FAILURE_SECONDS - 0.1) and not cache.failed(key(66), 0.0)
    assert not cache.failed(key(65), FAILURE_SECONDS) and not cache.failures
    cache.fail(key(65), 10.0)
    cache.put(key(65), held(10), "", 10.0)
    assert not cache.failed(key(65), 10.0)


def test_what_is_bogus_now_has_no_old_answer_while_a_fresh_one_stays() -> None:
    cache = Cache(10, 1 << 20)
    fresh = cache.put(key(65), held(100), "", 0.0)
    cache.put(key(66), held(10), "", 0.0)
    cache.fail(key(65), 20.0, 6)
    cache.fail(key(66), 20.0, 6)
    assert told(cache.get(key(65), 20.0)) == told(fresh) and cache.stale(key(66), 20.0) is None
    assert cache.bytes == sum(entry.cost for entry in cache.entries.values())
    assert cache.failed(key(66), 20.0)


def test_failures_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FAILURES_MAX", 3)
    cache = Cache(10, 1 << 20)
    for number in range(65, 75):
        cache.fail(key(number), 0.0)
    assert [cache.failed(key(number), 0.0) for number in (65, 71, 72, 74)] == [False, False, True, True]


def test_the_key_is_the_question_without_its_case_and_with_what_changes_the_answer() -> None:
    def asked(name: str = "a.test", rdtype: str = "A", flags: int = types.RD, do: bool = False) -> QuestionKey:
        query = dns.message.make_query(name, rdtype, use_edns=0, want_dnssec=do, flags=flags)
        return key_of(parse_question(query.to_wire()))

    assert asked("A.tEsT") == asked("a.test", flags=0)
    different = [asked(), asked("b.test"), asked(rdtype="AAAA"), asked(flags=types.RD | types.CD), asked(do=True)]
    assert len(set(different)) == len(different)


def test_of_all_kinds_of_answers_those_go_that_nobody_asked_for_again() -> None:
    """A storm is of names that there are not as often as of others."""
    cache = Cache(100, 1 << 20)
    for number in range(65, 75):
        cache.put(key(number), held(10, rcode=types.NXDOMAIN, negative_ttl=10), "", 0.0)
    assert cache.get(key(70), 5.0) and cache.stale(key(71), 20.0)
    cache.put(key(72), held(10), "", 20.0)  # its time was over, and somebody asked
    assert cache.once_asked() == 7
    assert not cache.drop_once_asked(100, 2)
    assert list(cache.entries) == [key(number) for number in (71, 73, 74, 70, 72)]
    assert cache.once_asked() == 2
    assert cache.bytes == sum(entry.cost for entry in cache.entries.values())


def test_what_nobody_may_have_any_more_goes_and_nothing_else() -> None:
    cache = Cache(100, 1 << 20)
    cache.put(key(65), held(86_400), "", 65.0)
    for number in range(66, 70):
        cache.put(key(number), held(10), "", float(number))
    cache.keep(key(70), bytes(30), "", 70.0, 10)
    assert cache.get(key(66), 70.0), "asked for since"
    cache.drop_over(66.0 + 10 + STALE_KEEP - 0.5, 100)
    assert len(cache.entries) == 6
    cache.drop_over(67.0 + 10 + STALE_KEEP, 100)
    assert list(cache.entries) == [key(number) for number in (65, 68, 69, 70)], "whatever was asked for before it"
    cache.stale_seconds = 0
    cache.drop_over(90.0, 100)
    assert list(cache.entries) == [key(65)] and cache.bytes == cache.entries[key(65)].cost
    cache.drop_over(65.0 + 86_400, 100)
    assert not cache.entries and cache.bytes == 0
    cache.drop_over(90.0, 100)


def test_so_many_are_looked_at_in_a_step_and_all_in_the_end() -> None:
    cache = Cache(100, 1 << 20)
    for number in range(65, 75):
        cache.put(key(number), held(10 if number % 2 else 500), "", 0.0)
    left = []
    for _ in range(4):
        cache.drop_over(10.0 + STALE_KEEP, 3)
        left.append(len(cache.entries))
    assert left == [8, 7, 5, 5] and all(entry.expires == 500.0 for entry in cache.entries.values())
    cache.put(key(80), held(10), "", 0.0)
    for _ in range(2):
        cache.drop_over(10.0 + STALE_KEEP, 3)
    assert key(80) not in cache.entries, "the next round"


@given(st.lists(st.tuples(st.integers(65, 90), st.integers(1, 60)), max_size=60), st.integers(1, 7), st.integers(0, 99))
def test_whatever_is_there_a_round_drops_all_that_is_over(puts: list[tuple[int, int]], most: int, now: int) -> None:
    cache = Cache(20, 1 << 20)
    cache.stale_seconds = 0
    for number, ttl in puts:
        cache.put(key(number), held(ttl), "", 0.0)
    left = [each for each, entry in cache.entries.items() if entry.expires > now]
    for _ in range(len(cache.entries) // most + 1):
        cache.drop_over(now, most)
    assert list(cache.entries) == left and cache.bytes == sum(entry.cost for entry in cache.entries.values())


@pytest.mark.parametrize(("records", "is_read"), [(1, False), (1, True), (4, False), (4, True)])
def test_what_is_told_of_its_memory_is_about_what_it_takes(records: int, is_read: bool) -> None:
    cache, names = Cache(10_000, 1 << 30), 2_000
    head, record = message.HEADER.pack(7, 0x8180, 1, records, 0, 0), b"\xc0\x0c" + message.RECORD.pack(1, 1, 300, 4)
    answers = b"".join(record + bytes([10, 0, 0, number]) for number in range(records))
    tracemalloc.start()
    try:
        for number in range(names):
            asked = b"\x1eabcdefghijklmnopqrstuvwxyz%04d\0\0\1\0\1" % number
            cache.keep(asked + b"\0", head + asked + answers, "", number + 0.5, 300)
            assert not is_read or cache.get(asked + b"\0", number)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 0.7 < cache.bytes / taken < 1.3
