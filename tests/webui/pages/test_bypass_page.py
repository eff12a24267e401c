# SPDX-License-Identifier: GPL-3.0-or-later
"""The bypass page: who went around DNS, and the wall's switch."""

import time
from contextlib import closing
from typing import Any

import pytest

from store.base import status
from store.base.process_status import FirewallStatus
from store.config import settings
from store.wall import bypass
from store.wall.bypass import Caught


def catch(visitor: Any, *caught: Caught) -> None:
    with closing(bypass.open_bypass(visitor.home.state / bypass.FILE_NAME)) as con:
        bypass.note(con, caught)


def test_nothing_yet(visitor: Any) -> None:
    page = visitor.get("/bypass").text
    assert "The wall is off" in page
    assert "Nothing is looked at" in page


def test_who_went_where(visitor: Any) -> None:
    now = int(time.time())
    catch(
        visitor,
        Caught(now, "192.168.1.21", "httpdns", "110.43.0.83", 80, "tcp", False, 12, 1, "Xiaomi"),
        Caught(now, "192.168.1.77", "raw", "198.51.100.5", 443, "udp", True, 1234),
    )
    page = visitor.get("/bypass?range=24h").text
    assert "Redmi Note 13" in page
    assert "A vendor&#39;s HTTP resolver" in page or "A vendor's HTTP resolver" in page
    assert "Xiaomi" in page
    assert "1,234" in page
    assert "UDP port 443" in page
    assert "Nothing went around" not in page


def test_the_switch_sets_the_wall(visitor: Any) -> None:
    assert visitor.form("/bypass/mode", mode="watch").headers["location"] == "/bypass"
    assert settings.load(visitor.home.state, {}).wall == "watch"
    assert "nothing holds it" in visitor.get("/bypass").text
    status.publish(visitor.home.run, "firewall", FirewallStatus(mode="watch", standing=True))
    assert "The wall watches" in visitor.get("/bypass").text


@pytest.mark.parametrize("mode", ["", "high", "<script>"])
def test_a_mode_that_is_none(visitor: Any, mode: str) -> None:
    assert visitor.form("/bypass/mode", mode=mode).status_code == 422
    assert settings.load(visitor.home.state, {}).wall == "off"


def test_a_damaged_file_is_no_end_of_the_page(visitor: Any) -> None:
    (visitor.home.state / bypass.FILE_NAME).write_bytes(b"no database" * 500)
    assert visitor.get("/bypass").status_code == 200
