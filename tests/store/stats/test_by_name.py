# SPDX-License-Identifier: GPL-3.0-or-later
import random
import sqlite3

import pytest
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.rollup import Rollup
from store.log.rollup_tables import DAY_US, HOUR_US
from store.log.values import NameQueries
from store.log.writer import Writer
from store.stats import by_name

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
DEVICE = {"10.0.0.2": 1, "fd00::2": 1, "10.0.0.3": 2}


def write(log: sqlite3.Connection, *rows: tuple[int, str, str, Verdict]) -> None:
    writer = Writer(log, NOTHING, lambda: NOW)
    for at, client, name, verdict in rows:
        key = Key(name, 1, verdict, Origin.CACHE, "", "", 0, "")
        writer.add(Batch(1, 0, 0, [client], [key], [(at, 0, 0, 10)]), DEVICE.get)
    writer.commit()
    querylog.copy_names(log, {}, {})


@pytest.fixture
def lived(log: sqlite3.Connection) -> sqlite3.Connection:
    write(
        log,
        (NOW, "10.0.0.2", "doh.example", Verdict.PASS),
        (NOW + 10, "10.0.0.2", "doh.example", Verdict.BLOCK),
        (NOW + 20, "10.0.0.9", "me.ours.example", Verdict.PASS),
        (NOW + 30, "10.0.0.3", "ours.example", Verdict.PASS),
        (NOW + 40, "10.0.0.3", "theirs-ours.example", Verdict.PASS),
    )
    return log


def test_names_and_what_is_below_an_ending(lived: sqlite3.Connection) -> None:
    assert by_name.name_queries(lived, ["doh.example", "never.example"], ["ours.example"], NOW, NOW + 100) == [
        NameQueries("10.0.0.9", None, "me.ours.example", 1, 0, NOW + 20, NOW + 20),
        NameQueries("10.0.0.2", 1, "doh.example", 2, 1, NOW, NOW + 10),
    ]
    assert by_name.name_queries(lived, ["never.example"], [], NOW, NOW + 100) == []


def test_the_range_is_half_open_and_the_limit_holds(lived: sqlite3.Connection) -> None:
    (row,) = by_name.name_queries(lived, ["doh.example"], [], NOW + 1, NOW + 11)
    assert (row.count, row.first_us) == (1, NOW + 10)
    assert by_name.name_queries(lived, ["doh.example"], [], NOW + 1, NOW + 10) == []
    assert len(by_name.name_queries(lived, ["doh.example"], ["ours.example"], NOW, NOW + 100, limit=1)) == 1


def test_a_long_log_is_looked_at_from_its_end(lived: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_name, "MAX_RECORDS", 4)
    assert by_name.name_queries(lived, ["doh.example"], [], NOW, NOW + 100)[0].count == 1


def test_hours_of_a_device_with_two_addresses(log: sqlite3.Connection) -> None:
    start = NOW - NOW % HOUR_US
    write(
        log,
        (start, "10.0.0.2", "a.example", Verdict.PASS),
        (start + 1, "10.0.0.2", "a.example", Verdict.PASS),
        (start + 2, "fd00::2", "a.example", Verdict.PASS),
        (start + HOUR_US, "fd00::2", "a.example", Verdict.PASS),
        (start + 2, "10.0.0.3", "a.example", Verdict.PASS),
    )
    assert by_name.active_hours(log, [1, 2, 3], start, start + 2 * HOUR_US) == {1: 2, 2: 1}
    assert by_name.active_hours(log, [1], start, start + 2) == {1: 1}
    assert by_name.device_queries(log, start, start + 2 * HOUR_US) == {1: 4, 2: 1}
    assert by_name.device_queries(log, start + 1, start + 2) == {1: 1}


def test_it_is_the_same_whether_hours_are_added_up_or_not(log: sqlite3.Connection) -> None:
    start = NOW - NOW % DAY_US
    chance = random.Random(5)
    rows = [(start, "10.0.0.9", "a.example", Verdict.PASS)]
    times = [start + hour * HOUR_US + chance.randrange(HOUR_US) for hour in sorted(chance.sample(range(24, 72), 30))]
    rows += [(at, chance.choice([*DEVICE]), "b.example", Verdict.PASS) for at in times]
    write(log, *rows, (start + 90 * HOUR_US, "10.0.0.9", "a.example", Verdict.PASS))
    spans = [(start + 20 * HOUR_US, start + 80 * HOUR_US), (start + 30 * HOUR_US + 7, start + 71 * HOUR_US - 7)]
    plain = [by_name.active_hours(log, [1, 2], *span) for span in spans]
    named = [by_name.name_queries(log, ["b.example"], ["nobody.example"], *span) for span in spans]
    roller = Rollup(log)
    while roller.step(start + 5 * DAY_US):
        pass
    assert log.execute("SELECT count(*) FROM rolled WHERE level = 1 AND kept").fetchone()[0] >= 2
    assert [by_name.active_hours(log, [1, 2], *span) for span in spans] == plain
    assert [by_name.name_queries(log, ["b.example"], ["nobody.example"], *span) for span in spans] == named
    assert plain[0][1] + plain[0][2] >= 29
    assert sum(row.count for row in named[0]) == 30


def test_new_names_are_found_before_they_are_in_the_index(lived: sqlite3.Connection) -> None:
    known = lived.execute("SELECT value FROM marks WHERE key = 'names_known'").fetchone()[0]
    lived.execute("INSERT INTO known_names SELECT name, id FROM names WHERE name = 'doh.example'")
    lived.execute("UPDATE marks SET value = (SELECT max(id) FROM known_names) WHERE key = 'names_known'")
    assert known == 0
    found = by_name.name_queries(lived, ["doh.example", "ours.example"], [], NOW, NOW + 100)
    assert [row.name for row in found] == ["ours.example", "doh.example"]
