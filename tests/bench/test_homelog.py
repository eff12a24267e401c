# SPDX-License-Identifier: GPL-3.0-or-later
"""The made log is one that the pages read: as many rows as asked for, in their days, with devices and blocked names."""

import time
from contextlib import closing
from pathlib import Path

import pytest

from bench import homelog
from store.base import db
from store.config.watch import Watcher
from store.stats.sqlite_reader import open_reader

pytestmark = [pytest.mark.slow, pytest.mark.database]


def test_a_log_of_some_days(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    told = homelog.fill(tmp_path, rows=9_000, days=30)
    assert (told["rows"], told["dropped"]) == (9_000, 0)
    assert told["bytes"] > 9_000 * 10
    now_us = time.time_ns() // 1000
    with closing(open_reader(tmp_path)) as log:
        with log.counts(now_us - 31 * homelog.DAY_US, now_us) as counts:
            found = counts.summary()
        with log.counts(now_us - 3 * homelog.DAY_US, now_us) as counts:
            recent = counts.summary()
    assert found.queries == 9_000
    assert 0.2 < found.blocked / found.queries < 0.4
    assert found.devices == homelog.DEVICES
    assert found.companies > 3
    assert 800 < recent.queries < 1_000
    watcher = Watcher(tmp_path / "config.db")
    assert watcher.error is None
    watcher.close()


def test_messages_are_written_whole(tmp_path: Path) -> None:
    told = homelog.sustain(tmp_path, rows=5_120)
    assert (told["rows"], told["dropped"]) == (5_120, 0)
