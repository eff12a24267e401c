# SPDX-License-Identifier: GPL-3.0-or-later
"""Every number against a naive count in Python over the same rows."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from statistics import fmean, median_low

import counted
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import ToldFacts

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.values import Summary
from store.log.writer import Writer
from store.names.purpose import Kind, Purpose
from store.stats.sqlite_reader import SqliteReader
from store.sums.counts import rounded

NOW = 1_790_000_000_000_000
COMPANY = {"a.example": "Acme", "b.example": "Acme", "c.example": "Other"}
FACTS = ToldFacts(COMPANY.get, {"a.example": Purpose.ADS, "b.example": Purpose.PUSH, "d.example": Purpose.CRASH}.get)
DEVICE = {"10.0.0.2": 1, "10.0.0.3": 2, "fd00::2": 1}
CLIENTS = [*DEVICE, "10.0.0.9"]

Seen = tuple[int, str, Key, int]
"""(time, client, key, duration)"""

KEYS = st.builds(
    Key, st.sampled_from([*COMPANY, "d.example"]), st.sampled_from([1, 28]), st.sampled_from(list(Verdict)),
    st.sampled_from(list(Origin)), st.sampled_from(["", "ads", "pack:acme"]), st.just(""), st.just(0), st.just(""),
    st.just(""), st.integers(0, 5), st.integers(0, 12),
)  # fmt: skip
SEEN = st.lists(
    st.tuples(st.integers(NOW, NOW + 1000), st.sampled_from(CLIENTS), KEYS, st.integers(0, 5000)),
    max_size=25, unique_by=lambda seen: seen[0],
)  # fmt: skip
RANGES = st.tuples(st.integers(NOW - 10, NOW + 1010), st.integers(NOW - 10, NOW + 1010)).map(sorted)


def _log(seen: list[Seen]) -> sqlite3.Connection:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    writer = Writer(log, FACTS, lambda: NOW)
    for at, client, key, took in seen:
        writer.add(Batch(1, 0, 0, [client], [key], [(at, 0, 0, took)]), DEVICE.get)
    writer.commit()
    querylog.copy_names(log, {1: "Phone"}, {"ads": "Ads"})
    return log


def _within(seen: list[Seen], start: int, end: int, device: int | None) -> list[Seen]:
    return [one for one in seen if start <= one[0] < end and (device is None or DEVICE.get(one[1]) == device)]


@settings(max_examples=examples(50))
@given(SEEN, RANGES, st.sampled_from([None, 1, 2, 7]))
def test_the_summary_counts_what_is_there(seen: list[Seen], span: list[int], device: int | None) -> None:
    log, found = _log(seen), _within(seen, *span, device)
    verdicts = Counter(key.verdict for _, _, key, _ in found)
    took = [duration for *_, duration in found]
    summary = counted.summary(log, *span, device)
    for kind, counts in ((Kind.TRACKING, summary.tracking), (Kind.USE, summary.use), (Kind.UNKNOWN, summary.unknown)):
        ours = [key for _, _, key, _ in found if FACTS.of(key.name).kind is kind]
        assert counts.queries == len(ours)
        assert counts.blocked == sum(key.verdict == Verdict.BLOCK for key in ours)
        assert counts.companies == len({COMPANY[key.name] for key in ours if key.name in COMPANY})
    assert summary == Summary(
        queries=len(found),
        passed=verdicts[Verdict.PASS],
        blocked=verdicts[Verdict.BLOCK],
        allowed=verdicts[Verdict.ALLOW],
        local=verdicts[Verdict.LOCAL],
        refused=verdicts[Verdict.REFUSE],
        names=len({key.name for _, _, key, _ in found}),
        clients=len({client for _, client, _, _ in found}),
        devices=len({DEVICE[client] for _, client, _, _ in found if client in DEVICE}),
        companies=len({COMPANY[key.name] for _, _, key, _ in found if key.name in COMPANY}),
        dropped=0,
        cached=sum(key.origin in (Origin.MEMO, Origin.CACHE, Origin.STALE) for _, _, key, _ in found),
        median_ms=rounded(median_low(took)) / 1000 if took else None,
        average_ms=pytest.approx(fmean(took) / 1000) if took else None,  # type: ignore[arg-type]
        lookups=summary.tracking.lookups + summary.use.lookups + summary.unknown.lookups,
        tracking=summary.tracking,
        use=summary.use,
        unknown=summary.unknown,
    )
    log.close()


@settings(max_examples=examples(50))
@given(SEEN, RANGES, st.integers(1, 400), st.sampled_from([None, 1, 7]))
def test_the_timeline_has_every_step_and_every_query(
    seen: list[Seen], span: list[int], step: int, device: int | None
) -> None:
    log, found = _log(seen), _within(seen, *span, device)
    timeline = counted.timeline(log, *span, step, device)
    assert [bucket.time_us for bucket in timeline] == list(range(*span, step))
    for bucket in timeline:
        inside = Counter(key.verdict for at, _, key, _ in found if bucket.time_us <= at < bucket.time_us + step)
        assert bucket.passed == inside[Verdict.PASS] + inside[Verdict.ALLOW]
        assert bucket.blocked == inside[Verdict.BLOCK]
        assert bucket.other == inside[Verdict.LOCAL] + inside[Verdict.REFUSE]
    log.close()


KEY_OF = {
    "names": lambda client, key: key.name,
    "companies": lambda client, key: COMPANY.get(key.name),
    "devices": lambda client, key: DEVICE.get(client),
    "lists": lambda client, key: key.blocklist,
}


@settings(max_examples=examples(80))
@given(SEEN, RANGES, st.sampled_from(list(KEY_OF)), st.sampled_from([None, *Verdict]), st.sampled_from([None, 1]))
def test_the_top_counts_what_is_there(
    seen: list[Seen], span: list[int], of: str, verdict: int | None, device: int | None
) -> None:
    log = _log(seen)
    groups: dict[tuple[str | int | None, str | None], list[Seen]] = {}
    for one in _within(seen, *span, device):
        key = KEY_OF[of](one[1], one[2])
        if key != "" and verdict in (None, one[2].verdict):
            kind = FACTS.of(one[2].name).kind.word if of in ("names", "companies") else None
            groups.setdefault((key, kind), []).append(one)
    found = counted.top(log, of, *span, verdict, device, limit=100)
    assert {(top.key, top.kind, top.queries, top.blocked, top.last_us) for top in found} == {
        (*key, len(ones), sum(one[2].verdict == Verdict.BLOCK for one in ones), max(one[0] for one in ones))
        for key, ones in groups.items()
    }
    counts = [top.lookups if of == "companies" else top.queries for top in found]
    assert counts == sorted(counts, reverse=True)
    assert counted.top(log, of, *span, verdict, device, limit=2) == found[:2]
    log.close()


@pytest.fixture
def home() -> Iterator[sqlite3.Connection]:
    blocked = Key("a.example", 1, Verdict.BLOCK, Origin.SELF, "ads", "a.example", 0, "")
    log = _log([
        (NOW, "10.0.0.2", blocked, 5), (NOW + 1, "10.0.0.3", blocked._replace(blocklist="pack:acme"), 5),
        (NOW + 2, "10.0.0.9", blocked._replace(name="d.example"), 5), (NOW + 9, "fd00::2", blocked, 5),
    ])  # fmt: skip
    yield log
    log.close()


def test_labels_are_what_a_person_reads(home: sqlite3.Connection) -> None:
    def labels(of: str) -> set[str]:
        return {top.label for top in counted.top(home, of, 0, 2 * NOW)}

    assert labels("devices") == {"Phone", "10.0.0.3", "unknown"}
    assert labels("companies") == {"Acme", "unknown"}
    assert labels("lists") == {"Ads", "pack:acme"}


def test_what_was_dropped_is_shown(home: sqlite3.Connection) -> None:
    writer = Writer(home, FACTS, lambda: NOW + 5)
    writer.add(Batch(3, 7, 1, [], [], []), DEVICE.get)
    writer.drop(2)
    writer.commit()
    assert counted.summary(home, NOW, NOW + 100).dropped == 9
    assert counted.summary(home, NOW, NOW + 5).dropped == 0


def test_when_devices_were_seen(home: sqlite3.Connection) -> None:
    assert SqliteReader(home).devices_seen() == {1: (NOW, NOW + 9), 2: (NOW + 1, NOW + 1)}


def test_what_cannot_be_asked_is_refused(home: sqlite3.Connection) -> None:
    for step, end in ((0, NOW + 5), (-1, NOW + 5), (1, NOW - 1), (1, NOW + 10_000_000)):
        with pytest.raises(ValueError, match="timeline"):
            counted.timeline(home, NOW, end, step)
    with pytest.raises(ValueError, match="names, companies"):
        counted.top(home, "names; --", 0, NOW)


@settings(max_examples=examples(50))
@given(SEEN, RANGES)
def test_each_device_reports_most_to_its_first_known_company(seen: list[Seen], span: list[int]) -> None:
    log = _log(seen)
    with SqliteReader(log).counts(*span) as counts:
        found = counts.reporters()
    for device in (1, 2, 7):
        with SqliteReader(log).counts(*span, device) as counts:
            tops = [top for top in counts.top("companies", kind="tracking") if top.lookups]
            tracking = counts.summary().tracking
        assert (device in found) == bool(tracking.lookups)
        if device in found:
            every, most = found[device].all, found[device].most
            assert (every.lookups, every.blocked) == (tracking.lookups, tracking.lookups_blocked)
            first = next((top for top in tops if top.key is not None), None)
            assert (first is None) == (most is None)
            if first is not None and most is not None:
                assert (most.company, most.lookups, most.blocked) == (first.label, first.lookups, first.lookups_blocked)
    log.close()


@settings(max_examples=examples(50))
@given(SEEN, RANGES, st.sets(st.sampled_from([1, 2, 7])))
def test_the_busiest_pair_is_the_first_of_all_reporters(seen: list[Seen], span: list[int], among: set[int]) -> None:
    log = _log(seen)
    with SqliteReader(log).counts(*span) as counts:
        known = {device: reports.most for device, reports in counts.reporters().items()
                 if device in among and reports.most is not None}  # fmt: skip
        first = max(known, key=lambda device: (known[device].lookups, -device), default=None)
        assert counts.busiest(among) == (None if first is None else (first, known[first]))
    log.close()


@settings(max_examples=examples(50))
@given(SEEN, RANGES, st.sampled_from([None, 1]), st.permutations(["names", "companies", "devices", "lists", "sum"]))
def test_numbers_read_together_are_those_read_alone(
    seen: list[Seen], span: list[int], device: int | None, order: list[str]
) -> None:
    log = _log(seen)
    tops = {of: counted.top(log, of, *span, device=device) for of in order if of != "sum"}
    total, line = counted.summary(log, *span, device), counted.timeline(log, *span, 300, device)
    with SqliteReader(log).counts(*span, device) as counts:
        for of in order:
            assert counts.summary() == total if of == "sum" else counts.top(of) == tops[of]
            assert counts.timeline(300) == line
    log.close()
