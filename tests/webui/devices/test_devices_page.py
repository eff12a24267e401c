# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices, one line each: counted, sorted, filtered; named at once; several changed as one."""

import html
import re
from typing import Any

import pytest

from store.household import changes, groups
from webui.devices import device_list


def words(text: str) -> str:
    """What people read of it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def row_of(page: str, number: int) -> str:
    start = page.index(f'<tr id="device-{number}"')
    return words(page[start : page.index("</tr>", start)])


def order(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr id="device-(\d+)"', page)]


def test_every_device_has_its_line_and_counts(looker: Any) -> None:
    page = looker.get("/devices?range=7d").text
    row = row_of(page, 1)
    [(tried, stopped)] = looker.home.lookups(
        "count(*), sum(verdict = 'BLOCK')", "kind = 'tracking' AND device_id = 1"
    )
    assert "Redmi Note 13" in row and "192.168.1.21" in row and "Xiaomi" in row
    assert f" {looker.home.count(client='192.168.1.21'):,} (" in row
    assert f" {tried:,} " in row and f"{stopped:,} stopped" in row
    assert len(order(page)) == 5


@pytest.mark.parametrize(("query", "devices"), [
    ("q=192.168.1.30", [2]), ("q=samsung+living", [2]), ("q=nobody", []), ("kind=printer", []),
    ("kind=unknown&sort=name", [5, 3, 4, 2, 1]), ("group=99", []),
    ("mark=unnamed", [5]), ("mark=silent", []),
])  # fmt: skip
def test_filters_in_the_address(looker: Any, query: str, devices: list[int]) -> None:
    page = looker.get(f"/devices?range=7d&{query}").text
    assert order(page) == devices and (devices or "No device fits." in page)


@pytest.mark.parametrize(("sort", "column"), [
    ("queries", "count(*)"), ("tracking", "sum(kind = 'tracking')"), ("seen", "max(time_us)"),
])  # fmt: skip
def test_orders(looker: Any, sort: str, column: str) -> None:
    rows = looker.home.sql(f"SELECT device_id FROM queries GROUP BY 1 ORDER BY {column} DESC")
    assert order(looker.get(f"/devices?range=7d&sort={sort}").text)[0] == rows[0][0]
    names = order(looker.get("/devices?range=7d&sort=name").text)
    assert names[1:] == [3, 4, 2, 1] and len(order(looker.get("/devices?sort=odd").text)) == 5


def test_of_a_crowd_the_first_lines_are_shown_and_all_when_asked(looker: Any, monkeypatch: Any) -> None:
    every = order(looker.get("/devices?sort=queries&range=7d").text)
    monkeypatch.setattr(device_list, "MAX_LINES", 2)
    page = looker.get("/devices?sort=queries&range=7d").text
    assert order(page) == every[:2]
    assert f"{len(every)} devices" in words(page)
    [rest] = re.findall(r'<a href="(/devices\?whole=1[^"]*)">and (\d+) more</a>', page)
    assert int(rest[1]) == len(every) - 2
    whole = looker.get(html.unescape(rest[0])).text
    assert order(whole) == every and "whole=1" not in whole


def test_who_has_no_name_is_asked_for_first(visitor: Any) -> None:
    page = visitor.get("/devices?range=7d").text
    assert "Who is this?" in page and page.index('id="nameless"') < page.index('id="list"')
    visitor.form("/devices/5/name", name="Doorbell")
    assert "Who is this?" not in visitor.get("/devices?range=7d").text


def test_without_devices_it_says_what_to_do(newcomer: Any) -> None:
    assert "No device yet" in newcomer.get("/devices").text


def test_several_into_a_group_and_out_again_as_one_change(visitor: Any) -> None:
    kids = groups.add_group(visitor.engine(), "Kids")
    assert visitor.form("/devices/chosen", act="join", device=["1", "2"], group=str(kids)).status_code == 303
    assert groups.groups(visitor.engine())[0].devices == (1, 2)
    assert changes.changes(visitor.engine())[0].what == "2 devices are in Kids."
    assert "Kids" in row_of(visitor.get("/devices").text, 1)
    assert order(visitor.get(f"/devices?group={kids}&sort=name").text) == [2, 1]
    visitor.form("/devices/chosen", act="leave", device=["1"], group=str(kids))
    assert groups.groups(visitor.engine())[0].devices == (2,)


def test_several_are_forgotten_as_one_change(visitor: Any) -> None:
    visitor.form("/devices/chosen", act="forget", device=["3", "4"])
    assert sorted(order(visitor.get("/devices").text)) == [1, 2, 5]
    change = changes.changes(visitor.engine())[0]
    assert change.what == "2 devices are forgotten." and change.undoable


@pytest.mark.parametrize("fields", [
    {"act": "forget"}, {"act": "join", "device": ["1"]}, {"act": "join", "device": ["1"], "group": "99"},
    {"act": "forget", "device": ["1", "99"]}, {"act": "odd", "device": ["1"]},
])  # fmt: skip
def test_what_cannot_be_done_changes_nothing(visitor: Any, fields: dict[str, Any]) -> None:
    assert visitor.form("/devices/chosen", **fields).status_code in (404, 422)
    assert len(order(visitor.get("/devices").text)) == 5
