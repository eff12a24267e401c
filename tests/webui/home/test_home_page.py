# SPDX-License-Identifier: GPL-3.0-or-later
"""Home: the numbers are the log's, the headline is true, hostile names are only text, and nothing yet reads kindly."""

import html
import json
import re
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from one_day import of_one_day
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Verdict
from store.log.writer import Writer


def tile(page: str, title: str) -> str:
    found = re.search(rf"<dt>{title}</dt><dd>([^<]*)", page)
    assert found, title
    return found[1].strip()


def test_totals_are_counts_of_the_log(looker: Any) -> None:
    page = looker.get("/?range=7d").text
    home = looker.home
    assert tile(page, "Queries") == f"{len(home.written):,}"
    assert tile(page, "Blocked") == f"{home.count(verdict=Verdict.BLOCK):,}"
    [(rows, names)] = home.sql("SELECT count(*), count(DISTINCT name_id) FROM records")
    assert tile(page, "Queries") == f"{rows:,}"
    assert f"{names:,} different names" in page


def test_today_counts_from_local_midnight(looker: Any) -> None:
    shown, count = of_one_day(lambda since: (looker.get("/").text, looker.home.count(since)))
    assert tile(shown, "Queries") == f"{count:,}"


def test_headline_names_who_reported_most(looker: Any) -> None:
    page = looker.get("/?range=7d").text
    [(count, blocked)] = looker.home.lookups(
        "count(*), sum(verdict = 'BLOCK')", "company = 'Xiaomi' AND kind = 'tracking' AND device = 'Redmi Note 13'"
    )
    become = f"{blocked:,} stopped and {count - blocked:,} got through" if blocked < count else "all stopped"
    assert f"Redmi Note 13 tried {count:,} times to report to Xiaomi how it is used: {become}." in page
    assert "In the last 7 days 5 devices asked for" in page


def test_the_matrix_holds_every_look_up_for_tracking(looker: Any) -> None:
    for path in ("/?range=7d", "/matrix?range=7d"):
        page = looker.get(path).text
        rows = looker.home.lookups(
            "device_id, company, count(*), sum(verdict = 'BLOCK')", "kind = 'tracking'", "GROUP BY 1, 2"
        )
        assert rows
        for device, company, count, blocked in rows:
            href = f"/queries?device={device}&amp;company={quote(company)}&amp;kind=tracking&amp;range=7d"
            cell = page.partition(href)[2].partition("</a>")[0]
            assert f"<b>{count:,}</b>" in cell
            assert (f"▲ {count - blocked:,}<" in cell) == (count > blocked)
        [(count, blocked)] = looker.home.lookups("count(*), sum(verdict = 'BLOCK')", "kind = 'tracking'")
        assert f"<b>{count:,}</b>" in page.partition("<tfoot")[2]
    assert f"{count:,} look-ups for tracking" in page


def test_a_cells_rows_are_those_that_it_counts(looker: Any) -> None:
    page = html.unescape(looker.get("/?range=7d").text)
    href = re.search(r'href="(/queries\?device=\d+&company=Xiaomi&kind=tracking[^"]*)"', page)
    assert href
    log = looker.get(href[1])
    assert log.status_code == 200 and "xiaomi.com" in log.text and "samsungads.com" not in log.text


def test_a_stretch_of_ones_own_is_shown(looker: Any) -> None:
    since = time.time() - 6 * 3600
    start, end = (datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:00:00Z") for at in (since, since + 7200))
    page = looker.get(f"/?from={start}&to={end}").text
    from_us, to_us = (round(datetime.fromisoformat(at).timestamp() * 1e6) for at in (start, end))
    assert tile(page, "Queries") == f"{looker.home.count(from_us) - looker.home.count(to_us):,}"
    assert looker.get("/?from=tomorrow").status_code == 422 == looker.get("/matrix?from=-1h&to=-2h").status_code


def test_timeline_holds_every_query(looker: Any) -> None:
    page = looker.get("/?range=7d").text
    counts = [re.search(rf'data-{key}="\[([^"]*)\]"', page) for key in ("stopped", "through", "rest")]
    assert all(counts)
    assert sum(int(n) for found in counts if found for n in found[1].split(",")) == len(looker.home.written)


def test_unknown_range_is_today(looker: Any) -> None:
    page = looker.get("/?range=<script>").text
    assert re.search(r'aria-current="true"[^>]*>Today<', page)
    assert "<script>" not in page.replace('<script src="', "")


def test_dropped_records_are_shown_only_when_there_are_any(visitor: Any) -> None:
    assert "Records dropped" not in visitor.get("/?range=7d").text
    con = querylog.open_log(visitor.home.state / "querylog.db")
    con.execute("INSERT INTO drops VALUES (?, 1, 1234)", (time.time_ns() // 1000 - 10**6,))
    con.close()
    assert tile(visitor.get("/?range=7d").text, "Records dropped") == "1,234"


def test_before_the_first_query_it_says_what_to_do(newcomer: Any) -> None:
    response = newcomer.get("/")
    assert response.status_code == 200
    assert "No queries yet" in response.text
    assert "Point a device&#39;s DNS at" in response.text or "Point a device's DNS at" in response.text
    assert "Today no device has asked anything." in response.text


def test_a_home_behind_its_router_is_told_first_with_steps_and_can_be_put_off(newcomer: Any) -> None:
    hidden = {"cause": "router", "address": "192.168.1.1", "share": 0.97, "brand": "FRITZ!Box", "here": ["192.168.1.5"]}
    told = {"time": time.time() - 600, "pid": 1, "hidden_home": hidden}
    (newcomer.home.run / "insight.json").write_text(json.dumps(told))
    (newcomer.home.run / "recorder.json").write_text(json.dumps({"time": time.time(), "pid": 1}))
    page = newcomer.get("/").text
    assert page.index("Devices hide behind one address") < page.index("No queries yet")
    assert "come from your router (192.168.1.1)" in page and "Enter 192.168.1.5 as local DNS server" in page
    newcomer.form("/hidden-home/later")
    assert "Devices hide behind one address" not in newcomer.get("/").text


def test_what_follows_the_log_is_sent_once_there_is_something_new(visitor: Any) -> None:
    page = html.unescape(visitor.get("/?range=7d").text)
    live = re.search(r'data-live="(/home/live\?range=7d&seen=\d+)"', page)
    assert live
    assert visitor.get(live[1]).status_code == 204
    with closing(querylog.open_log(visitor.home.state / "querylog.db")) as con:
        writer = Writer(con, NOTHING)
        key = Key("new.example", 1, 0, 3, "", "", 0, "9.9.9.9")
        writer.add(Batch(1, 0, 1, ["192.168.1.21"], [key], [(time.time_ns() // 1000, 0, 0, 900)]), lambda _: 1)
        writer.commit()
    part = visitor.get(live[1])
    assert part.status_code == 200 and part.text.lstrip().startswith('<div id="home-live"')
    assert tile(part.text, "Queries") == f"{len(visitor.home.written) + 1:,}"


def test_where_the_log_begins_is_said(looker: Any) -> None:
    assert "The log begins" in looker.get("/?range=30d").text
    assert "The log begins" not in looker.get("/?range=1h").text
