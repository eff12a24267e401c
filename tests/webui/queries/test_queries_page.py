# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log: newest first, filtered, paged, and hostile names are only text."""

import html
import re
import time
from contextlib import closing
from typing import Any

import pytest
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer
from webui.queries import queries_page


def times(page: str) -> list[int]:
    return [int(found) for found in re.findall(r'<tr id="q(\d+)"', page)]


def link(page: str, words: str) -> str:
    """Where the link with these words leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>{words}<', page)
    assert found, words
    return html.unescape(found[1])


def test_newest_first_and_older_by_cursor_without_gap(looker: Any) -> None:
    page = looker.get("/queries?fold=no").text
    first = times(page)
    assert len(first) == queries_page.ROWS
    assert first == sorted(first, reverse=True)
    page = looker.get(link(page, "Older")).text
    second = times(page)
    sql = f"SELECT time_us FROM records ORDER BY time_us DESC LIMIT {len(first) + len(second)}"
    assert first + second == [row[0] for row in looker.home.sql(sql)]
    assert times(looker.get(link(page, "Newer")).text) == first


def test_hostile_names_are_text(looker: Any) -> None:
    page = looker.get("/queries").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.example" in page
    assert "<script>alert" not in page
    assert "\"onmouseover='x'.example" not in page
    assert "\u202e" not in re.sub(r'value="[^"]*"', "", page)  # a form gives back the name as it was
    assert "\\u{202e}" in page
    assert "49.example" not in page
    assert looker.home.HOSTILE[3] in page


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("device=2", {"client": "192.168.1.30"}),
        ("verdict=BLOCK&device=2", {"client": "192.168.1.30", "verdict": Verdict.BLOCK}),
        ("company=Netflix", {"company": "Netflix"}),
        ("name=pool.ntp", {"name": "pool.ntp.org"}),
        ("name=&device=&verdict=&list=&company=&type=&from=&to=&client=192.168.1.60", {"client": "192.168.1.60"}),
    ],
)
def test_filters(looker: Any, address: str, wanted: dict[str, object]) -> None:
    count, path = 0, f"/queries?fold=no&{address}"
    while path:
        page = looker.get(path).text
        count += len(times(page))
        older = re.search(r'href="([^"]+)"[^>]*>Older<', page)
        path = html.unescape(older[1]) if older else ""
    assert count == looker.home.count(**wanted) > 0


@pytest.mark.parametrize(
    "address",
    ["from=nonsense", "device=x", "verdict=MAYBE", "source=zz", "cursor=%3Cscript%3E", "to=9" * 3],
)
def test_filters_that_cannot_be_are_refused_in_words(looker: Any, address: str) -> None:
    response = looker.get(f"/queries?{address}")
    assert response.status_code == 422
    assert "data-problem" in response.text
    assert "<script>" not in response.text.replace('<script src="', "")


def test_a_time_that_begins_after_its_end_is_told(looker: Any) -> None:
    """pi-hole/web#836: a range without data is no riddle."""
    assert "the time begins after its end" in looker.get("/queries?from=2026-01-02&to=2026-01-01").text
    assert "No query matches." in looker.get("/queries?from=2020-01-01&to=2020-01-02").text


def test_what_was_asked_stands_in_the_form_again(looker: Any) -> None:
    page = looker.get("/queries?name=%22%3E%3Cb%3E&company=Netflix").text
    assert 'value="&#34;&gt;&lt;b&gt;"' in page
    assert re.search("Take away the filter Company: Netflix", page)


def test_each_row_says_verdict_reason_and_offers_the_turn(looker: Any) -> None:
    page = looker.get("/queries?name=data.mistat.xiaomi.com").text
    row = page[page.index("<tr id") : page.index("</tr>", page.index("<tr id"))]
    assert "blocked</span>" in row
    assert "Xiaomi, Redmi and POCO" in row
    assert 'name="kind" value="allow"' in row
    assert "tracking" in row and 'aria-haspopup="dialog"' in row
    detail = looker.get(f"/queries/row/{times(page)[0]}").text
    assert "/explain?name=data.mistat.xiaomi.com" in detail
    assert "Allow for the whole house" in detail and "15 minutes" in detail


def test_empty_states(newcomer: Any, looker: Any) -> None:
    assert "No queries yet." in newcomer.get("/queries").text
    assert "No query matches." in looker.get("/queries?name=no.such.name").text


def test_rows_that_are_yet_to_come_are_told_apart_and_hide_no_others(visitor: Any) -> None:
    ahead = time.time_ns() // 1000 + 3 * 365 * 86_400_000_000
    with closing(querylog.open_log(visitor.home.state / "querylog.db")) as log:
        writer = Writer(log, NOTHING, lambda: ahead)
        key = Key("ahead.example", 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "")
        writer.add(Batch(9, 0, 1, ["192.168.1.9"], [key], [(ahead, 0, 0, 5)]), lambda _: None)
        writer.commit()
    page = visitor.get("/queries").text
    assert ahead not in times(page) and "yet to come" in page
    link = re.search(r'href="(/queries\?to=[^"]+)">Show them<', page)
    assert link
    shown = visitor.get(html.unescape(link[1])).text
    assert times(shown)[0] == ahead and "yet to come" not in shown
