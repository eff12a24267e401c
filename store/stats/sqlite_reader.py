# SPDX-License-Identifier: GPL-3.0-or-later
"""querylog.db as store.log.protocol.LogReader: one read-only connection, and the counts and rows of this wing."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.base.db import connect, transaction
from store.log import querylog
from store.log.protocol import LogReader, RangeCounts
from store.log.querylog import FILE_NAME, log_errors
from store.log.records import QueryRow
from store.log.rollup_tables import ENDS
from store.log.values import Counted, ListHits, NameQueries, Page, QueryFilter
from store.rules.rule_hit import RuleHits
from store.stats import by_name, export, last_seen, list_hits, name_search, queries, rule_hits
from store.stats.summary import SqliteCounts


class SqliteReader:
    """The log behind a connection, which may be the writer's own; `close` closes that."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con

    @contextmanager
    def counts(self, from_us: int, to_us: int, device: int | None = None) -> Iterator[RangeCounts]:
        with log_errors(), transaction(self._con, "DEFERRED"):
            yield SqliteCounts(self._con, from_us, to_us, device)

    def queries(self, wanted: QueryFilter, cursor: str | None = None, limit: int = 100) -> Page:
        with log_errors():
            return queries.queries(self._con, wanted, cursor, limit)

    def count(self, wanted: QueryFilter, cursor: str | None = None) -> Counted:
        with log_errors():
            return queries.count(self._con, wanted, cursor)

    def export(self, wanted: QueryFilter) -> Iterator[list[QueryRow]]:
        with log_errors(), transaction(self._con, "DEFERRED"):
            yield from export.rows(self._con, wanted)

    def name_queries(
        self, names: Iterable[str], endings: Iterable[str], from_us: int, to_us: int, limit: int = 200
    ) -> list[NameQueries]:
        with log_errors():
            return by_name.name_queries(self._con, names, endings, from_us, to_us, limit)

    def active_hours(self, devices: Iterable[int], from_us: int, to_us: int) -> dict[int, int]:
        with log_errors():
            return by_name.active_hours(self._con, devices, from_us, to_us)

    def device_queries(self, from_us: int, to_us: int) -> dict[int, int]:
        with log_errors():
            return by_name.device_queries(self._con, from_us, to_us)

    def ends(self) -> tuple[int, int] | None:
        with log_errors():
            first, last = self._con.execute(ENDS).fetchone()
        return None if first is None else (first, last)

    def devices_seen(self) -> dict[int, tuple[int, int]]:
        with log_errors():
            return last_seen.devices_seen(self._con)

    def list_hits(self, blocklist_id: str, from_us: int, to_us: int) -> ListHits:
        with log_errors():
            return list_hits.hits(self._con, blocklist_id, from_us, to_us)

    def rule_hits(self, blocklist_id: str, from_us: int, to_us: int, seconds: float = 1.0) -> RuleHits:
        with log_errors():
            return rule_hits.hits(self._con, blocklist_id, from_us, to_us, seconds)

    def names_like(self, text: str, limit: int) -> list[str]:
        with log_errors():
            return name_search.names(self._con, text, limit)

    def companies_like(self, text: str, limit: int) -> list[str]:
        with log_errors():
            return name_search.companies(self._con, text, limit)

    def version(self) -> int:
        with log_errors():
            return int(self._con.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        self._con.close()


def open_reader(state: Path) -> LogReader:
    """The log of a state directory; LogError while there is none. Opening it has the recorder write what waits."""
    with log_errors():
        return SqliteReader(connect(state / FILE_NAME, read_only=True))


def empty_reader() -> LogReader:
    """A log without a record: nothing recorded yet is no error, pages say so by their zeros."""
    con = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    querylog.migrate(con)
    return SqliteReader(con)
