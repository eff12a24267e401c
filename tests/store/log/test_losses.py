# SPDX-License-Identifier: GPL-3.0-or-later
"""What never came is counted once. `test_writer.py` counts what a killed recorder took with it."""

import sqlite3

import pytest

from store.base.db import transaction
from store.log.batches import Batch, columns
from store.log.losses import Losses
from store.log.records import Key

pytestmark = pytest.mark.database

KEY = Key("www.example", 1, 0, 3, "", "", 0, "9.9.9.9")
NOW = 1_790_000_000_000_000


def batch(sent: int, rows: int, *, started: int = 7, dropped: int = 0) -> Batch:
    return Batch(2, dropped, started, ["10.0.0.1"], [KEY], [(NOW + n, 0, 0, 5) for n in range(rows)], sent)


def written(log: sqlite3.Connection, losses: Losses) -> int:
    """What the log counts as dropped, all in all."""
    with transaction(log):
        losses.write(log, NOW)
    losses.drops.clear()
    return int(log.execute("SELECT COALESCE(sum(count), 0) FROM drops").fetchone()[0])


@pytest.mark.parametrize(("noted", "lost"), [(10, 7), (3, 0), (2, 0)])
def test_what_a_killed_worker_had_not_sent_is_counted_once(log: sqlite3.Connection, noted: int, lost: int) -> None:
    losses = Losses(log)
    losses.see(columns(batch(0, 3)))
    losses.gone(2, 7, noted, 3)
    assert written(log, losses) == lost == losses.dropped
    for again in (losses, Losses(log)):
        again.gone(2, 7, noted, 3)
        assert written(log, again) == lost


def test_what_it_had_told_as_dropped_is_not_counted_again(log: sqlite3.Connection) -> None:
    losses = Losses(log)
    losses.see(columns(batch(0, 3, dropped=5)))
    losses.gone(2, 7, 10, 3)
    assert written(log, losses) == 5 + 2


def test_one_that_was_killed_before_its_first_batch_lost_all(log: sqlite3.Connection) -> None:
    losses = Losses(log)
    losses.see(columns(batch(0, 3, started=7)))
    losses.gone(2, 8, 4, 0)
    losses.see(columns(batch(0, 1, started=9)))
    assert written(log, losses) == 4


def test_what_it_had_sent_to_a_log_before_this_one_is_not_lost(log: sqlite3.Connection) -> None:
    losses = Losses(log)
    losses.gone(2, 7, 500, 480)
    assert written(log, losses) == 20
