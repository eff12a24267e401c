# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from typing import Any

import pytest

from store.config import edit, lists
from store.config.engine import Engine
from store.devices import sightings_store
from store.household import groups as household_groups
from store.household import policy
from store.household.combination import Combiner
from store.household.policy import Policy

pytestmark = pytest.mark.database


@pytest.fixture
def home(engine: Engine, con: sqlite3.Connection) -> dict[str, int]:
    """Two blocklists and a pack, a phone in a group, a laptop in none."""
    lists.sync_blocklists(
        engine,
        [
            lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads", on=True),
            lists.BlocklistSeed("light", "catalogue", "Light", "https://example.org/light"),
            lists.BlocklistSeed("pack:acme", "pack", "Acme", "vendors/acme", on=True, level="safe"),
        ],
    )
    phone, laptop = sightings_store.sighted(con, "10.0.0.2"), sightings_store.sighted(con, "10.0.0.3")
    group = household_groups.add_group(engine, "Children")
    household_groups.set_groups(engine, phone, [group])
    return {"phone": phone, "laptop": laptop, "group": group}


HOUSE = (("ads", None), ("pack:acme", "safe"))


def test_everybody_has_the_policy_of_the_house(con: sqlite3.Connection, home: dict[str, int]) -> None:
    found = policy.load(con)
    assert found.default.lists == HOUSE
    assert found.by_device == {}
    assert found.of("10.0.0.2") is found.of("192.0.2.1") is found.default


def test_the_narrower_scope_decides(engine: Engine, con: sqlite3.Connection, home: dict[str, int]) -> None:
    edit.set_toggle(engine, "light", f"group:{home['group']}", True)
    edit.set_toggle(engine, "ads", f"group:{home['group']}", False)
    assert policy.load(con).of("10.0.0.2").lists == (("light", None), ("pack:acme", "safe"))
    edit.set_toggle(engine, "ads", f"device:{home['phone']}", True)
    assert policy.load(con).of("10.0.0.2").lists == (("ads", None), ("light", None), ("pack:acme", "safe"))
    assert policy.load(con).of("10.0.0.3").lists == HOUSE
    edit.clear_toggle(engine, "ads", f"device:{home['phone']}")
    assert policy.load(con).of("10.0.0.2").lists == (("light", None), ("pack:acme", "safe"))


def test_a_level_is_inherited_until_a_narrower_one_is_chosen(
    engine: Engine, con: sqlite3.Connection, home: dict[str, int]
) -> None:
    edit.set_level(engine, "pack:acme", "strict")
    edit.set_toggle(engine, "pack:acme", f"device:{home['phone']}", True)
    assert policy.load(con).of("10.0.0.2").lists == (("ads", None), ("pack:acme", "strict"))
    edit.set_level(engine, "pack:acme", "everything", f"device:{home['phone']}")
    found = policy.load(con)
    assert found.of("10.0.0.2").lists == (("ads", None), ("pack:acme", "everything"))
    assert found.default.lists == (("ads", None), ("pack:acme", "strict"))


def test_rules_of_all_scopes_hold_together(engine: Engine, con: sqlite3.Connection, home: dict[str, int]) -> None:
    edit.add_rule(engine, "block", "a.example", scope=f"device:{home['phone']}")
    edit.add_rule(engine, "allow", "b.example", subdomains=False, comment="why", scope=f"group:{home['group']}")
    edit.add_rule(engine, "block", "c.example")
    found = policy.load(con)
    assert [rule.name for rule in found.default.rules] == ["c.example"]
    assert [(rule.kind, rule.name, rule.subdomains, rule.comment) for rule in found.of("10.0.0.2").rules] == [
        ("block", "a.example", True, ""), ("allow", "b.example", False, "why"), ("block", "c.example", True, ""),
    ]  # fmt: skip


def test_equal_policies_are_one_object(engine: Engine, con: sqlite3.Connection, home: dict[str, int]) -> None:
    for device in ("phone", "laptop"):
        edit.set_toggle(engine, "ads", f"device:{home[device]}", False)
    found = policy.load(con)
    assert found.by_device.keys() == {home["phone"], home["laptop"]}
    assert found.of("10.0.0.2") is found.of("10.0.0.3") is not found.default


def test_the_version_is_that_of_the_last_edit(engine: Engine, con: sqlite3.Connection, home: dict[str, int]) -> None:
    before = policy.load(con).version
    edit.set_toggle(engine, "ads", "house", False)
    assert policy.load(con).version == before + 1


def test_devices_cost_nothing_until_they_ask(
    engine: Engine, con: sqlite3.Connection, home: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are: what holds for a device is put together when it is asked for, and once."""
    made: list[int] = []
    whole = Combiner.policy

    def counted(combiner: Combiner, *parts: Any, **named: Any) -> Policy:
        made.append(1)
        return whole(combiner, *parts, **named)

    edit.set_toggle(engine, "light", f"group:{home['group']}", True)
    edit.set_toggle(engine, "ads", f"device:{home['laptop']}", False)
    monkeypatch.setattr(Combiner, "policy", counted)
    policies = policy.load(con)
    assert len(made) == 1, "the house's"
    for _ in range(3):
        assert policies.of("10.0.0.2") is not policies.of("10.0.0.3")
    assert len(made) == 3
