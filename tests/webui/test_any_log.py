# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages and API stand on what a query log promises, not on SQLite: with a log that is a list they show its numbers."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from lived_in_home import Visitor
from memory_log import MemoryLog
from told_facts import ToldFacts

from store.log.batches import Batch, columns
from store.log.records import Key, Origin, Verdict
from webui.http import deps

NAMES = ["tracker.example", "news.example"]
KEYS = [
    Key(NAMES[0], 28, Verdict.BLOCK, Origin.SELF, "pack:xiaomi", NAMES[0], 0, ""),
    Key(NAMES[1], 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9"),
]


@pytest.fixture
def listed(visitor: Visitor) -> Visitor:
    now = time.time_ns() // 1000
    log = MemoryLog(ToldFacts({NAMES[0]: "Acme"}.get), lambda: now)
    rows = [(now - 60_000_000 - number * 1_000_000, 0, number % 3 and 1, 900) for number in range(9)]
    log.add(columns(Batch(1, 0, 1, ["192.168.1.21"], KEYS, rows)), {"192.168.1.21": 1}.get)
    log.commit(90)

    def reader() -> Iterator[MemoryLog]:
        yield log

    app: Any = visitor.app
    app.dependency_overrides[deps.reader] = reader
    return visitor


def test_the_api_tells_what_the_list_holds(listed: Visitor) -> None:
    totals = listed.get("/api/v1/stats/summary").json()
    assert (totals["queries"], totals["blocked"], totals["names"], totals["companies"]) == (9, 3, 2, 1)
    steps = listed.get("/api/v1/stats/timeline").json()["items"]
    assert sum(step["blocked"] for step in steps) == 3
    tops = listed.get("/api/v1/stats/top?of=companies&verdict=BLOCK").json()["items"]
    assert [(top["key"], top["queries"]) for top in tops] == [("Acme", 3)]
    rows = listed.get("/api/v1/queries?verdict=BLOCK").json()["items"]
    assert [(row["name"], row["type"], row["company"]) for row in rows] == [(NAMES[0], "AAAA", "Acme")] * 3
    assert listed.get("/api/v1/devices/1/stats").json()["queries"] == 9
    assert listed.get("/api/v1/blocklists/pack:xiaomi/health").json()["hits"] == 3


# Shortly after midnight today has nothing yet.
PAGES = ["/?range=24h", "/numbers?range=24h", "/queries", "/devices", "/devices/1", "/blocklists", "/bypass",
         "/bypass/wall"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.process  # the wall asks the system for its addresses
def test_every_page_that_shows_the_log_stands_on_it(listed: Visitor, path: str) -> None:
    page = listed.get(path)
    assert page.status_code == 200
    if path == "/?range=24h":
        assert "asked for 2 names, 9 times in all" in page.text
    if path in ("/numbers?range=24h", "/queries", "/devices/1"):
        assert NAMES[0] in page.text.replace("<wbr>", "")
