# SPDX-License-Identifier: GPL-3.0-or-later
"""What only SQLite does; that its numbers are those of any log is held by tests/store/log/test_protocol.py."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.protocol import LogDamaged, LogError, LogReader
from store.log.records import Key
from store.log.values import QueryFilter
from store.log.writer import Writer
from store.stats.sqlite_reader import SqliteReader, empty_reader, open_reader

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000


def _queries(log: LogReader) -> int:
    with log.counts(0, 2 * NOW) as counts:
        return counts.summary().queries


def test_a_reader_sees_what_the_recorder_wrote_and_cannot_write(tmp_path: Path) -> None:
    with closing(querylog.open_log(tmp_path / "querylog.db")) as con, closing(open_reader(tmp_path)) as log:
        before = log.version()
        assert _queries(log) == 0 and log.version() == before
        writer = Writer(con, NOTHING, lambda: NOW)
        key = Key("a.example", 1, 0, 3, "", "", 0, "")
        writer.add(Batch(1, 0, 0, ["10.0.0.2"], [key], [(NOW, 0, 0, 1)]), lambda address: None)
        writer.commit()
        assert _queries(log) == 1 and log.version() != before
        assert isinstance(log, SqliteReader)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            log._con.execute("DELETE FROM records")


def test_while_there_is_no_log_it_cannot_be_opened_and_an_empty_one_can(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="it is missing"):
        open_reader(tmp_path)
    assert not list(tmp_path.iterdir())
    with closing(empty_reader()) as log:
        assert _queries(log) == 0 and log.queries(QueryFilter()).items == [] and log.devices_seen() == {}


CALLS: list[Callable[[LogReader], object]] = [
    _queries,
    lambda log: log.queries(QueryFilter()),
    lambda log: log.name_queries(["a.example"], [], 0, NOW),
    lambda log: log.active_hours([1], 0, NOW),
    lambda log: log.device_queries(0, NOW),
    lambda log: log.devices_seen(),
    lambda log: log.list_hits("ads", 0, NOW),
    lambda log: log.rule_hits("ads", 0, NOW),
]


@pytest.mark.parametrize("call", CALLS)
def test_whatever_goes_wrong_is_an_error_of_the_log(call: Callable[[LogReader], object]) -> None:
    con = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(LogError, match="no such table"):
        call(SqliteReader(con))
    con.close()
    with pytest.raises(LogDamaged, match="closed"):
        call(SqliteReader(con))
