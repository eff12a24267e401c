# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums and records say the same: every number with hours and days added up against the same log without any."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from itertools import product
from pathlib import Path

import counted
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import ToldFacts

from store.log import querylog, retention, rollup, rollup_tables
from store.log.batches import Batch
from store.log.records import Key
from store.log.rollup_tables import DAY_US, HOUR_US, MINUTE_US
from store.log.values import QueryFilter
from store.log.writer import Writer
from store.stats.sqlite_reader import SqliteReader

pytestmark = pytest.mark.database

START = 20_000 * DAY_US  # a midnight
DAYS = 2
NOW = START + DAYS * DAY_US
COMPANIES = {f"n{number}.example": f"Company {number % 4}" for number in range(0, 40, 3)}
CLIENTS = ["10.0.0.2", "10.0.0.3", "10.0.0.4", "fd00::2"]
DEVICE = {"10.0.0.2": 1, "10.0.0.3": 2, "fd00::2": 1}
KEYS = [
    Key(f"n{name}.example", 1, verdict, origin, blocklist, "", 0, "")
    for name, verdict, origin, blocklist in product(range(40), (0, 1, 1, 2, 3), (0, 3), ("", "ads"))
]


def _write(writer: Writer, seed: int, count: int, start: int = START, end: int = NOW) -> None:
    chance = random.Random(seed)
    keys = sorted({min(len(KEYS) - 1, int(chance.paretovariate(0.3))) for _ in range(60)})
    below = chance.randrange
    rows = [(below(start, end), below(len(CLIENTS)), below(len(keys)), below(50_000)) for _ in range(count)]
    writer.add(Batch(1, 0, 0, CLIENTS, [KEYS[key] for key in keys], rows), DEVICE.get)
    writer.commit()


def _roll(writer: Writer, steps: int = 1000) -> None:
    for _ in range(steps):
        if not writer.rollup.step(NOW + DAY_US):
            break


def _held(log: sqlite3.Connection) -> list[tuple[int, int]]:
    return log.execute("SELECT level, block FROM rolled WHERE kept ORDER BY 1, 2").fetchall()


def _all_numbers(log: sqlite3.Connection, start: int, end: int, device: int | None) -> list[object]:
    tops = [
        counted.top(log, of, start, end, verdict, device, limit)
        for of, verdict, limit in product(("names", "companies", "devices", "lists"), (None, 1), (5,))
    ]
    lines = [counted.timeline(log, start, end, step, device) for step in (3 * HOUR_US, 7 * HOUR_US + 7)]
    with SqliteReader(log).counts(start, end) as counts:
        together = [counts.reporters(), counts.busiest([1, 2]), counts.busiest([2, 7]), counts.summary()]
        together += [counts.top("devices"), counts.tracking_pairs(), counts.hours(), counts.company("Company 0")]
    with SqliteReader(log).counts(start, end, device) as counts:
        together.append(sorted(counts.of_names([f"n{number}.example" for number in range(9)]).items()))
    reader = SqliteReader(log)
    together += [reader.name_queries(["n3.example"], ["n5.example"], start, end)]
    together += [reader.active_hours([1, 2], start, end), reader.device_queries(start, end)]
    for wanted in (QueryFilter(name="n3*"), QueryFilter(company="Company 1", verdict="block")):
        within = replace(wanted, from_us=start, to_us=end)
        together += [reader.queries(within, limit=30).items, reader.count(within).queries]
    return [counted.summary(log, start, end, device), tops, lines, together]


def _same_without_sums(log: sqlite3.Connection, start: int, end: int, device: int | None) -> None:
    found = _all_numbers(log, start, end, device)
    rolled = log.execute("SELECT level, block, kept FROM rolled").fetchall()
    log.execute("DELETE FROM rolled")
    assert found == _all_numbers(log, start, end, device)
    log.executemany("INSERT INTO rolled VALUES (?, ?, ?)", rolled)


