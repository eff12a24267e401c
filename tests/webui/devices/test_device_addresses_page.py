# SPDX-License-Identifier: GPL-3.0-or-later
"""The card of addresses on a device's page."""

from contextlib import closing
from typing import Any

from store.base import db
from store.config import devices
from store.config.devices import DeviceRow
from store.devices import sightings_store

MAC, PRIVATE = "ac:bb:cc:00:00:01", "ae:bb:cc:00:00:02"


def rows(visitor: Any) -> dict[int, DeviceRow]:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        return {row.id: row for row in devices.devices(con)}


def met(visitor: Any, address: str, mac: str | None = None) -> int:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        return sightings_store.sighted(con, address, mac)


def test_what_is_known_of_each_address_is_shown(visitor: Any) -> None:
    number = met(visitor, "192.168.1.77", PRIVATE)
    page = visitor.get(f"/devices/{number}").text
    assert "its MAC address" in page and "made up by the device" in page and 'value="192.168.1.77"' in page


def test_addresses_are_given_split_off_merged_and_forgotten(visitor: Any) -> None:
    first, second = met(visitor, "192.168.1.77", MAC), met(visitor, "192.168.1.78", PRIVATE)
    assert visitor.form(f"/devices/{first}/merge", into=second).headers["location"] == f"/devices/{second}"
    assert first not in rows(visitor) and len(rows(visitor)[second].macs) == 2
    made = int(visitor.form(f"/devices/{second}/split", client=MAC).headers["location"].rpartition("/")[2])
    assert rows(visitor)[made].mac == MAC and rows(visitor)[second].mac == PRIVATE
    visitor.form(f"/devices/{made}/addresses", networks="10.5.0.0/16, fd00:5::/64")
    assert rows(visitor)[made].networks == ("10.5.0.0/16", "fd00:5::/64")
    assert "10.5.0.0/16, fd00:5::/64" in visitor.get(f"/devices/{made}").text
    assert visitor.form(f"/devices/{made}/forget").headers["location"] == "/devices" and made not in rows(visitor)


def test_what_cannot_be_is_said(visitor: Any) -> None:
    number = met(visitor, "192.168.1.77", MAC)
    assert "which of its addresses" in visitor.form(f"/devices/{number}/split").text
    assert "no address or network" in visitor.form(f"/devices/{number}/addresses", networks="<b>").text
    assert visitor.form(f"/devices/{number}/merge", into=number).status_code == 422
