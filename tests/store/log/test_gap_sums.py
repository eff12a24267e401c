# SPDX-License-Identifier: GPL-3.0-or-later
"""The running hour is remembered, and whatever happens to the log the numbers are those of its records."""

import random
import sqlite3
from collections.abc import Iterator

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import ToldFacts

from store.log import gap_sums, querylog, retention
from store.log.batches import Batch
from store.log.gap_sums import GapMemory
from store.log.records import Key
from store.log.rollup_tables import DAY_US, HOUR_US, MINUTE_US
from store.log.writer import Writer
from store.names.purpose import Purpose
from store.stats import summary
from store.stats.sqlite_reader import SqliteReader

pytestmark = pytest.mark.database

HOUR = 20_000 * DAY_US + 9 * HOUR_US
COMPANIES = {f"n{number}.example": f"Company {number % 3}" for number in range(0, 12, 2)}
PURPOSES = {f"n{number}.example": Purpose.ADS for number in range(0, 12, 4)}
FACTS = ToldFacts(COMPANIES.get, PURPOSES.get)
CLIENTS = ["10.0.0.2", "10.0.0.3", "fd00::2"]
DEVICE = {"10.0.0.2": 1, "10.0.0.3": 2, "fd00::2": 1}
KEYS = [Key(f"n{number % 12}.example", (1, 28, 16)[number % 3], number % 5, 0, "", "", number % 4, "")
        for number in range(60)]  # fmt: skip


def _new_log() -> sqlite3.Connection:
    log = sqlite3.connect(":memory:", isolation_level=None)
    log.execute("PRAGMA auto_vacuum = INCREMENTAL")
    querylog.migrate(log)
    return log


@pytest.fixture
def log() -> Iterator[sqlite3.Connection]:
    log = _new_log()
    yield log
    log.close()


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> GapMemory:
    memory = GapMemory()
    monkeypatch.setattr(summary, "_MEMORY", memory)
    return memory


def _write(writer: Writer, seed: int, count: int, begin: int, end: int) -> None:
    chance = random.Random(seed)
    rows = [(chance.randrange(begin, end), chance.randrange(len(CLIENTS)), chance.randrange(len(KEYS)),
             chance.randrange(50_000)) for _ in range(count)]  # fmt: skip
    writer.add(Batch(1, 0, 0, CLIENTS, KEYS, rows), DEVICE.get)
    writer.commit()


def _numbers(log: sqlite3.Connection, device: int | None, begin: int, end: int) -> list[object]:
    with SqliteReader(log).counts(begin, end, device) as counts:
        return [
            counts.summary(), counts.timeline(MINUTE_US), counts.timeline(7 * MINUTE_US + 11), counts.hours(),
            counts.tracking_pairs(), counts.reporters(), counts.busiest([1, 2]), counts.company("Company 0"),
            *(counts.top(of, verdict) for of in ("names", "companies", "devices", "lists") for verdict in (None, 1)),
        ]  # fmt: skip


def _same_as_records(log: sqlite3.Connection, begin: int = HOUR + 90_000_017, end: int = HOUR + 2 * HOUR_US) -> None:
    for device in (None, 1):
        remembered = _numbers(log, device, begin, end)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(summary, "_MEMORY", None)
            assert remembered == _numbers(log, device, begin, end)


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("go on"), st.integers(1, 20)),
        st.tuples(st.just("late"), st.integers(0, 59)),
        st.tuples(st.just("clear"), st.integers(0, 59)),
        st.tuples(st.just("merge"), st.just(0)),
        st.tuples(st.just("facts"), st.integers(0, 2)),
        st.tuples(st.just("purge"), st.just(0)),
    ),
    min_size=2, max_size=7,
)  # fmt: skip


