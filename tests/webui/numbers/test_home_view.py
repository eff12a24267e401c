# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics shaped for the templates: rows that are true and link safely."""

import html
import re
import time
from contextlib import closing
from typing import Any

from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.values import Top
from store.log.writer import Writer
from webui.numbers import home_view


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


def test_what_failed_is_told_apart_from_what_was_let_through() -> None:
    (row,) = home_view.name_rows([Top("a.example", "a.example", 10, 3, 0, 5)])
    assert (row.blocked, row.through, row.failed) == (3, 2, 5)


def test_pages_and_api_tell_of_failures_once_no_upstream_answers(visitor: Any) -> None:
    with closing(querylog.open_log(visitor.home.state / "querylog.db")) as log:
        writer, now_us = Writer(log, NOTHING), time.time_ns() // 1000
        key = Key("dead.example", 1, Verdict.PASS, Origin.SELF, "", "", 2, "")
        writer.add(Batch(9, 0, 1, ["192.168.1.9"], [key], [(now_us - n, 0, 0, 5) for n in range(144)]), lambda _: None)
        writer.commit()
    assert "<dt>Failed</dt><dd>144" in visitor.get("/?range=24h").text
    assert "dead.example" in visitor.get("/queries?verdict=FAILED").text.partition("<tbody")[2]
    table = visitor.get("/queries?verdict=PASS&name=dead.example").text.partition("<tbody")[2].partition("</tbody>")[0]
    assert "dead.example" not in table
    summary = visitor.get("/api/v1/stats/summary?from=-1h").json()
    assert summary["failed"] == 144
    assert visitor.get("/api/v1/stats/top?of=names&verdict=FAILED").json()["items"][0]["failed"] == 144


def test_a_name_that_is_not_kept_leads_nowhere() -> None:
    rows = home_view.name_rows([Top("", "", 10, 3, 0), Top("a.example", "a.example", 9, 0, 0)], 4)
    assert [(row.href, row.count) for row in rows] == [("", 10), ("/queries?names=a.example&device=4", 9)]


def test_the_lists_of_a_page_say_what_is_not_kept(visitor: Any) -> None:
    with closing(querylog.open_log(visitor.home.state / querylog.FILE_NAME)) as con:
        con.execute("UPDATE names SET name = '' WHERE name = 'data.mistat.xiaomi.com'")
    [(queries,)] = visitor.home.sql("SELECT count(*) FROM queries WHERE name = ''")
    for path in ("/numbers?range=7d", "/devices/1?range=7d"):
        page = visitor.get(path).text
        line = next(line for line in page.split("<li>") if "not kept (privacy)" in line)
        assert f"<b>{queries:,}</b>" in line and "<a " not in line.partition("top-count")[0], path


def test_each_count_of_a_name_leads_to_just_its_rows(looker: Any) -> None:
    for path in ("/numbers?range=7d", "/devices/1?range=7d"):
        page = html.unescape(looker.get(path).text)
        pairs = re.findall(r'<a href="(/queries\?names=[^"]+)">.*?top-count"><b>([\d,]+)</b>', page, re.S)
        assert len(pairs) > 3
        for href, shown in pairs:
            counted = looker.get(href.replace("/queries?", "/queries/count?")).text
            assert shown in counted, (path, href)
