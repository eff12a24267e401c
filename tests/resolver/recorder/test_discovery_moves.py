# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that get another device (FTL#2912), tables that are full, strangers: nobody is taken for somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from clock import Clock
from made_network import NO_FILES, Net
from told_facts import NOTHING
from waiting import HANG_SECONDS, until

from resolver.recorder import discovery
from resolver.recorder.discovery import MOVED_SECONDS, RETRY_SECONDS, Discovery
from store.base import db
from store.config import devices, edit
from store.config.devices import DeviceRow
from store.devices import sightings_store
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Verdict
from store.log.writer import Writer

pytestmark = pytest.mark.database

PI, TV = "b8:27:eb:01:02:03", "00:00:f0:0a:0b:0c"  # Raspberry Pi, Samsung


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Net:
    return Net(monkeypatch)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def home(state: Path, net: Net, clock: Clock) -> Iterator[Discovery]:
    made = Discovery(state, lambda: NO_FILES)
    yield made
    made.close()
    made.join(HANG_SECONDS)


def ask(home: Discovery, *addresses: str) -> list[int | None]:
    """The devices that have these addresses, as rows of now are written."""
    home.see(addresses)
    home.settle()
    return [home.device_of(address) for address in addresses]


def by_id(state: Path) -> dict[int, DeviceRow]:
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        return {row.id: row for row in devices.devices(con)}


def test_an_address_that_was_silent_is_the_device_that_has_it_now(
    home: Discovery, net: Net, clock: Clock, state: Path
) -> None:
    net.macs, net.names = {"192.168.1.5": PI}, {"192.168.1.5": "anna-pi"}
    (old,) = ask(home, "192.168.1.5")
    until(lambda: by_id(state)[old or 0].found_name)
    net.macs, net.names = {"192.168.1.5": TV}, {"192.168.1.5": "telly"}
    clock.now += MOVED_SECONDS
    (new,) = ask(home, "192.168.1.5")
    assert new not in (None, old)
    until(lambda: by_id(state)[new or 0].found_name)
    rows = by_id(state)
    pi, tv = rows[old or 0], rows[new or 0]
    assert (tv.mac, tv.found_name) == (TV, "telly") and "Samsung" in str(tv.maker)
    assert (pi.mac, pi.found_name) == (PI, "anna-pi") and "Raspberry" in str(pi.maker)
    assert home.merged.empty(), "nobody's history moves"


def asked_again(home: Discovery, clock: Clock) -> list[int | None]:
    clock.now += RETRY_SECONDS
    return ask(home, "192.168.1.5", "192.168.1.6")


def test_two_that_change_places_keep_their_own(home: Discovery, net: Net, clock: Clock, state: Path) -> None:
    net.macs = {"192.168.1.5": PI, "192.168.1.6": TV}
    pi, tv = ask(home, "192.168.1.5", "192.168.1.6")
    net.macs = {"192.168.1.5": TV, "192.168.1.6": PI}
    until(lambda: asked_again(home, clock) == [tv, pi])  # the thread that looks up names may write just then
    assert len(by_id(state)) == 2 and home.merged.empty()


def test_an_address_changes_hands_with_its_first_query_though_it_was_never_silent(
    home: Discovery, net: Net, clock: Clock
) -> None:
    net.macs = {"192.168.1.5": PI}
    (old,) = ask(home, "192.168.1.5")
    net.macs = {"192.168.1.5": TV}
    home.see(["192.168.1.5"])
    assert home.device_of("192.168.1.5") != old, "as the batch is taken, before anything is written"
    home.settle()
    assert home.device_of("192.168.1.5") not in (None, old)


