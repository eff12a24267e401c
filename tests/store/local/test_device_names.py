# SPDX-License-Identifier: GPL-3.0-or-later
"""Which device is found by which name, whatever they call themselves."""

from __future__ import annotations

import sqlite3
import string
from collections.abc import Callable
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.base import db
from store.devices import sightings_store
from store.local import device_names
from store.local.device_names import MAX_IPV6, DeviceNames, label_of


def found_as(con: sqlite3.Connection, device_id: int, name: str | None) -> None:
    """Let the network call a device so, whoever bears the name."""
    con.execute("UPDATE device SET found_name = ?, found_from = 'lease' WHERE id = ?", (name, device_id))


def names(state: Path, may_claim: Callable[[str, bool], bool] = lambda label, by_hand: True) -> DeviceNames:
    with closing(db.connect(state / "config.db")) as con:
        return device_names.load(con, may_claim)


def met(state: Path, address: str, found: str | None = None, name: str | None = None) -> int:
    with closing(db.connect(state / "config.db")) as con:
        number = sightings_store.sighted(con, address)
        found_as(con, number, found)
        con.execute("UPDATE device SET name = ? WHERE id = ?", (name, number))
        con.commit()
    return number


def leads(names_: DeviceNames) -> dict[str, list[str]]:
    return {label: [str(ip_address(each)) for each in packed] for label, packed in names_.addresses.items()}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Tom's TV", "toms-tv"), ("Küche (Süd)", "kuche-sud"), ("straße", "strasse"), ("NAS_2", "nas-2"), ("日本", ""),
        ("--a--", "a"), ("x" * 80, "x" * 63), ("\0\n<script>", "script"), ("", ""), ("192.168.1.5", "192-168-1-5"),
    ],
)  # fmt: skip
def test_a_name_becomes_a_label(name: str, label: str) -> None:
    assert label_of(name) == label


@given(st.text(max_size=120))
@settings(max_examples=examples(300))
def test_whatever_the_text_the_label_is_one(name: str) -> None:
    label = label_of(name)
    assert len(label) <= 63 and set(label) <= set(string.ascii_lowercase + string.digits + "-")
    assert not label.startswith("-") and not label.endswith("-")


@pytest.mark.database
def test_a_person_s_name_comes_first_and_a_late_comer_has_a_number(state: Path) -> None:
    met(state, "192.168.1.2", found="tv.fritz.box")
    met(state, "192.168.1.3", found="tv")
    met(state, "192.168.1.4", found="pixel", name="TV")
    assert leads(names(state)) == {"tv": ["192.168.1.4"], "tv-2": ["192.168.1.2"], "tv-3": ["192.168.1.3"]}
    assert names(state).by_hand == {"tv"}


@pytest.mark.database
def test_a_lease_goes_before_what_a_device_says_of_itself_and_many_devices_are_none(state: Path) -> None:
    for address, source in (("192.168.1.2", "mdns"), ("192.168.1.3", "lease"), ("192.168.1.4", "overflow")):
        number = met(state, address, found="nas")
        with closing(db.connect(state / "config.db")) as con:
            con.execute("UPDATE device SET found_from = ? WHERE id = ?", (source, number))
            con.commit()
    assert leads(names(state)) == {"nas": ["192.168.1.3"], "nas-2": ["192.168.1.2"]}


@pytest.mark.database
def test_nobody_calls_itself_what_others_trust(state: Path) -> None:
    met(state, "192.168.1.2", found="wpad")
    met(state, "192.168.1.3", found="router")
    met(state, "192.168.1.4", name="Gateway")
    assert leads(names(state)) == {"gateway": ["192.168.1.4"]}


@pytest.mark.database
def test_a_name_that_has_an_owner_is_had_with_a_number(state: Path) -> None:
    met(state, "192.168.1.2", found="telltale")
    assert leads(names(state, lambda label, by_hand: label != "telltale")) == {"telltale-2": ["192.168.1.2"]}
    assert leads(names(state, lambda label, by_hand: False)) == {}


@pytest.mark.database
def test_a_name_leads_to_the_newest_addresses_that_lead_anywhere(state: Path) -> None:
    met(state, "192.168.1.2", name="phone")
    with closing(db.connect(state / "config.db")) as con:
        for number, address in enumerate(["192.168.1.9", "fe80::1%eth0", *(f"fd00::{n}" for n in range(1, 8))]):
            sql = "INSERT INTO client (address, device_id, first_seen, last_seen) VALUES (?, 1, 0, ?)"
            con.execute(sql, (address, 2_000_000_000 + number))
        con.commit()
    found = names(state)
    assert leads(found) == {"phone": ["192.168.1.9", "fd00::7", "fd00::6", "fd00::5", "fd00::4"]}
    assert len(found.addresses["phone"]) == 1 + MAX_IPV6
    assert found.labels[ip_address("192.168.1.2").packed] == "phone", "its old address is known by name still"


@pytest.mark.database
def test_a_device_without_a_name_or_an_address_has_none(state: Path) -> None:
    met(state, "192.168.1.2")
    with closing(db.connect(state / "config.db")) as con:
        con.execute("INSERT INTO device (name, first_seen) VALUES ('ghost', 0)")
        con.commit()
    assert leads(names(state)) == {}
