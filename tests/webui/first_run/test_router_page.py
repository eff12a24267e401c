# SPDX-License-Identifier: GPL-3.0-or-later
"""The router's steps with this home's own addresses."""

from __future__ import annotations

from typing import Any

import pytest

from store.base.router_guides import ROUTERS
from webui.first_run import home_addresses
from webui.first_run.home_addresses import HomeAddresses

pytestmark = [pytest.mark.web, pytest.mark.database]

AT = HomeAddresses("192.168.1.2", "fd12::2", True, False, "192.168.1.1")


@pytest.mark.parametrize("brand", [*ROUTERS, "other"])
def test_every_brand_has_this_home_s_addresses(looker: Any, monkeypatch: pytest.MonkeyPatch, brand: str) -> None:
    monkeypatch.setattr(home_addresses, "look", lambda settings: AT)
    page = looker.get("/setup/router", params={"brand": brand}).text
    assert page.count("192.168.1.2") >= 3 and page.count("fd12::2") >= 2
    assert 'aria-current="true"' in page and ('href="/dhcp"' in page.partition('id="steps"')[2]) == (
        brand in ROUTERS and ROUTERS[brand].own_dhcp
    )


def test_traps_are_told(looker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    traps = (
        (HomeAddresses("192.168.1.2", lent=True), "lends this address"),
        (HomeAddresses("192.168.1.2", "2a02::2", lasting6=False), "changes when your provider"),
        (HomeAddresses("192.168.1.2", port=5300), "only take port 53"),
        (HomeAddresses("127.0.0.1"), "for this machine alone"),
        (HomeAddresses(""), "no address in the home"),
        (HomeAddresses("192.168.1.2"), "seems to do without"),
    )
    for at, words in traps:
        monkeypatch.setattr(home_addresses, "look", lambda settings, at=at: at)
        assert words in looker.get("/setup/router?brand=nobody").text, words


@pytest.mark.parametrize("at", [
    HomeAddresses("127.0.0.1", way_out="192.168.1.2"), HomeAddresses("127.0.0.1"), HomeAddresses(""),
])  # fmt: skip
def test_no_router_is_told_what_leads_nowhere(looker: Any, monkeypatch: pytest.MonkeyPatch, at: HomeAddresses) -> None:
    monkeypatch.setattr(home_addresses, "look", lambda settings: at)
    page = looker.get("/setup/router").text
    assert ('id="steps"' in page) == ("Enter 192.168.1.2 as primary DNS server" in page) == bool(at.way_out)


def test_it_leads_on(visitor: Any) -> None:
    assert visitor.form("/setup/router").headers["location"] == "/setup/check"
