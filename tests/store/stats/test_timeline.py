# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps that end anywhere: whole hours, whole minutes and single records make up the same counts."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

import pytest
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key
from store.log.rollup_tables import DAY_US, HOUR_US, MINUTE_US
from store.log.timespan import split
from store.log.writer import Writer
from store.stats.timeline import steps

START = 20_000 * DAY_US
TIMES = [START - HOUR_US, *(START + number * 997_000_007 for number in range(100)), START + 2 * DAY_US]


@pytest.fixture(scope="module")
def log() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(made)
    writer = Writer(made, NOTHING)
    keys = [Key("a.example", 1, verdict, 0, "", "", 0, "") for verdict in range(5)]
    rows = [(at, 0, number % 5, 1) for number, at in enumerate(TIMES)]
    writer.add(Batch(1, 0, 0, ["10.0.0.2"], keys, rows), lambda address: 1)
    writer.commit()
    while writer.rollup.step(START + 5 * DAY_US):
        pass
    assert made.execute("SELECT count(*) FROM rolled WHERE level = 1").fetchone()[0] == 2
    yield made
    made.close()


@pytest.mark.parametrize("step", [DAY_US, 6 * HOUR_US, 5 * HOUR_US + 1, 90 * MINUTE_US, MINUTE_US, 1_234_567])
@pytest.mark.parametrize("start", [START, START + 17, START + 3 * HOUR_US, START + 7 * MINUTE_US])
def test_every_record_is_in_its_step(log: sqlite3.Connection, start: int, step: int) -> None:
    end = START + DAY_US + 5 * HOUR_US
    found: Counter[tuple[int, int]] = Counter()
    for number, verdict, count in steps(split(log, start, end), start, step):
        found[number, verdict] += count
    assert found == Counter(
        ((at - start) // step, number % 5) for number, at in enumerate(TIMES) if start <= at < end
    )
