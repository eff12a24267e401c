# SPDX-License-Identifier: GPL-3.0-or-later
"""Home: the numbers are the log's, the headline is true, hostile names are only text, and nothing yet reads kindly."""

import json
import re
import time
from typing import Any

from store.log.records import Verdict
from webui.views import ranges


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
    since = ranges.midnight_us(time.time())
    assert tile(looker.get("/").text, "Queries") == f"{looker.home.count(since):,}"


def test_headline_names_who_reported_most(looker: Any) -> None:
    page = looker.get("/?range=7d").text
    [(count, blocked)] = looker.home.lookups(
        "count(*), sum(verdict = 'BLOCK')", "company = 'Xiaomi' AND kind = 'tracking' AND device = 'Redmi Note 13'"
    )
    become = f"{blocked:,} stopped and {count - blocked:,} got through" if blocked < count else "all stopped"
    assert f"Redmi Note 13 tried {count:,} times to report to Xiaomi: {become}." in page
    assert "In the last 7 days 5 devices asked for" in page


def test_timeline_holds_every_query(looker: Any) -> None:
    page = looker.get("/?range=7d").text
    counts = [re.search(rf'data-{key}="\[([^"]*)\]"', page) for key in ("passed", "blocked")]
    assert all(counts)
    assert sum(int(n) for found in counts if found for n in found[1].split(",")) == len(looker.home.written)


def test_unknown_range_is_today(looker: Any) -> None:
    page = looker.get("/?range=<script>").text
    assert re.search(r'aria-current="true"[^>]*>Today<', page)
    assert "<script>" not in page.replace('<script src="', "")


def test_dropped_records_are_shown_only_when_there_are_any(visitor: Any) -> None:
    from store.log import querylog

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
    (newcomer.home.run / "recorder.json").write_text(json.dumps({"time": time.time(), "pid": 1, "hidden_home": hidden}))
    page = newcomer.get("/").text
    assert page.index("Devices hide behind one address") < page.index("No queries yet")
    assert "come from your router (192.168.1.1)" in page and "enter 192.168.1.5 as local DNS server" in page
    newcomer.form("/hidden-home/later")
    assert "Devices hide behind one address" not in newcomer.get("/").text
