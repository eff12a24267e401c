# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from collections.abc import Callable
from fnmatch import fnmatchcase

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import NOTHING, ToldFacts

from store.log import querylog
from store.log.batches import Batch, Row
from store.log.records import Key, QueryRow
from store.log.values import QueryFilter, cursor_at
from store.log.writer import Writer
from store.stats.queries import queries

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
NAMES = [
    "a.example",
    "b.example",
    "ads.b.example",
    "100%.example",
    "a_b.example",
    "axb.example",
    "\\042*.example",
    "'; --",
]


def _fill(log: sqlite3.Connection, count: int) -> None:
    """Every third blocked by `ads`; names, two clients and types in turn."""
    writer = Writer(log, ToldFacts(lambda name: "Acme" if name == "a.example" else None), lambda: NOW)
    clients = ["10.0.0.2", "10.0.0.3"]
    keys = [
        Key(name, 28 if blocked else 65_000, blocked, 4 if blocked else 3, "ads" if blocked else "", "", 0, "",
            dnssec=0 if blocked else (0, 1, 2, 6, 7, 12)[number % 6])
        for number, name in enumerate(NAMES)
        for blocked in (0, 1)
    ]
    rows: list[Row] = [(NOW + n, n % 2, n % len(NAMES) * 2 + (n % 3 == 0), 1000) for n in range(count)]
    for start in range(0, count, 4000):
        writer.add(Batch(1, 0, 0, clients, keys, rows[start : start + 4000]), {"10.0.0.2": 1}.get)
        writer.commit()


def _all(log: sqlite3.Connection, filters: QueryFilter, limit: int = 7) -> list[QueryRow]:
    """All pages, one after the other."""
    found, cursor = [], None
    while True:
        page = queries(log, filters, cursor, limit)
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def test_a_row_says_what_the_view_says(log: sqlite3.Connection) -> None:
    _fill(log, 1)
    row = queries(log, QueryFilter()).items[0]
    words = (row.time, row.client, row.device_id, row.name, row.type, row.verdict, row.origin, row.list, row.company)
    assert words == (
        "2026-09-21T14:13:20.000Z", "10.0.0.2", 1, "a.example", "AAAA", "BLOCK", "SELF", "ads", "Acme",
    )  # fmt: skip
    assert row.duration_ms == 1.0


def test_pages_go_back_in_time_and_miss_nothing(log: sqlite3.Connection) -> None:
    _fill(log, 50)
    assert [row.time_us for row in _all(log, QueryFilter())] == list(range(NOW + 49, NOW - 1, -1))
    assert queries(log, QueryFilter(), limit=50).next is None


def test_rows_that_come_in_between_do_not_move_the_pages(log: sqlite3.Connection) -> None:
    _fill(log, 20)
    first = queries(log, QueryFilter(), limit=10)
    writer = Writer(log, NOTHING, lambda: NOW)
    writer.add(Batch(1, 0, 0, ["x"], [Key("z", 1, 0, 3, "", "", 0, "")], [(NOW + 99, 0, 0, 1)]), lambda address: None)
    writer.commit()
    second = queries(log, QueryFilter(), first.next, limit=10)
    assert [row.time_us for row in second.items] == list(range(NOW + 9, NOW - 1, -1))


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        (QueryFilter(device=1), lambda row: row.device_id == 1),
        (QueryFilter(device=9), lambda row: False),
        (QueryFilter(client="10.0.0.3"), lambda row: row.client == "10.0.0.3"),
        (QueryFilter(verdict="block"), lambda row: row.verdict == "BLOCK"),
        (QueryFilter(verdict=0), lambda row: row.verdict == "PASS"),
        (QueryFilter(list="ads"), lambda row: row.list == "ads"),
        (QueryFilter(company="acme"), lambda row: row.company == "Acme"),
        (QueryFilter(company="unknown"), lambda row: row.company is None),
        (QueryFilter(type="aaaa"), lambda row: row.type == "AAAA"),
        (QueryFilter(type="TYPE65000"), lambda row: row.type == "TYPE65000"),
        (QueryFilter(type=28), lambda row: row.type == "AAAA"),
        (QueryFilter(origin="self"), lambda row: row.origin == "SELF"),
        (QueryFilter(rcode="NOERROR"), lambda row: True),
        (QueryFilter(rcode="RCODE9"), lambda row: False),
        (QueryFilter(hide="B.example, a_b"), lambda row: not ("b.example" in row.name or "a_b" in row.name)),
        (QueryFilter(rcode="nonsense"), lambda row: False),
        (QueryFilter(purpose="unknown", kind="unknown"), lambda row: True),
        (QueryFilter(purpose="unknown", kind="use"), lambda row: False),
        (QueryFilter(purpose="ads"), lambda row: False),
        (QueryFilter(type="NONE"), lambda row: False),
        (QueryFilter(dnssec="validated"), lambda row: row.dnssec == "validated"),
        (QueryFilter(dnssec="insecure"), lambda row: row.dnssec == "insecure"),
        (QueryFilter(dnssec="BOGUS"), lambda row: row.dnssec_reason in ("bogus", "expired", "no_proof")),
        (QueryFilter(from_us=NOW + 5, to_us=NOW + 12), lambda row: NOW + 5 <= row.time_us < NOW + 12),
        (QueryFilter(name="ads.", verdict="BLOCK", device=1), lambda row: "ads." in row.name and row.verdict == "BLOCK"
         and row.device_id == 1),
        (QueryFilter(name=""), lambda row: True),
        (QueryFilter(names=f"{NAMES[0]}, {NAMES[1].upper()},none.example"), lambda row: row.name in NAMES[:2]),
        (QueryFilter(names=NAMES[0][1:]), lambda row: False),
    ],
)  # fmt: skip
def test_filters(log: sqlite3.Connection, filters: QueryFilter, holds: Callable[[QueryRow], bool]) -> None:
    _fill(log, 48)
    everything = queries(log, QueryFilter()).items
    assert _all(log, filters) == [row for row in everything if holds(row)]