@pytest.fixture(scope="module", autouse=True, params=["hours", "days"])
def _sums(request: pytest.FixtureRequest) -> Iterator[str]:
    """Whether days of few records, as all of these are, are added up by hours or at once."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "hours":
            patch.setattr(rollup_tables, "MAX_SPARSE", -1)
        yield request.param


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, _sums: str) -> Iterator[tuple[sqlite3.Connection, Writer]]:
    log = querylog.open_log(tmp_path_factory.mktemp("log") / "querylog.db")
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    _write(writer, 1, 4000)
    _roll(writer)
    yield log, writer
    log.close()


EDGES = st.integers(START - DAY_US, NOW + DAY_US) | st.builds(
    lambda hour, off: START + hour * HOUR_US + off, st.integers(-2, 24 * DAYS + 2), st.sampled_from([-1, 0, 0, 0, 1])
)


@settings(max_examples=examples(25))
@given(st.tuples(EDGES, EDGES).map(sorted), st.sampled_from([None, None, 1, 2, 7]))
def test_any_stretch_gives_the_same_numbers_with_and_without_sums(
    written: tuple[sqlite3.Connection, Writer], span: list[int], device: int | None
) -> None:
    _same_without_sums(written[0], *span, device)


def test_a_whole_stretch_is_read_from_days_and_hours(
    written: tuple[sqlite3.Connection, Writer], _sums: str
) -> None:  # fmt: skip
    log, _ = written
    first, hours = START // HOUR_US, 24 * DAYS if _sums == "hours" else 24
    assert _held(log) == [
        *((0, hour) for hour in range(first + 1, first + hours)),
        *((1, START // DAY_US + day) for day in range(1, DAYS)),
        *((2, hour) for hour in range(first + 1, first + hours)),
        *((3, START // DAY_US + day) for day in range(1, DAYS)),
    ]
    copy = sqlite3.connect(":memory:", isolation_level=None)
    log.backup(copy)
    copy.execute("DELETE FROM records WHERE time_us > ? AND time_us < ?", (START + HOUR_US, NOW - HOUR_US))
    assert counted.summary(copy, START, NOW).queries == 4000  # though the records between are gone
    copy.close()


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(2, 99)),
        st.tuples(st.just("roll"), st.integers(1, 80)),
        st.tuples(st.just("retain"), st.integers(0, 60)),
        st.tuples(st.just("merge"), st.sampled_from([(1, 2), (2, 1)])),
        st.tuples(st.just("purge"), st.just(0)),
        st.tuples(st.just("die"), st.just(0)),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=examples(20))
@given(ACTIONS)
def test_whatever_happens_to_the_log_sums_and_records_agree(actions: list[tuple[str, object]]) -> None:
    log = sqlite3.connect(":memory:", isolation_level=None)
    log.execute("PRAGMA auto_vacuum = INCREMENTAL")
    querylog.migrate(log)
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    device_of = dict(DEVICE)
    _write(writer, 1, 300)
    _roll(writer)
    for action, value in actions:
        match action, value:
            case "write", int(seed):
                _write(writer, seed, 20)
            case "roll", int(steps):
                _roll(writer, steps)
            case "retain", int(hours):
                retention.retain(log, 1, 1000, START + DAY_US + hours * HOUR_US)
            case "merge", (int(old), int(new)):
                # The address had a device of its own before it was known to belong to the other.
                writer.add(Batch(2, 0, 0, ["10.0.0.4"], KEYS[:1], [(START + 20 * HOUR_US, 0, 0, 5)]), lambda _: old)
                writer.add(Batch(2, 0, 0, ["10.0.0.4"], KEYS[:1], [(START + 21 * HOUR_US, 0, 0, 5)]), lambda _: new)
                writer.commit()
                querylog.merge_device(log, old, new)
            case "purge", _:
                retention.purge_names(log)
            case _:
                writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
        _same_without_sums(log, START - HOUR_US, NOW + HOUR_US, None)
    _same_without_sums(log, START - HOUR_US, NOW + HOUR_US, 1)
    assert device_of == DEVICE
    log.close()


def test_late_rows_are_in_the_sums_after_the_next_steps(log: sqlite3.Connection) -> None:
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    _write(writer, 1, 2000)
    _roll(writer)
    before = _held(log)
    _write(writer, 2, 5, START + 20 * HOUR_US, START + 20 * HOUR_US + 1000)
    assert len(_held(log)) < len(before)  # the hour, and its day
    assert counted.summary(log, START, NOW).queries == 2005
    _roll(writer)
    assert _held(log) == before
    _same_without_sums(log, START, NOW, None)


def test_in_the_first_hour_of_a_log_there_is_nothing_to_add_up(log: sqlite3.Connection) -> None:
    """The hour that goes on is not counted again and again while rows come in."""
    writer = Writer(log, ToldFacts(COMPANIES.get))
    now = START + HOUR_US // 2
    for seed in range(3):
        _write(writer, seed, 50, START, now)
        assert not writer.rollup.step(now)
    _write(writer, 3, 50, START + HOUR_US, START + HOUR_US + HOUR_US // 2)
    _roll(writer)
    assert [block for level, block in _held(log) if level == 0] == [START // HOUR_US + 1]


def test_a_failure_in_the_middle_leaves_the_block_to_its_records(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup_tables, "MAX_SPARSE", -1)
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    _write(writer, 1, 2000)

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(rollup_tables, "_row", fail)
        with pytest.raises(sqlite3.OperationalError):
            _roll(writer)
    assert _held(log) == []
    _roll(writer)
    assert len(_held(log)) == 2 * (24 * DAYS - 1 + DAYS - 1)
    _same_without_sums(log, START, NOW, None)


def test_an_hour_of_too_great_a_variety_is_left_to_its_records(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "MAX_GROUPS", 20)
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    _write(writer, 1, 1000)
    _write(writer, 2, 200, START + 20 * HOUR_US, START + 21 * HOUR_US)
    _roll(writer)
    assert (0, START // HOUR_US + 20) not in _held(log)
    assert (0, START // HOUR_US + 21) in _held(log)
    assert log.execute("SELECT kept FROM rolled WHERE block = ?", (START // HOUR_US + 20,)).fetchone() == (0,)
    _same_without_sums(log, START, NOW, None)


def test_a_day_of_too_many_names_is_left_to_its_hours(log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollup_tables, "MAX_SPARSE", -1)
    monkeypatch.setattr(rollup_tables, "MAX_NAMES", 3)
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    _write(writer, 1, 1000)
    _roll(writer)
    assert {level for level, _ in _held(log)} == {0, 2, 3}  # of names' own days there is none
    _same_without_sums(log, START, NOW, 1)


def test_a_long_hour_is_added_up_in_steps(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, _sums: str
) -> None:  # fmt: skip
    monkeypatch.setattr(rollup, "STEP_ROWS", 7)
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    _write(writer, 1, 500)
    _roll(writer)
    hours = 24 * DAYS if _sums == "hours" else 24
    assert len(_held(log)) == 2 * (hours - 1 + DAYS - 1)
    _same_without_sums(log, START, NOW, None)


def test_a_log_from_before_is_brought_up_to_date_and_added_up(tmp_path: Path) -> None:
    path = tmp_path / "querylog.db"
    old = sqlite3.connect(path)
    old.execute("PRAGMA auto_vacuum = INCREMENTAL")
    old.executescript((files("store") / "migrations" / "querylog" / "0001_begin.sql").read_text("utf-8"))
    old.execute("PRAGMA user_version = 1")
    old.execute("INSERT INTO names VALUES (3, 'n3.example', NULL), (5, 'n5.example', NULL)")
    old.execute("INSERT INTO clients VALUES (1, '10.0.0.2', 1, ?, ?)", (START, NOW))
    old.execute("INSERT INTO outcomes VALUES (1, 1, 0, 0, 0, 0, 0, 0)")
    times = range(START, NOW, 15 * 60_000_000)
    old.executemany("INSERT INTO records VALUES (?, 1, ?, 1, 7)", [(at, 3 + 2 * (at % 2)) for at in times])
    old.commit()
    assert counted.summary(old, START, NOW).queries == len(times)  # pages may look before the recorder has begun
    old.close()
    log = querylog.open_log(path)
    writer = Writer(log, ToldFacts(COMPANIES.get), lambda: NOW)
    _write(writer, 1, 50)
    _roll(writer)
    assert len(_held(log)) > 24
    assert log.execute("SELECT count(*), count(DISTINCT name) FROM names").fetchone()[0] >= 2
    assert log.execute("SELECT count(*) - count(DISTINCT name) FROM names").fetchone() == (0,)
    assert log.execute("SELECT DISTINCT name FROM queries WHERE time_us = ?", (START,)).fetchall() == [("n3.example",)]
    _same_without_sums(log, START, NOW, None)
    log.close()


def test_the_hour_that_goes_on_is_not_added_up_again_and_again(log: sqlite3.Connection) -> None:
    """In the first hour of a log there is nothing that is over, and nothing before it."""
    writer, steps = Writer(log, ToldFacts(COMPANIES.get)), 0
    start = NOW - NOW % HOUR_US
    for minute in range(0, 200, 2):
        at = start + minute * MINUTE_US
        writer.add(Batch(1, 0, 0, ["10.0.0.2"], [KEYS[0]], [(at, 0, 0, 5)]), DEVICE.get)
        writer.commit()
        steps += writer.rollup.step(at + 1)
    assert steps == 2, "the two hours between the first and the one that goes on, each once"
    assert _held(log) == [(level, start // HOUR_US + hour) for level in (0, 2) for hour in (1, 2)]
