# SPDX-License-Identifier: GPL-3.0-or-later
"""What was heard goes to the device that has the address, and nowhere else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from resolver.recorder import announced_facts
from resolver.recorder.announcement_book import Heard
from store.base import db
from store.config import devices
from store.config.choices import NameSource
from store.devices import found_names, sightings_store

pytestmark = pytest.mark.database

TV, PHONE = "192.168.1.20", "192.168.1.21"


@pytest.fixture
def con(state: Path) -> Iterator[sqlite3.Connection]:
    with closing(db.connect(state / "config.db")) as made:
        yield made


def test_names_makers_and_kinds_are_written_by_address(con: sqlite3.Connection, state: Path) -> None:
    tv, phone = (sightings_store.sighted(con, at) for at in (TV, PHONE))
    with db.transaction(con):
        sightings_store.set_maker(con, phone, "Apple, Inc.")
    announced_facts.store(state / "config.db", {
        TV: Heard(mdns_name="Living Room", ssdp_name="TV 7", services=("_googlecast._tcp",), maker="Sony"),
        PHONE: Heard(mdns_name="Telltale", hosts=("Annas-iPhone",), maker="Somebody"),
        "192.168.1.99": Heard(mdns_name="Stranger"),
    }, "telltale")  # fmt: skip
    first, second = devices.devices(con)
    assert found_names.names_of(con, tv) == {NameSource.MDNS: "Living Room", NameSource.SSDP: "TV 7"}
    assert (first.found_name, first.maker, first.found_kind) == ("Living Room", "Sony", "tv")
    assert (second.found_name, second.maker, second.found_kind) == (None, "Apple, Inc.", "phone")  # our name is ours


def test_names_that_a_device_asks_for_tell_its_kind(con: sqlite3.Connection, state: Path) -> None:
    tv, phone = (sightings_store.sighted(con, at) for at in (TV, PHONE))
    asked = {tv: ["api.lgtvsdp.com"], phone: ["a.pub.3gppnetwork.org"], 99: ["a.pub.3gppnetwork.org"]}
    announced_facts.store_asked(state / "config.db", asked)
    assert [row.found_kind for row in devices.devices(con)] == ["tv", "phone"]
    assert devices.devices(con, tv)[0].kind_reason == "asks:lgtvsdp.com"


def test_one_name_is_borne_by_one_device(con: sqlite3.Connection, state: Path) -> None:
    tv, phone = (sightings_store.sighted(con, at) for at in (TV, PHONE))
    for address in (TV, PHONE):
        announced_facts.store(state / "config.db", {address: Heard(mdns_name="Anna's iPhone")})
    names = {row.id: row.found_name for row in devices.devices(con)}
    assert names == {tv: "Anna's iPhone", phone: None}, "the second goes by its address"
