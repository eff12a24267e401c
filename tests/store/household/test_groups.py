# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from store.config import devices, edit, lists
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.devices import sightings_store
from store.household import groups, policy
from store.wall import wall_edit

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def _ads(engine: Engine) -> None:
    seeds = [("ads", "catalogue"), ("pack:acme", "pack"), ("service:tiktok", "service")]
    lists.sync_blocklists(engine, [lists.BlocklistSeed(name, kind, name, "source") for name, kind in seeds])


def groups_of(con: sqlite3.Connection) -> list[tuple[int, ...]]:
    return [row.groups for row in devices.devices(con)]


def test_a_device_is_in_several_groups_and_a_group_has_several_devices(engine: Engine, con: sqlite3.Connection) -> None:
    phone, tv = sightings_store.sighted(con, "10.0.0.2"), sightings_store.sighted(con, "10.0.0.3")
    children, screens = groups.add_group(engine, "Children"), groups.add_group(engine, "Screens")
    groups.set_groups(engine, phone, [screens, children, screens])
    groups.change_group(engine, screens, {"devices": [tv, phone]})
    assert groups_of(con) == [(children, screens), (screens,)]
    assert {row.name: row.devices for row in groups.groups(engine)} == {"Children": (phone,), "Screens": (phone, tv)}
    groups.change_group(engine, screens, {"devices": [tv]})
    assert groups_of(con) == [(children,), (screens,)], "its other groups stay"
    groups.set_groups(engine, phone, [])
    assert groups_of(con) == [(), (screens,)]


def test_a_dissolved_group_takes_its_policy_along_and_leaves_its_devices(
    engine: Engine, con: sqlite3.Connection
) -> None:
    device, group = sightings_store.sighted(con, "10.0.0.2"), groups.add_group(engine, "Children")
    groups.set_groups(engine, device, [group])
    edit.set_toggle(engine, "ads", f"group:{group}", True)
    edit.add_rule(engine, "block", "a.example", scope=f"group:{group}")
    wall_edit.put_switches(engine, f"group:{group}", {"doh": "off"})
    assert policy.load(con).by_device.keys() == {device}
    groups.remove_group(engine, group)
    assert groups.groups(engine) == [] and edit.rules(engine) == []
    assert con.execute("SELECT (SELECT count(*) FROM toggle) + (SELECT count(*) FROM wall_switch)").fetchone() == (0,)
    assert policy.load(con).by_device == {}
    assert groups_of(con) == [()]


def test_two_devices_that_turn_out_to_be_one_are_in_the_groups_of_both(engine: Engine, con: sqlite3.Connection) -> None:
    known = sightings_store.sighted(con, "10.0.0.2", "aa:00:00:00:00:01")
    unknown = sightings_store.sighted(con, "fd00::9")
    first, second = groups.add_group(engine, "Children"), groups.add_group(engine, "Screens")
    groups.set_groups(engine, known, [first])
    groups.set_groups(engine, unknown, [first, second])
    assert sightings_store.sighted(con, "fd00::9", "aa:00:00:00:00:01") == known
    assert groups_of(con) == [(first, second)]


def test_a_group_gets_another_name(engine: Engine) -> None:
    children, _ = groups.add_group(engine, "Children"), groups.add_group(engine, "Guests")
    for name in (" The  children ", "The children"):
        groups.change_group(engine, children, {"name": name})
    assert [row.name for row in groups.groups(engine)] == ["Guests", "The children"]
    with pytest.raises(EditError, match="already"):
        groups.change_group(engine, children, {"name": "Guests"})


@pytest.mark.parametrize(
    ("edits", "error", "words"),
    [
        (lambda e: groups.set_groups(e, 9, []), NotFound, "device 9"),
        (lambda e: groups.change_group(e, 1, {"answer": "refused", "devices": [9]}), NotFound, "device 9"),
        (lambda e: groups.change_group(e, 9, {"devices": []}), NotFound, "group 9"),
        (lambda e: groups.change_group(e, 1, {"schedule": 9}), NotFound, "schedule 9"),
        (lambda e: groups.change_group(e, 1, {"upstreams": ["nonsense://x"]}), EditError, "upstreams"),
        (lambda e: groups.change_group(e, 1, {"lists": ["none"]}), NotFound, "blocklist 'none'"),
        (lambda e: groups.change_group(e, 1, {"services": ["ads"]}), NotFound, "service:ads"),
        (lambda e: groups.change_group(e, 1, {"lists": ["service:tiktok"]}), EditError, "is a service"),
        (lambda e: groups.add_group(e, " "), EditError, "printable"),
        (lambda e: groups.add_group(e, "Guests"), EditError, "already"),
        (lambda e: groups.change_group(e, 1, {"name": ""}), EditError, "printable"),
        (lambda e: groups.set_group_answer(e, 1, "what?"), EditError, "no answer"),
        (lambda e: groups.remove_group(e, 9), NotFound, "group 9"),
    ],
)
def test_refused_edits_say_why_and_change_nothing(
    engine: Engine, con: sqlite3.Connection, edits: Callable[[Engine], Any], error: type[EditError], words: str
) -> None:
    groups.add_group(engine, "Guests")
    before = list(con.iterdump())
    with pytest.raises(error, match=words):
        edits(engine)
    assert list(con.iterdump()) == before


def test_there_is_an_end_to_groups(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MAX_GROUPS", 2)
    groups.add_group(engine, "A")
    groups.add_group(engine, "B")
    with pytest.raises(EditError, match="2 groups already"):
        groups.add_group(engine, "C")