@settings(max_examples=examples(15))
@given(ACTIONS)
def test_whatever_happens_to_the_log_numbers_are_those_of_its_records(actions: list[tuple[str, int]]) -> None:
    log, at = _new_log(), HOUR + 20 * MINUTE_US
    writer = Writer(log, FACTS, lambda: at)
    _write(writer, 0, 120, HOUR, at)
    _same_as_records(log)
    for number, (action, value) in enumerate(actions, 1):
        match action:
            case "go on":
                _write(writer, number, 30, at, at + value * MINUTE_US)
                at += value * MINUTE_US
            case "late":
                _write(writer, number, 3, HOUR + value * MINUTE_US, HOUR + (value + 1) * MINUTE_US)
            case "clear":
                log.execute("DELETE FROM records WHERE time_us > ? AND time_us < ? + 240000000",
                            (HOUR + value * MINUTE_US,) * 2)  # fmt: skip
            case "merge":
                querylog.merge_device(log, 2, 1)
            case "facts":
                writer.follow_facts(ToldFacts({f"n{value}.example": "Another"}.get, PURPOSES.get, f"v{number}"))
                while writer.attribute():
                    pass
            case _:
                retention.purge_names(log)
        _same_as_records(log)
    log.close()


def test_what_is_settled_is_read_once(log: sqlite3.Connection, memory: GapMemory) -> None:
    writer = Writer(log, FACTS, lambda: HOUR)
    _write(writer, 1, 300, HOUR, HOUR + 30 * MINUTE_US)
    _numbers(log, None, HOUR, HOUR + HOUR_US)
    assert memory.size > 0
    statements: list[str] = []
    log.set_trace_callback(statements.append)
    _numbers(log, None, HOUR, HOUR + HOUR_US)
    _numbers(log, 1, HOUR, HOUR + HOUR_US)
    log.set_trace_callback(None)
    settled = HOUR + 28 * MINUTE_US
    read = [text for text in statements if "client_id, name_id, outcome_id, duration_us, time_us FROM records" in text]
    assert read and all(f"time_us >= {HOUR} " not in text for text in read)
    assert any(f"time_us >= {settled}" in text for text in read)


def test_no_more_is_remembered_than_its_bound(log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(log, FACTS, lambda: HOUR)
    _write(writer, 1, 400, HOUR, HOUR + 40 * MINUTE_US)
    small = GapMemory(most=10)
    monkeypatch.setattr(summary, "_MEMORY", small)
    _same_as_records(log)
    assert small.size == 0  # the hour has more names than that: it is read each time
    many = GapMemory()
    monkeypatch.setattr(summary, "_MEMORY", many)
    for begin in range(3 * gap_sums.MAX_STRETCHES):
        _same_as_records(log, HOUR + begin * MINUTE_US, HOUR + HOUR_US)
    of_one = GapMemory()
    monkeypatch.setattr(summary, "_MEMORY", of_one)
    _same_as_records(log, HOUR, HOUR + HOUR_US)
    assert of_one.size < many.size <= gap_sums.MAX_STRETCHES * of_one.size


def test_long_gaps_are_not_remembered(log: sqlite3.Connection, memory: GapMemory) -> None:
    writer = Writer(log, FACTS, lambda: HOUR)
    _write(writer, 1, 400, HOUR, HOUR + 6 * HOUR_US)
    _same_as_records(log, HOUR, HOUR + 6 * HOUR_US)
    assert memory.size == 0
    _same_as_records(log, HOUR + 1, HOUR + 3 * HOUR_US)
    assert memory.size > 0


def test_a_log_from_before_is_read_record_by_record(log: sqlite3.Connection, memory: GapMemory) -> None:
    writer = Writer(log, FACTS, lambda: HOUR)
    _write(writer, 1, 100, HOUR, HOUR + HOUR_US)
    log.execute("DELETE FROM marks WHERE key = 'log_id'")
    _same_as_records(log)
    assert memory.size == 0


def test_another_log_with_the_same_records_is_another(memory: GapMemory) -> None:
    for companies in (COMPANIES, {name: f"{company} of another home" for name, company in COMPANIES.items()}):
        log = _new_log()
        _write(Writer(log, ToldFacts(companies.get, PURPOSES.get), lambda: HOUR), 1, 200, HOUR, HOUR + 30 * MINUTE_US)
        _same_as_records(log)
        log.close()
