# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose device it is: by the other end of the connection and nothing else, whatever a request says of itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from examples import examples
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st

from network import neighbours, routes
from network.neighbours import Neighbours
from store.base import db
from store.devices import sightings_store
from webui.http import own_device
from webui.http.own_device import OwnDevice, find, token_for
from webui.http.state import WebUi
from wire.addresses import parse

pytestmark = pytest.mark.database

PHONE, TV, MAC = "192.168.1.21", "192.168.1.30", "02:00:00:00:00:21"
LINK_LOCAL = "fe80::21"


@pytest.fixture(scope="module")
def ui(tmp_path_factory: pytest.TempPathFactory) -> WebUi:
    """Device 1 is a phone with three addresses, device 2 a TV."""
    state = tmp_path_factory.mktemp("state")
    db.open_config(state)
    with closing(db.connect(state / "config.db")) as con:
        for address in (PHONE, "2001:db8::21", LINK_LOCAL):
            sightings_store.sighted(con, address, MAC)
        sightings_store.sighted(con, TV)
        sightings_store.sighted(con, "127.0.0.1")
    return WebUi(state, state, {}, neighbours=Neighbours(lambda: {parse(PHONE): MAC}))


@pytest.fixture(autouse=True)
def _no_router(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "router", lambda: "192.168.1.1")


@pytest.fixture
def con(ui: WebUi) -> Iterator[Any]:
    with closing(db.connect(ui.state / "config.db", read_only=True)) as made:
        yield made


def request(client: str | None, headers: dict[str, str] | None = None, query: str = "") -> Request:
    pairs = [(key.lower().encode("latin-1"), value.encode("latin-1")) for key, value in (headers or {}).items()]
    scope = {"type": "http", "method": "GET", "path": "/my", "query_string": query.encode(), "headers": pairs}
    return Request({**scope, "client": None if client is None else (client, 40000)})


@pytest.mark.parametrize(
    ("client", "device"),
    [
        (PHONE, 1), (f"::ffff:{PHONE}", 1), ("2001:db8::21", 1), ("2001:DB8:0::21", 1), (TV, 2),
        ("192.168.1.99", None), ("2001:db8::99", None), ("127.0.0.1", 3), ("testclient", None), (None, None),
    ],
)  # fmt: skip
def test_a_device_is_known_by_any_of_its_addresses(ui: WebUi, con: Any, client: str, device: int | None) -> None:
    found_device = find(request(client), ui, con)
    assert found_device.id == device
    assert (found_device.why == "") == (device is not None)


def test_an_address_that_was_handed_on_is_no_longer_its_device_s(ui: WebUi, con: Any) -> None:
    other = WebUi(ui.state, ui.run, {}, neighbours=Neighbours(lambda: {parse(PHONE): "02:00:00:00:00:99"}))
    assert find(request(PHONE), other, con) == OwnDevice(None, PHONE, own_device.UNKNOWN)


def test_a_link_local_address_is_looked_up_on_its_own_link(
    ui: WebUi, con: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    macs = {"eth0": MAC, "eth1": "02:00:00:00:00:99"}
    monkeypatch.setattr(neighbours, "mac_on", lambda address, link: macs.get(link))
    assert find(request(f"{LINK_LOCAL}%eth0"), ui, con).id == 1
    assert find(request(f"{LINK_LOCAL}%eth1"), ui, con).id is None, "another machine, on another link"


def test_behind_a_router_that_hides_the_home_nobody_is_shown_anything(ui: WebUi, con: Any) -> None:
    assert find(request("192.168.1.1"), ui, con) == OwnDevice(None, "192.168.1.1", own_device.SHARED)


def test_behind_a_router_that_asks_for_others_nobody_is_shown_anything(con: Any, ui: WebUi) -> None:
    trusting = WebUi(ui.state, ui.run, {"TELLTALE_TRUSTED_ROUTERS": f"{TV},fd00::/8"}, neighbours=ui.neighbours)
    assert find(request(TV), trusting, con).why == own_device.SHARED
    assert find(request(PHONE), trusting, con).id == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_behind_a_proxy_on_this_machine_nobody_is_shown_anything(ui: WebUi, con: Any, header: str) -> None:
    assert find(request("127.0.0.1", {header: PHONE}), ui, con).why == own_device.SHARED


TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)
CLAIMS = st.sampled_from([PHONE, TV, f"for={TV}", "127.0.0.1", "1", "2", "device:2", "::1", f"{TV}, {PHONE}"])
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Host", "X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "True-Client-IP", "CF-Connecting-IP", "Cookie",
         "X-Client-IP", "X-Forwarded-Host", "Origin", "Referer", "User-Agent", "Client"]
    ),
    CLAIMS | TEXT,
)  # fmt: skip


@settings(max_examples=examples(150), deadline=None)
@given(HEADERS, st.sampled_from(["", "device=2", "client=192.168.1.30", "id=2", "address=192.168.1.30"]))
def test_whatever_a_request_claims_it_is_its_own_device(ui: WebUi, headers: dict[str, str], query: str) -> None:
    with closing(db.connect(ui.state / "config.db", read_only=True)) as con:
        assert find(request(PHONE, headers, query), ui, con).id == 1
        assert find(request("192.168.1.99", headers, query), ui, con).id is None


def test_a_token_is_of_one_address_and_some_hours(ui: WebUi, monkeypatch: pytest.MonkeyPatch) -> None:
    token, phone = token_for(ui, request(PHONE)), parse(PHONE)
    assert own_device._is_token(ui, phone, token)
    assert token == token_for(ui, request(f"::ffff:{PHONE}"))
    assert not own_device._is_token(ui, parse(TV), token) and not own_device._is_token(ui, phone, "é")
    now = time.time()
    for hours, holds in ((12, True), (25, False)):
        monkeypatch.setattr(time, "time", lambda hours=hours: now + hours * 3600)
        assert own_device._is_token(ui, phone, token) == holds