@settings(max_examples=examples(80))
@given(st.text("ab.%_*\\'xde", max_size=6))
def test_a_name_filter_means_what_it_says(pattern: str) -> None:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    _fill(log, len(NAMES))
    found = {row.name for row in queries(log, QueryFilter(name=pattern)).items}
    if "*" in pattern:
        assert found == {name for name in NAMES if fnmatchcase(name, pattern.replace("[", "[[]"))}
    else:
        assert found == {name for name in NAMES if pattern in name}
    log.close()


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1 OR 1=1", "f" * 16, "é"])
def test_a_cursor_of_somebody_else_is_refused(log: sqlite3.Connection, cursor: str) -> None:
    with pytest.raises(ValueError, match="first page"):
        queries(log, QueryFilter(), cursor)


@pytest.mark.parametrize("filters", [
    QueryFilter(origin="MARS"), QueryFilter(purpose="fun"), QueryFilter(dnssec="perhaps"),
])
def test_a_word_that_does_not_exist_is_refused_with_those_that_do(
    log: sqlite3.Connection, filters: QueryFilter
) -> None:  # fmt: skip
    with pytest.raises(ValueError, match="choose"):
        queries(log, filters)


def test_pages_go_up_again_as_they_went_down(log: sqlite3.Connection) -> None:
    _fill(log, 40)
    wanted = QueryFilter(device=1)
    first = queries(log, wanted, limit=6)
    assert first.newer is not None and queries(log, wanted, first.newer).items == []
    second = queries(log, wanted, first.next, limit=6)
    third = queries(log, wanted, second.next, limit=6)
    assert third.newer is not None
    up = queries(log, wanted, third.newer, limit=6)
    assert (up.items, up.next) == (second.items, second.next)
    assert queries(log, wanted, up.newer, limit=6).items == first.items


def test_a_time_is_a_place_in_the_log(log: sqlite3.Connection) -> None:
    _fill(log, 40)
    page = queries(log, QueryFilter(), cursor_at(NOW + 20), limit=5)
    assert [row.time_us for row in page.items] == list(range(NOW + 19, NOW + 14, -1))
    up = queries(log, QueryFilter(), page.newer, limit=5)
    assert [row.time_us for row in up.items] == list(range(NOW + 24, NOW + 19, -1))


def test_a_verdict_that_does_not_exist_is_refused(log: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="PASS, BLOCK"):
        queries(log, QueryFilter(verdict="DENY"))


def _steps(log: sqlite3.Connection, work: Callable[[], object]) -> int:
    """Hundreds of virtual machine steps that SQLite took."""
    taken = [0]

    def count() -> int:
        taken[0] += 1
        return 0

    log.set_progress_handler(count, 100)
    work()
    log.set_progress_handler(None, 100)
    return taken[0]


def test_the_first_page_costs_the_same_however_long_the_log_is(log: sqlite3.Connection) -> None:
    _fill(log, 500)
    short = _steps(log, lambda: queries(log, QueryFilter()))
    _fill(log, 20_000)
    assert _steps(log, lambda: queries(log, QueryFilter())) < 2 * short
    assert _steps(log, lambda: queries(log, QueryFilter(to_us=NOW + 10_000))) < 2 * short
