# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a device lands that was never seen before."""

import sqlite3

import pytest

from store.config import devices, edit
from store.config.devices import landing_group
from store.config.engine import Engine
from store.config.settings import Settings
from store.devices import sightings_store
from store.devices.sightings_store import Sighting
from store.household import groups, policy

pytestmark = pytest.mark.database


@pytest.fixture
def quarantine(engine: Engine) -> int:
    number = groups.add_group(engine, "Quarantine")
    edit.add_rule(engine, "block", "a.example", scope=f"group:{number}")
    return number


@pytest.mark.parametrize(("text", "there"), [("quarantine", True), ("1", True), ("", False), ("2", False)])
def test_a_group_is_meant_by_its_name_or_number(
    con: sqlite3.Connection, quarantine: int, text: str, there: bool
) -> None:
    assert landing_group(con, text) == (quarantine if there else None)


def test_who_is_new_lands_there_and_who_is_known_stays(con: sqlite3.Connection, quarantine: int) -> None:
    known = sightings_store.sighted(con, "10.0.0.2")
    met = [Sighting("10.0.0.2"), Sighting("10.0.0.3"), Sighting("10.0.0.4", "ac:bb:cc:00:00:01"), Sighting("127.0.0.1")]
    version = policy.load(con).version
    device_ids = sightings_store.meet(con, met, landing="Quarantine")
    assert policy.load(con).version > version
    landed = {row.id for row in devices.devices(con) if row.groups == (quarantine,)}
    assert landed == {device_ids["10.0.0.3"], device_ids["10.0.0.4"]} and known not in landed
    again = sightings_store.meet(con, [Sighting("fd00::4", "ac:bb:cc:00:00:01")], landing="Quarantine")
    assert again["fd00::4"] == device_ids["10.0.0.4"]


def test_nobody_gets_around_it_with_a_first_query(con: sqlite3.Connection, quarantine: int) -> None:
    sightings_store.sighted(con, "10.0.0.2")
    policies = policy.load(con, Settings(new_devices="quarantine"))
    assert len(policies.of("10.0.0.9").rules) == len(policies.of("", "ac:bb:cc:00:00:09").rules) == 1
    assert not policies.of("10.0.0.2").rules and not policies.of("127.0.0.1").rules and not policies.of("::1").rules
    assert not policy.load(con).of("10.0.0.9").rules


@pytest.mark.parametrize(("text", "missing"), [("", ""), ("quarantine", ""), ("1", ""), ("Gusts", "Gusts")])
def test_a_group_that_is_not_there_is_known_to_be_missing(
    con: sqlite3.Connection, quarantine: int, text: str, missing: str
) -> None:
    policies = policy.load(con, Settings(new_devices=text))
    assert policies.missing_group == missing and (policies.newcomers is None) == (text in ("", "Gusts"))


def test_a_crowd_of_new_ones_makes_room_for_the_next(
    con: sqlite3.Connection, quarantine: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings_store, "MAX_DEVICES", 4)
    sightings_store.meet(con, [Sighting(f"10.0.0.{number}") for number in range(4)], landing="1")
    assert sightings_store.make_room(con, 1, {}) == 0, "each was put into a group by a person, for all that is known"
    assert sightings_store.make_room(con, 1, {}, landing="1") == 1
