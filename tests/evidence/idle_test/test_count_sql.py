# SPDX-License-Identifier: GPL-3.0-or-later
"""Every number of a result is what its SQL counts over the view `queries`, for any queries of any device."""

import random
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

import pytest
from asked_log import NOW, Asked
from idle_home import START, begun, known_facts, settled_home

from evidence.idle_test import count_sql, settle
from store.base import db
from store.log import querylog
from store.log.records import Verdict

pytestmark = pytest.mark.database

SECOND = 1_000_000
NAMES = ("data.mistat.xiaomi.com", "reddit.com", "a.example", "b.example", "app-measurement.com")
HALF = START + 30 * 60 * SECOND


def at_random(seed: int) -> list[Asked]:
    """Around the test's edges, and in bursts."""
    dice, rows, at = random.Random(seed), list[Asked](), START - 20 * SECOND
    while at < NOW + 20 * SECOND:
        at += dice.choice((150_000, 400_000, 999_000, 1_000_000, 1_001_000, 20 * SECOND))
        rows.append(Asked(at, dice.randrange(3), dice.choice(NAMES), dice.choice((1, 28, 65, 16, 64)),
                          dice.choice(list(Verdict)), dice.choice((0, 0, 0, 2, 3, 5))))  # fmt: skip
    return rows


@pytest.mark.parametrize("seed", [1, 2])
def test_every_number_is_an_sql_count(tmp_path: Path, seed: int) -> None:
    state = settled_home(tmp_path, at_random(seed))
    result = settle.computed(state, begun(state, unblocked_us=HALF), known_facts(), NOW)
    assert result.counts.queries > 200 and len(result.names) == len(NAMES)
    with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as con:
        rows = [tuple(row) for row in con.execute(count_sql.by_name(result))]
        paused = [tuple(row) for row in con.execute(count_sql.by_name(result, unblocked=True))]
        assert con.execute(count_sql.in_all(result)).fetchone() == astuple(result.counts)
        assert con.execute(count_sql.in_all(result, unblocked=True)).fetchone() == astuple(result.unblocked)
    assert rows == [(name.name, *astuple(name.counts)) for name in result.names]
    assert dict((row[0], row[1:]) for row in paused) == {  # noqa: C402
        name.name: astuple(name.unblocked) for name in result.names
    }


def test_nothing_asked_is_nothing_counted(tmp_path: Path) -> None:
    state = settled_home(tmp_path)
    result = settle.computed(state, begun(state), known_facts(), NOW)
    with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as con:
        assert con.execute(count_sql.in_all(result)).fetchone() == astuple(result.counts) == (0,) * 8
        assert con.execute(count_sql.by_name(result, unblocked=True)).fetchall() == []
