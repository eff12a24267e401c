# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device an address belongs to; the network's answers are put in by the test."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from clock import Clock
from made_network import NO_FILES, Net
from waiting import HANG_SECONDS, until

from resolver.recorder import discovery, identify, name_lookup, newcomers_met
from resolver.recorder.discovery import Discovery
from store.base import db
from store.config import devices, edit
from store.config.devices import DeviceRow
from store.devices import device_edits, sightings_store

pytestmark = pytest.mark.database

MAC = "b8:27:eb:01:02:03"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Net:
    """What the neighbour table, the router and the devices say."""
    return Net(monkeypatch)


@pytest.fixture
def start(state: Path, network: Net) -> Iterator[Callable[[], Discovery]]:
    made: list[Discovery] = []

    def begin() -> Discovery:
        made.append(Discovery(state, lambda: NO_FILES))
        return made[-1]

    yield begin
    for each in made:
        each.close()
        each.join(HANG_SECONDS)


def known(state: Path) -> list[DeviceRow]:
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        return devices.devices(con)


def met(found: Discovery, address: str) -> int | None:
    found.see([address])
    found.settle()
    return found.device_of(address)


def test_a_new_address_is_a_device_at_once_and_stays_the_same_one(start: Callable[[], Discovery], state: Path) -> None:
    first = start()
    device = met(first, "192.168.1.2")
    assert device is not None and met(first, "192.168.1.2") == device
    assert met(first, "192.168.1.3") not in (None, device)
    assert met(start(), "192.168.1.2") == device, "and after a restart too"
    assert len(known(state)) == 2


def test_addresses_of_one_mac_are_one_device(
    start: Callable[[], Discovery], network: Net, state: Path
) -> None:
    network.macs = {"192.168.1.2": MAC, "fd00::2": MAC}
    found = start()
    assert met(found, "192.168.1.2") == met(found, "fd00::2")
    until(lambda: known(state)[0].maker)
    (device,) = known(state)
    assert device.mac == MAC and "Raspberry" in str(device.maker) and len(device.addresses) == 2


def test_the_name_that_the_network_gives_is_stored(
    start: Callable[[], Discovery], network: Net, state: Path
) -> None:
    network.names = {"192.168.1.2": "Living-room TV"}
    met(start(), "192.168.1.2")
    until(lambda: known(state)[0].found_name)
    assert known(state)[0].found_name == "Living-room TV"


def test_a_mac_learned_late_makes_one_device_of_two_and_tells_the_log(
    start: Callable[[], Discovery], network: Net, state: Path
) -> None:
    found = start()
    old = met(found, "192.168.1.2")
    network.macs = {"192.168.1.9": MAC}
    kept = met(found, "192.168.1.9")
    network.macs = {"192.168.1.2": MAC, "192.168.1.9": MAC}
    assert met(found, "192.168.1.2") == kept
    assert found.merged.get_nowait() == (old, kept)
    found.refresh()
    assert met(found, "192.168.1.2") == met(found, "192.168.1.9") == kept


