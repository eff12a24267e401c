# SPDX-License-Identifier: GPL-3.0-or-later
"""Every filter, page by page, against a naive look at all rows; with hours and days added up or not."""

import random
import sqlite3
from collections.abc import Iterator
from itertools import product

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import ToldFacts

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, QueryRow
from store.log.rollup_tables import DAY_US, HOUR_US
from store.log.values import QueryFilter
from store.log.writer import Writer
from store.stats import search
from store.stats.queries import count, queries

START = 20_000 * DAY_US
END = START + 3 * DAY_US
CLIENTS = ["10.0.0.2", "10.0.0.3", "fd00::2"]
DEVICE = {"10.0.0.2": 1, "10.0.0.3": 2, "fd00::2": 1}
NAMES = [f"n{number}.example" for number in range(12)]
KEYS = [
    Key(name, 28 if verdict else 1, verdict, 0, "ads" if verdict == 1 else "", "", 0, "")
    for name, verdict in product(NAMES, (0, 1, 3))
]


@pytest.fixture(scope="module")
def log() -> Iterator[sqlite3.Connection]:
    made = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(made)
    chance = random.Random(5)
    writer = Writer(made, ToldFacts(lambda name: "Acme" if name in NAMES[:3] else None))
    for hour in range(0, 66, 2):
        below, start = chance.randrange, START + hour * HOUR_US
        rows = [(start + below(HOUR_US), below(3), below(3 + hour // 2), 5) for _ in range(12)]
        writer.add(Batch(1, 0, 0, CLIENTS, KEYS[: 3 + hour // 2], rows), DEVICE.get)
        writer.commit()
    while writer.rollup.step(END - 3 * HOUR_US):
        pass
    yield made
    made.close()


FILTERS = st.builds(
    QueryFilter,
    device=st.sampled_from([None, None, 1, 2, 9]),
    client=st.sampled_from([None, None, "fd00::2", "10.9.9.9"]),
    name=st.sampled_from([None, None, "n1", "n11.example", "*.example", "nowhere"]),
    verdict=st.sampled_from([None, None, "PASS", "BLOCK", "LOCAL", "REFUSE"]),
    list=st.sampled_from([None, None, "ads"]),
    company=st.sampled_from([None, None, "Acme", "unknown", "Nobody"]),
    type=st.sampled_from([None, None, "AAAA", "MX"]),
    from_us=st.sampled_from([None, START + 5 * HOUR_US + 1, END]),
    to_us=st.sampled_from([None, END - 20 * HOUR_US, START + DAY_US]),
)


def _holds(row: QueryRow, wanted: QueryFilter) -> bool:
    name = (wanted.name or "").strip("*")
    return (
        wanted.device in (None, row.device_id)
        and wanted.client in (None, row.client)
        and name in row.name
        and wanted.verdict in (None, row.verdict)
        and wanted.list in (None, row.list)
        and wanted.company in (None, row.company or "unknown")
        and wanted.type in (None, row.type)
        and (wanted.from_us or 0) <= row.time_us < (wanted.to_us or END)
    )


def _pages(log: sqlite3.Connection, wanted: QueryFilter, limit: int) -> list[QueryRow]:
    rows: list[QueryRow] = []
    cursor = None
    for _ in range(2000):
        page = queries(log, wanted, cursor, limit)
        rows += page.items
        assert page.searched_us is None or not page.items or page.searched_us <= page.items[-1].time_us
        cursor = page.next
        if cursor is None:
            return rows
    raise AssertionError("the pages never end")


@settings(max_examples=examples(150))
@given(FILTERS, st.sampled_from([3, 50, 1000]), st.sampled_from([7, 40, 10**6]))
def test_all_pages_together_hold_every_row_once(
    log: sqlite3.Connection, wanted: QueryFilter, limit: int, read: int
) -> None:
    rows = _pages(log, QueryFilter(), 1000)
    assert len(rows) == 33 * 12
    before, search.MAX_READ = search.MAX_READ, read
    try:
        assert _pages(log, wanted, limit) == [row for row in rows if _holds(row, wanted)]
    finally:
        search.MAX_READ = before


def test_a_search_that_gives_up_says_how_far_it_looked(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MAX_READ", 5)
    page = queries(log, QueryFilter(type="A", verdict="LOCAL"))
    assert (page.items, page.next, page.searched_us) == ([], None, None), "no outcome has both: nothing to read"
    page = queries(log, QueryFilter(name="n0.example"))
    assert page.searched_us is not None and page.next == f"{page.searched_us:x}"
    older = log.execute("SELECT count(*) FROM records WHERE time_us >= ?", (page.searched_us,)).fetchone()[0]
    assert 0 < older <= 2 * 12  # an hour in which it may be, and one in which it is not


@settings(max_examples=examples(40))
@given(FILTERS, st.sampled_from([3, 50, 1000]), st.sampled_from([7, 40, 10**6]))
def test_upwards_and_counted_it_is_the_same(
    log: sqlite3.Connection, wanted: QueryFilter, limit: int, read: int
) -> None:
    plain = [row for row in _pages(log, QueryFilter(), 1000) if _holds(row, wanted)]
    before = search.MAX_READ, search.MAX_COUNTED
    search.MAX_READ = search.MAX_COUNTED = read
    try:
        rows: list[QueryRow] = []
        newer: str | None = "n0"
        while newer is not None:
            page = queries(log, wanted, newer, limit)
            rows, newer = page.items + rows, page.newer
        assert rows == plain
        total, cursor = 0, None
        while True:
            counted = count(log, wanted, cursor)
            total, cursor = total + counted.queries, counted.next
            if cursor is None:
                break
        assert total == len(plain)
    finally:
        search.MAX_READ, search.MAX_COUNTED = before


def test_hours_without_it_are_not_read(log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MAX_READ", 20 + 72 * search.TEST_COSTS)
    first = log.execute("SELECT name FROM names WHERE id = (SELECT max(name_id) FROM records)").fetchone()[0]
    page = queries(log, QueryFilter(name=first, verdict="BLOCK", to_us=START + DAY_US))
    assert (page.items, page.next) == ([], None)
