# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall caught, in a sentence and by device and service: each number is a count in bypass.db."""

import html
import re
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest

from firewall.sight import Sight
from store.config.choices import WallMode
from store.wall import bypass
from store.wall.bypass import Caught, Party
from webui.pages import wall_parties

pytestmark = pytest.mark.process  # pages ask the system for its addresses


def catch(visitor: Any) -> None:
    now = int(time.time()) - 60
    caught = [
        Caught(now, "192.168.1.20", "doh", "8.8.8.8", 443, "tcp", False, 12, 1, "Google"),
        Caught(now, "192.168.1.20", "doh", "8.8.4.4", 443, "tcp", True, 5, 1, "Google"),
        Caught(now, "192.168.1.21", "dot", "1.1.1.1", 853, "tcp", True, 3, 2, "Cloudflare"),
        Caught(now, "192.168.1.99", "port53", "203.0.113.9", 53, "udp", False, 1, None, None),
    ]
    with closing(bypass.open_bypass(visitor.home.state / bypass.FILE_NAME)) as con:
        bypass.note(con, caught)


@pytest.mark.parametrize("path", ["/bypass?range=24h", "/bypass/wall"])
def test_who_and_whom_are_counted(visitor: Any, path: str) -> None:
    catch(visitor)
    page = html.unescape(visitor.get(path).text)
    assert "In the last 24 hours 3 devices went around DNS 21 times: 8 refused or sent here, 13 passed." in page
    with closing(sqlite3.connect(visitor.home.state / bypass.FILE_NAME)) as con:
        for anchor, column in (("around-devices", "client"), ("around-services", "coalesce(company, address)")):
            card = page.partition(f'id="{anchor}"')[2].partition("</section>")[0]
            sums = con.execute(f"SELECT sum(count) FROM caught GROUP BY {column} ORDER BY 1 DESC")
            assert re.findall(r'top-count"><b>(\d+)<', card) == [str(number) for (number,) in sums]
    assert 'href="/devices/1"' in page.partition('id="around-devices"')[2]


def test_of_a_device_it_is_its_own(visitor: Any) -> None:
    catch(visitor)
    page = html.unescape(visitor.get("/bypass/wall?scope=device:2").text)
    assert "1 device went around DNS 3 times: 3 refused or sent here, 0 passed." in page
    assert "Google" not in page.partition('id="around-services"')[2].partition("</section>")[0]


def test_where_nothing_was_caught_it_says_what_that_means() -> None:
    when = "Today"
    assert "is off" in wall_parties.headline(when, WallMode.OFF, Sight(), [])
    unseen = wall_parties.headline(when, WallMode.WATCH, Sight(why="It stands aside.", cure="Move it."), [])
    assert unseen == "It stands aside. Move it."
    assert wall_parties.headline(when, WallMode.WATCH, Sight(), []).startswith("Today nothing went around DNS")
    assert "1 device went around DNS 1 time" in wall_parties.headline(
        when, WallMode.OFF, Sight(), [Party(1, "", 1, 0)]
    )
