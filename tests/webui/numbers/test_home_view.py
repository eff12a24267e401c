# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics shaped for the templates: sentences that are true, bars that add up."""

import time
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.values import Bucket, Summary, Top
from store.log.writer import Writer
from webui.views import home_view

NONE = Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None)
SOME = replace(NONE, queries=4213, names=812, blocked=1204, passed=3009, devices=6)


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_headline() -> None:
    reporter = home_view.Reporter("Redmi Note 13", "Xiaomi", 611, 600)
    assert said(home_view.headline(SOME, "Today", reporter)) == (
        "Today 6 devices asked for 812 names, 4,213 times in all; 1,204 (29 %) were blocked. "
        "Redmi Note 13 reported most: 611 times to Xiaomi, 600 of them blocked."
    )


def test_headline_without_a_known_company_names_none() -> None:
    assert said(home_view.headline(SOME, "Today", None)).endswith("1,204 (29 %) were blocked.")


def test_headline_of_a_quiet_house() -> None:
    assert home_view.headline(NONE, "In the last hour", None) == "In the last hour no device has asked anything."


def test_headline_does_not_invent_devices() -> None:
    assert "devices not known yet asked for" in home_view.headline(replace(SOME, devices=0), "Today", None)


@pytest.mark.parametrize(
    ("queries", "blocked", "end"),
    [
        (611, 0, "611 times to Xiaomi, none of them blocked."),
        (611, 611, "611 times to Xiaomi, all of them blocked."),
        (1, 1, "1 time to Xiaomi, blocked."),
        (1, 0, "1 time to Xiaomi, not blocked."),
    ],
)
def test_headline_on_what_was_blocked(queries: int, blocked: int, end: str) -> None:
    assert home_view.headline(SOME, "Today", home_view.Reporter("A", "Xiaomi", queries, blocked)).endswith(end)


def test_one_query_reads_well() -> None:
    one = replace(NONE, queries=1, names=1, blocked=1, devices=1)
    assert said(home_view.headline(one, "Today", None)) == (
        "Today 1 device asked for 1 name, 1 time in all; 1 (100 %) was blocked."
    )
    assert "none were blocked" in home_view.headline(replace(one, blocked=0), "Today", None)


def test_device_headline() -> None:
    assert home_view.device_headline(NONE, "Today", None) == "Today it has asked nothing."
    line = home_view.device_headline(SOME, "Today", home_view.Reporter("A", "Xiaomi", 611, 600))
    assert line.endswith("Most went to Xiaomi: 611 times, 600 of them blocked.")


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


def test_rows_tell_blocked_and_through_apart_and_link_safely() -> None:
    tops = [Top("a", 'x"><script>&=', 10, 4, 0), Top(None, "unknown", 3, 0, 0)]
    rows, unknown = home_view.company_rows(tops, device=3)
    assert [(row.queries, row.blocked, row.through) for row in rows] == [(10, 4, 6)]
    assert rows[0].href == "/queries?company=x%22%3E%3Cscript%3E%26%3D&device=3"
    assert unknown == 3
    assert [row.href for row in home_view.device_rows([Top(3, "TV", 1, 0, 0), Top(None, "unknown", 1, 0, 0)])] == [
        "/devices/3",
        "",
    ]


def test_what_failed_is_told_apart_from_what_was_let_through() -> None:
    chart = home_view.chart([Bucket(0, 1, 1, 0, 2), Bucket(60_000_000, 0, 0, 0, 0)], 60_000_000)
    assert (chart.passed, chart.blocked, chart.failed) == ([1, 0], [1, 0], [2, 0])
    bar = chart.bars[0]
    assert (bar.top - bar.failed, bar.passed, bar.blocked, bar.failed) == (0, 25, 25, 50)
    assert "2 got no answer" in str(chart.said) and "got no answer" not in str(home_view.chart([], 1_000_000).said)
    (row,) = home_view.name_rows([Top("a.example", "a.example", 10, 3, 0, 5)])
    assert (row.blocked, row.through, row.failed) == (3, 2, 5)
    assert "1 got no answer" in str(home_view.headline(replace(NONE, queries=3, failed=1), "Today", None))


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
