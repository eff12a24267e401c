# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics shaped for the templates: sentences that are true, bars that add up."""

import time
from contextlib import closing
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.values import Bucket, Top
from store.log.writer import Writer
from webui.numbers import home_view

counts = st.integers(0, 10**9)


@given(st.lists(st.tuples(counts, counts, counts), max_size=50))
def test_the_chart_holds_every_query(rows: list[tuple[int, int, int]]) -> None:
    buckets = [Bucket(i * 60_000_000, *row) for i, row in enumerate(rows)]
    chart = home_view.chart(buckets, 60_000_000)
    assert sum(chart.passed) + sum(chart.blocked) == sum(map(sum, rows))
    assert chart.times == [i * 60 for i in range(len(rows))]
    for bar in chart.bars:
        assert bar.top >= -0.02
        assert abs(bar.top + bar.passed + bar.blocked - 100) < 0.05


def test_the_highest_bar_fills_the_chart() -> None:
    chart = home_view.chart([Bucket(0, 1, 1, 0), Bucket(60_000_000, 2, 1, 1)], 60_000_000)
    assert [bar.top for bar in chart.bars] == [50, 0]
    assert chart.said == "4 let through and 2 blocked; the busiest minute: 4 queries."


def test_rows_tell_stopped_and_through_apart_and_link_safely() -> None:
    tops = [Top("a", 'x"><script>&=/', 99, 40, 0, 0, "tracking", 10, 4, 1), Top(None, "unknown", 3, 0, 0, lookups=2)]
    rows, unknown = home_view.company_rows(tops, device=3)
    assert [(row.count, row.blocked, row.through, row.failed) for row in rows] == [(10, 4, 5, 1)]
    assert rows[0].href == "/queries?company=x%22%3E%3Cscript%3E%26%3D/&kind=tracking&device=3"
    assert unknown == 2
    assert home_view.company_rows(tops)[0][0].href == "/companies/x%22%3E%3Cscript%3E%26%3D%2F"
    devices = [Top(3, "TV", 7, 0, 0, lookups=1), Top(None, "unknown", 1, 0, 0)]
    assert [row.href for row in home_view.device_rows(devices)] == ["/devices/3", ""]
    assert [row.count for row in home_view.device_rows(devices)] == [7, 1]
    assert [row.count for row in home_view.reporting_rows(devices)] == [1, 0]


def test_the_chart_says_how_much_was_tracking() -> None:
    chart = home_view.chart([Bucket(0, 9, 4, 0, 0, 5, 3), Bucket(60_000_000, 1, 0, 0, 0, 1, 0)], 60_000_000)
    assert chart.said.endswith("6 queries were for tracking, 3 of them blocked.")


def test_what_failed_is_told_apart_from_what_was_let_through() -> None:
    chart = home_view.chart([Bucket(0, 1, 1, 0, 2), Bucket(60_000_000, 0, 0, 0, 0)], 60_000_000)
    assert (chart.passed, chart.blocked, chart.failed) == ([1, 0], [1, 0], [2, 0])
    bar = chart.bars[0]
    assert (bar.top - bar.failed, bar.passed, bar.blocked, bar.failed) == (0, 25, 25, 50)
    assert "2 got no answer" in str(chart.said) and "got no answer" not in str(home_view.chart([], 1_000_000).said)
    (row,) = home_view.name_rows([Top("a.example", "a.example", 10, 3, 0, 5)])
    assert (row.blocked, row.through, row.failed) == (3, 2, 5)


def test_pages_and_api_tell_of_failures_once_no_upstream_answers(visitor: Any) -> None:
    with closing(querylog.open_log(visitor.home.state / "querylog.db")) as log:
        writer, now_us = Writer(log, NOTHING), time.time_ns() // 1000
        key = Key("dead.example", 1, Verdict.PASS, Origin.SELF, "", "", 2, "")
        writer.add(Batch(9, 0, 1, ["192.168.1.9"], [key], [(now_us - n, 0, 0, 5) for n in range(144)]), lambda _: None)
        writer.commit()
    assert "<dt>Failed</dt><dd>144" in visitor.get("/").text
    assert "v-failed" in visitor.get("/queries?verdict=FAILED").text
    table = visitor.get("/queries?verdict=PASS&name=dead.example").text.partition("<tbody")[2].partition("</tbody>")[0]
    assert "dead.example" not in table
    summary = visitor.get("/api/v1/stats/summary?from=-1h").json()
    assert summary["failed"] == 144
    assert visitor.get("/api/v1/stats/top?of=names&verdict=FAILED").json()["items"][0]["failed"] == 144