def test_while_config_is_locked_an_address_that_moved_is_nobody_s_whatever_is_read_meanwhile(
    home: Discovery, net: Net, clock: Clock, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.macs = {"192.168.1.5": PI}
    (old,) = ask(home, "192.168.1.5")
    net.macs = {"192.168.1.5": TV}
    monkeypatch.setattr(discovery, "MOVED_BUSY_MS", 0)
    with closing(db.connect(state / "config.db")) as con:
        con.execute("BEGIN IMMEDIATE")
        home.see(["192.168.1.5"])
        home.refresh()
        assert home.device_of("192.168.1.5") is None
        con.execute("ROLLBACK")
    until(lambda: asked_again(home, clock)[0] not in (None, old))


def test_a_new_address_of_a_known_device_is_met_before_it_asks(home: Discovery, net: Net, state: Path) -> None:
    net.macs = {"192.168.1.5": PI}
    (pi,) = ask(home, "192.168.1.5")
    net.macs |= {"fd00::5": PI, "fd00::6": TV}
    home.look_again()
    assert home.device_of("fd00::5") == pi and home.device_of("fd00::6") is None
    assert set(by_id(state)[pi or 0].addresses) == {"192.168.1.5", "fd00::5"}


def test_what_a_trusted_router_tells_goes_before_what_is_seen(home: Discovery, net: Net, state: Path) -> None:
    net.macs = {"192.168.1.5": PI}
    (pi,) = ask(home, "192.168.1.5")
    home.told("192.168.1.5", TV)
    home.told(TV, TV)
    tv, same = ask(home, "192.168.1.5", TV)
    assert tv == same != pi and tv is not None
    assert {client.address: client.how for client in by_id(state)[tv].clients} == {"192.168.1.5": "edns", TV: "edns"}
    home.told("192.168.7.7", "")
    (far,) = ask(home, "192.168.7.7")
    assert by_id(state)[far or 0].clients[0].how == "edns"


def test_what_was_asked_before_stays_with_who_asked_it(home: Discovery, net: Net, clock: Clock, state: Path) -> None:
    con = querylog.open_log(state / "querylog.db")
    writer = Writer(con, NOTHING)
    net.macs = {"192.168.1.5": PI}

    def log(name: str) -> int | None:
        (device,) = ask(home, "192.168.1.5")
        key = Key(name, 1, int(Verdict.PASS), 0, "", "", 0, "")
        writer.add(Batch(1, 0, 0, ["192.168.1.5"], [key], [(int(clock.now * 1e6), 0, 0, 100)]), home.device_of)
        writer.commit(30)
        return device

    old = log("before.example")
    clock.now += MOVED_SECONDS
    net.macs = {"192.168.1.5": TV}
    new = log("after.example")
    assert old != new
    with closing(con):
        assert dict(con.execute("SELECT name, device_id FROM queries").fetchall()) == {
            "before.example": old, "after.example": new,
        }  # fmt: skip


def test_rules_of_the_one_do_not_hold_for_the_other(home: Discovery, net: Net, clock: Clock, state: Path) -> None:
    net.macs = {"192.168.1.5": PI}
    (old,) = ask(home, "192.168.1.5")
    edit.add_rule(edit.engine(state), "block", "games.example", scope=f"device:{old}")
    clock.now += MOVED_SECONDS
    net.macs = {"192.168.1.5": TV}
    (new,) = ask(home, "192.168.1.5")
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        assert devices.clients(con) == {"192.168.1.5": new} and new != old


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sightings_store, "MAX_DEVICES", 20)
    return 20


@pytest.mark.parametrize("mac", [PI, None])
def test_a_new_phone_finds_room_behind_a_crowd(
    home: Discovery, net: Net, clock: Clock, state: Path, small: int, mac: str | None
) -> None:
    (tv,) = ask(home, "192.168.1.2")
    edit.add_rule(edit.engine(state), "block", "games.example", scope=f"device:{tv}")
    for number in range(60):
        clock.now += 1
        ask(home, f"10.9.0.{number + 1}")
    net.macs = {"192.168.1.77": mac} if mac else {}
    clock.now += 1
    (phone,) = ask(home, "192.168.1.77")
    rows = by_id(state)
    assert len(rows) <= small and rows[phone or 0].found_name != devices.MORE_DEVICES
    assert rows[phone or 0].addresses == ("192.168.1.77",)
    assert tv in rows, "one with a rule is never pushed out"
    assert ask(home, "10.9.0.60") == [max(rows) - 1], "who was heard lately stays"


def test_thousands_at_once_push_out_half_at_most_and_share_one_device(
    home: Discovery, clock: Clock, state: Path, small: int
) -> None:
    kept = ask(home, *(f"192.168.1.{number}" for number in range(1, 21)))
    clock.now += 1
    late = ask(home, *(f"192.168.1.{number}" for number in range(11, 21)))
    clock.now += 1
    ask(home, *(f"10.9.{number // 250}.{number % 250}" for number in range(3000)))
    rows = by_id(state)
    assert set(late) <= rows.keys() and len(set(kept) & rows.keys()) == 10
    assert devices.MORE_DEVICES in {row.found_name for row in rows.values()}
    clock.now += 1
    (phone,) = ask(home, "192.168.1.77")
    assert by_id(state)[phone or 0].addresses == ("192.168.1.77",)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a00:1450::1", "203.0.113.5"])
def test_strangers_become_no_devices(home: Discovery, state: Path, address: str) -> None:
    assert ask(home, address, "192.168.1.2") != [None, None]
    assert home.device_of(address) is None and len(by_id(state)) == 1


def test_who_the_settings_let_in_is_none(state: Path, net: Net) -> None:
    made = Discovery(state, lambda: replace(NO_FILES, allowed_networks=("203.0.113.0/24",)))
    assert ask(made, "203.0.113.5", "203.0.114.5") != [None, None] and made.device_of("203.0.114.5") is None
    made.close()
    made.join(HANG_SECONDS)
