# SPDX-License-Identifier: GPL-3.0-or-later
"""The checklist that ticks itself, and whether this browser's look-up came here."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import pytest
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

pytestmark = [pytest.mark.web, pytest.mark.database]


def asked(browser: Any, name: str, client: str) -> None:
    """As if a device had looked that name up a moment ago."""
    with closing(querylog.open_log(browser.home.state / querylog.FILE_NAME)) as con:
        writer = Writer(con, NOTHING)
        key = Key(name, 1, Verdict.LOCAL, Origin.SELF, "", "", 3, "")
        writer.add(Batch(1, 0, 1, [client], [key], [(time.time_ns() // 1000, 0, 0, 90)]), lambda _: 0)
        writer.commit()


def test_nothing_is_ticked_before_anything_happened(newcomer: Any) -> None:
    page = newcomer.get("/setup/check").text
    assert "Nobody has asked yet." in page and page.count('class="ticked"') <= 1, "but that it runs in a container"


def test_it_ticks_itself(looker: Any) -> None:
    part = looker.get("/setup/check/live").text
    for key in ("query", "device", "block"):
        assert f'class="ticked" id="check-{key}"' in part
    assert "asks Telltale." in part and "got no answer." in part and 'hx-trigger="every 3s"' in part
    assert "<html" not in part


def test_a_look_up_that_came_here_is_found_with_who_asked(visitor: Any) -> None:
    page = visitor.get("/setup/check/browser?name=check-0123456789abcdef").text
    assert ' data-missed>' in page and "secure DNS" in page
    asked(visitor, "check-0123456789abcdef.telltale", "192.168.1.2")
    assert "This device uses Telltale." in visitor.get("/setup/check/browser?name=check-0123456789abcdef").text
    asked(visitor, "check-00000000.telltale", "192.168.1.1")
    asked(visitor, "check-11111111.telltale", "fd12::7")
    over6 = visitor.get("/setup/check/browser?name=check-11111111").text
    assert "This device uses Telltale." in over6, "over IPv6 it has another address"
    by_way = visitor.get("/setup/check/browser?name=check-00000000").text
    assert ' data-found>' in by_way and "by way of" in by_way and "192.168.1.1" in by_way


@pytest.mark.parametrize("name", ["", "*", "check-zz", "www.example.org", "check-01234567,data.mistat.xiaomi.com"])
def test_what_is_no_one_time_name_is_not_looked_for(visitor: Any, name: str) -> None:
    assert ' data-missed>' in visitor.get("/setup/check/browser", params={"name": name}).text


def test_without_scripts_a_picture_asks(visitor: Any) -> None:
    response = visitor.get("/setup/check?probe=1")
    probe = response.text.partition('src="http://')[2].partition(".telltale/")[0]
    assert probe.startswith("check-") and f"seen={probe}" in response.text
    assert "img-src 'self' data: http://*.telltale;" in response.headers["content-security-policy"]
    asked(visitor, f"{probe}.telltale", "192.168.1.2")
    assert "This device uses Telltale." in visitor.get(f"/setup/check?seen={probe}").text


def test_other_pages_may_fetch_nothing_from_there(visitor: Any) -> None:
    assert "telltale" not in visitor.get("/setup/router").headers["content-security-policy"]
