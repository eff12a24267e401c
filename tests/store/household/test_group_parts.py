# SPDX-License-Identifier: GPL-3.0-or-later
import json
import sqlite3

import pytest

from store.config import edit, lists
from store.config.devices import landing_group
from store.config.engine import Engine
from store.devices import sightings_store
from store.household import changes as household_changes
from store.household import groups, policy, schedules, undo
from store.household.groups import GroupToggle, GroupView

pytestmark = pytest.mark.database


@pytest.fixture
def group(engine: Engine, con: sqlite3.Connection) -> int:
    seeds = [("ads", "catalogue"), ("light", "catalogue"), ("pack:acme", "pack"), ("service:tiktok", "service")]
    lists.sync_blocklists(engine, [lists.BlocklistSeed(name, kind, name, "source") for name, kind in seeds])
    sightings_store.sighted(con, "10.0.0.2")
    return groups.add_group(engine, "Children")


def view(engine: Engine) -> GroupView:
    (only,) = groups.groups(engine)
    return only


def test_a_group_is_given_all_its_parts_at_once(engine: Engine, con: sqlite3.Connection, group: int) -> None:
    night = schedules.add_schedule(engine, "Night", [{"days": ["mon"], "from": "21:00", "to": "22:00"}])
    groups.remove_group(engine, group)
    number = groups.add_group(engine, "Guests", {
        "answer": "NXDOMAIN", "schedule": night, "upstreams": ["192.0.2.1"], "devices": [1],
        "lists": ["ads"], "services": ["tiktok"],
    })  # fmt: skip
    shown = view(engine)
    assert shown == GroupView(
        number, "Guests", "nxdomain", night, ("192.0.2.1",), (1,),
        (GroupToggle("ads", True, None, None), GroupToggle("service:tiktok", True, None, None)),
    )  # fmt: skip
    assert (shown.lists, shown.services) == (("ads",), ("tiktok",))
    held = policy.load(con, now_s=1_800_000_000).of("10.0.0.2")
    assert (held.answer, held.upstreams) == ("nxdomain", ("192.0.2.1",))
    assert held.lists == (("ads", None), ("service:tiktok", None))


def test_lists_that_stay_keep_what_else_is_said_of_them(engine: Engine, group: int) -> None:
    scope = f"group:{group}"
    edit.set_level(engine, "pack:acme", "strict", scope)
    edit.set_toggle(engine, "light", scope, False)
    edit.set_toggle(engine, "service:tiktok", scope, True)
    groups.change_group(engine, group, {"lists": ["ads", "pack:acme"]})
    assert [(each.id, each.on, each.level) for each in view(engine).toggles] == [
        ("ads", True, None), ("light", False, None), ("pack:acme", True, "strict"), ("service:tiktok", True, None),
    ]  # fmt: skip
    before = view(engine)
    groups.change_group(engine, group, {"lists": before.lists, "services": before.services, "devices": before.devices})
    assert view(engine) == before, "written back, it changes nothing"
    groups.change_group(engine, group, {"lists": ["light"]})
    assert [(each.id, each.on) for each in view(engine).toggles] == [("light", True), ("service:tiktok", True)]


def test_parts_that_are_left_out_stay(engine: Engine, group: int) -> None:
    groups.change_group(engine, group, {"upstreams": ["192.0.2.1"], "answer": "refused"})
    groups.change_group(engine, group, {"name": "Kids"})
    assert (view(engine).name, view(engine).answer, view(engine).upstreams) == ("Kids", "refused", ("192.0.2.1",))
    groups.change_group(engine, group, {"upstreams": [], "answer": ""})
    assert (view(engine).answer, view(engine).upstreams) == ("", ())


def test_the_history_says_what_was_decided(engine: Engine, con: sqlite3.Connection, group: int) -> None:
    sightings_store.sighted(con, "10.0.0.3")
    night = schedules.add_schedule(engine, "Night", [{"days": ["mon"], "from": "21:00", "to": "22:00"}])
    changes: dict[str, groups.GroupParts] = {
        "Children has no access inside Night.": {"schedule": night},
        "Children has access at all times.": {"schedule": None},
        "Devices of Children get nxdomain for a blocked name.": {"answer": "nxdomain"},
        "Devices of Children get the answer of the house for a blocked name.": {"answer": ""},
        "Children is answered by 192.0.2.1.": {"upstreams": ["192.0.2.1"]},
        "New in Children: 10.0.0.2, 10.0.0.3.": {"joining": [1, 2]},
        "No more in Children: 10.0.0.2.": {"leaving": [1]},
        "New in Children: 10.0.0.2; no more in it: 10.0.0.3.": {"joining": [1], "leaving": [2]},
        "Who is in Children is changed.": {"devices": [1, 2]},
    }
    for sentence, parts in changes.items():
        groups.change_group(engine, group, parts)
        assert str(household_changes.changes(engine, limit=1)[0].what) == sentence


def test_new_devices_land_where_they_did_when_the_group_is_called_otherwise(
    engine: Engine, con: sqlite3.Connection, group: int
) -> None:  # fmt: skip
    edit.put_settings(engine, {"new_devices": "children"})
    for name in ("Kids", "2024", "Teens"):
        groups.change_group(engine, group, {"name": name})
        (value,) = con.execute("SELECT value FROM setting WHERE key = 'new_devices'").fetchone()
        assert landing_group(con, json.loads(value)) == group, name
    undo.undo(engine, household_changes.changes(engine, limit=1)[0].id)
    assert view(engine).name == "2024"
