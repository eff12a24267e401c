# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config import devices
from store.config.choices import ClientHow
from store.config.engine import Engine
from store.devices import device_edits, sightings_store
from store.devices.sightings_store import Sighting
from store.household import policy
from store.household.policy_values import NOBODY, Policy, PolicySet, Who

HOUSE, STRICT = Policy((), ()), Policy((("ads", None),), ())
CLIENTS = {"10.0.0.2": 3, "fd00::2": 3, "10.0.0.4": 4}
SET = PolicySet(1, HOUSE, {3: STRICT}, CLIENTS, who={3: Who(("phone",), ("kids",))})


def test_a_device_has_its_policy_at_each_of_its_addresses_and_all_others_the_house_s() -> None:
    assert SET.of("10.0.0.2") is SET.of("fd00::2") is STRICT
    assert SET.of("10.0.0.4") is SET.of("192.0.2.1") is HOUSE


def test_rules_of_lists_know_a_device_by_its_names_and_groups() -> None:
    assert SET.who_asks("fd00::2") == (("phone",), ("kids",))
    assert SET.who_asks("10.0.0.4") == SET.who_asks("192.0.2.1") == NOBODY


def test_an_address_that_was_handed_on_has_the_policy_of_its_next_device() -> None:
    behind = {"10.0.0.2": "m3", "10.0.0.4": "m4"}
    handed = PolicySet(1, HOUSE, {3: STRICT}, CLIENTS, macs={"m3": 3, "m4": 4}, behind=behind)
    assert handed.of("10.0.0.4", seen="m3") is STRICT
    assert handed.of("10.0.0.2", seen="m4") is handed.of("10.0.0.2", seen="nobody's") is HOUSE
    assert handed.of("10.0.0.2", seen="m3") is handed.of("10.0.0.2") is handed.of("10.0.0.99", seen="m3") is STRICT


@pytest.mark.database
def test_who_has_an_address_now_is_who_config_db_is_going_to_say(engine: Engine, con: sqlite3.Connection) -> None:
    """A worker hears of a MAC address before the recorder has written what follows from it; both must mean the same."""
    phone, tv, guest = "ac:bb:cc:00:00:01", "ac:bb:cc:00:00:02", "ac:bb:cc:00:00:03"
    router = "ac:bb:cc:00:00:04"

    def sees(address: str, mac: str) -> tuple[int, int]:
        """Whose it is by the policy of before, and by that of after; 0 for a device that was not there before."""
        before, known = policy.load(con), {row.id for row in devices.devices(con)}
        sightings_store.sighted(con, address, mac)
        after = policy.load(con).device_of(address)
        return before.device_of(address, seen=mac), after if after in known else 0

    number = sightings_store.sighted(con, "10.0.0.2", phone)
    other = sightings_store.sighted(con, "10.0.0.3", tv)
    assert sees("10.0.0.2", phone) == (number, number), "as it was"
    assert sees("fd00::2", phone) == (number, number), "another address of a device that is known"
    assert sees("10.0.0.2", tv) == (other, other), "handed to a device that is known"
    assert sees("10.0.0.2", phone) == (number, number), "and back"
    assert sees("10.0.0.2", guest) == (0, 0), "handed to one that nobody knows"
    assert sees("10.0.0.2", phone) == (number, number)
    alone = sightings_store.sighted(con, "10.0.0.9")
    assert sees("10.0.0.9", "ac:bb:cc:00:00:09") == (alone, alone), "its own MAC address turns out"
    split = device_edits.split_device(engine, number, ["fd00::2"])
    assert sees("fd00::2", phone) == (split, split), "a person put it there"
    assert sees("fd00::2", tv) == (other, other), "but not for whoever has it next"
    sightings_store.meet(con, [Sighting("10.0.9.1", phone, ClientHow.EDNS)])
    assert policy.load(con).device_of("10.0.9.1", seen=router) == number, "a router's word is surer"