def test_without_a_config_there_is_no_device_one_line_in_the_log_and_it_mends_itself(
    start: Callable[[], Discovery], state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = start()
    old = met(found, "192.168.1.2")
    (state / "config.db").rename(state / "away")
    (state / "config.db").write_bytes(b"no database at all" * 1000)
    with caplog.at_level(logging.ERROR):
        assert [met(found, "192.168.1.3") for _ in range(5)] == [None] * 5
        found.refresh()
    assert met(found, "192.168.1.2") == old, "what was known stays"
    assert found.names() is None
    assert caplog.text.count("config.db cannot be used") == 1
    (state / "away").replace(state / "config.db")
    found.refresh()
    assert met(found, "192.168.1.3") is not None


def test_what_is_remembered_is_bounded(start: Callable[[], Discovery], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "KNOWN_MAX", 5)
    found = start()
    for number in range(30):
        assert met(found, f"192.168.1.{number}") is not None
        assert len(found._known) <= 5


def test_a_slow_network_holds_up_no_record(start: Callable[[], Discovery], monkeypatch: pytest.MonkeyPatch) -> None:
    hold, looked_up = threading.Event(), list[str]()

    def name_of(address: str) -> None:
        assert hold.wait(HANG_SECONDS)
        looked_up.append(address)

    monkeypatch.setattr(identify, "router_name", name_of)
    monkeypatch.setattr(name_lookup, "LOOK_UPS_MAX", 3)
    found = start()
    assert all(met(found, f"192.168.1.{number}") for number in range(20))
    assert not looked_up
    hold.set()
    until(found._lookup.waiting.empty)


def test_a_fault_in_one_look_up_does_not_end_the_others(
    start: Callable[[], Discovery], state: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def name_of(address: str) -> str:
        if address.endswith(".2"):
            raise sqlite3.DatabaseError("made for this test")
        return "Speaker"

    monkeypatch.setattr(identify, "router_name", name_of)
    found = start()
    for number in (2, 3):
        met(found, f"192.168.1.{number}")
    until(lambda: [row for row in known(state) if row.found_name == "Speaker"])
    assert "could not be looked up" in caplog.text


def test_names_are_what_a_page_shows(start: Callable[[], Discovery], state: Path) -> None:
    found = start()
    device = met(found, "192.168.1.2")
    assert device is not None
    device_edits.rename_device(edit.engine(state), device, "Tablet")
    assert found.names() == {device: "Tablet"}


def test_many_new_addresses_are_met_at_once(start: Callable[[], Discovery], state: Path) -> None:
    found, addresses = start(), [f"10.1.{number // 250}.{number % 250}" for number in range(1000)]
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        before = con.execute("PRAGMA data_version").fetchone()[0]
        for address in addresses:
            found.see([address])
        found.settle()
        assert con.execute("PRAGMA data_version").fetchone()[0] == before + 1, "one commit"
    assert len({found.device_of(address) for address in addresses}) == 1000
    assert {row.id: row.addresses for row in known(state)} == {found.device_of(one): (one,) for one in addresses}


def crowd(count: int) -> list[str]:
    return [f"10.{number // 250}.{number % 250}.1" for number in range(count)]


def test_a_crowd_becomes_no_crowd_of_devices_and_whoever_has_a_mac_is_met(
    start: Callable[[], Discovery], network: Net, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers_met, "AT_ONCE", 50)
    found = start()
    found.see(crowd(5000))
    found.settle()
    assert len(known(state)) == 50 and found.newcomers.crowd_at
    network.macs = {"192.168.1.7": MAC}
    found.see([*crowd(5000), "192.168.1.7"])
    found.settle()
    assert found.device_of("192.168.1.7") is not None and len(known(state)) == 51
    assert sum(found.device_of(address) is not None for address in crowd(5000)) == 50


def test_a_crowd_in_a_network_given_by_hand_is_all_its_device_s(
    start: Callable[[], Discovery], state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers_met, "AT_ONCE", 50)
    tablet = met(start(), "192.168.1.2")
    assert tablet is not None
    device_edits.set_networks(edit.engine(state), tablet, ["fd00:0:0:7::/64"])
    found, addresses = start(), [f"fd00:0:0:7::{number:x}" for number in range(500)]
    found.see(addresses)
    found.settle()
    assert {found.device_of(address) for address in addresses} == {tablet} and len(known(state)) == 1


def test_a_locked_config_holds_nobody_up_and_the_address_is_met_later(
    start: Callable[[], Discovery], state: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(discovery, "BUSY_MS", 0)
    Clock(monkeypatch)
    found, tried = start(), list[int]()
    real = sightings_store.make_room

    def counted(con: sqlite3.Connection, new: int, *rest: Any) -> int:
        tried.append(new)
        return real(con, new, *rest)

    monkeypatch.setattr(sightings_store, "make_room", counted)
    with closing(db.connect(state / "config.db")) as con:
        con.execute("BEGIN IMMEDIATE")
        for number in range(50):
            assert met(found, f"192.168.1.{number}") is None
        con.execute("ROLLBACK")
    assert tried == [1], "it is not tried again for each"
    monkeypatch.setattr(found, "_next_try", 0.0)
    found.look_again()
    assert all(found.device_of(f"192.168.1.{number}") for number in range(50))
    assert "config.db cannot be used" not in caplog.text
