# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided for a device agrees with the policy that answers it, and says whose word it is."""

from __future__ import annotations

import time
from contextlib import closing
from typing import Any

import pytest

from store.base import db
from store.config import devices, edit, lists, scopes
from store.config.settings import Settings
from store.household import groups, policy, safe_search_edit, schedules
from webui.devices.decided import Decided, decided

DEVICE = 1


def holds(visitor: Any) -> Decided:
    """As of now; held to the policy."""
    with closing(db.connect(visitor.home.state / "config.db", read_only=True)) as con:
        row = next(row for row in devices.devices(con) if row.id == DEVICE)
        views = [*lists.blocklists(visitor.engine()), *lists.services(visitor.engine())]
        found = decided(con, Settings(), row, views, int(time.time()))
        policies = policy.load(con)
        held = policies.by_device.get(DEVICE) or policies.default
    assert {word.view.id: word.level for word in found.lists if word.on} == dict(held.lists)
    assert tuple((engine, level) for engine, level, _ in found.engines) == held.safe_search
    assert {rule.id for _, rule in found.rules} == {rule.id for rule in held.rules}
    return found


def word(visitor: Any, blocklist: str) -> Any:
    return next(each for each in holds(visitor).lists if each.view.id == blocklist)


def test_without_a_word_the_house_decides(visitor: Any) -> None:
    xiaomi = word(visitor, "pack:xiaomi")
    assert (xiaomi.on, xiaomi.level, xiaomi.scope, xiaomi.own) == (True, "safe", scopes.HOUSE, None)
    assert xiaomi.wider == (True, "safe") and xiaomi.wider_scope == scopes.HOUSE


def test_the_devices_own_word_wins(visitor: Any) -> None:
    edit.set_level(visitor.engine(), "pack:xiaomi", "strict", "device:1")
    xiaomi = word(visitor, "pack:xiaomi")
    assert (xiaomi.level, xiaomi.scope, xiaomi.own) == ("strict", scopes.device(1), (True, "strict"))
    assert xiaomi.wider == (True, "safe")
    edit.set_toggle(visitor.engine(), "pack:xiaomi", "device:1", False)
    assert word(visitor, "pack:xiaomi").on is False


def test_of_groups_the_one_that_turns_it_on(visitor: Any) -> None:
    engine = visitor.engine()
    quiet = groups.add_group(engine, "Quiet", {"devices": [DEVICE]})
    strict = groups.add_group(engine, "Strict", {"devices": [DEVICE]})
    edit.set_toggle(engine, "pack:samsung", f"group:{quiet}", False)
    edit.set_level(engine, "pack:samsung", "everything", f"group:{strict}")
    samsung = word(visitor, "pack:samsung")
    assert (samsung.on, samsung.level, samsung.scope) == (True, "everything", scopes.group(strict))
    assert samsung.wider_scope == scopes.group(strict)
    safe_search_edit.set_safe_search(engine, ["google"], True, scope=f"group:{strict}")
    assert holds(visitor).engines == (("google", "", scopes.group(strict)),)
    assert holds(visitor).groups == {quiet: "Quiet", strict: "Strict"}


def test_what_has_a_time_counts_while_it_is(visitor: Any) -> None:
    engine = visitor.engine()
    day = time.strftime("%a", time.localtime(time.time() + 3 * 86_400)).lower()
    other_day = schedules.add_schedule(engine, "Another day", [{"days": [day], "from": "10:00", "to": "11:00"}])
    kids = groups.add_group(engine, "Kids", {"devices": [DEVICE], "schedule": other_day})
    edit.set_toggle(engine, "service:tiktok", f"group:{kids}", True, schedule=other_day)
    assert holds(visitor).timed and word(visitor, "service:tiktok").on is False
    assert word(visitor, "service:tiktok").scope == scopes.HOUSE


@pytest.mark.parametrize("scope", ["house", "device:1", "device:2"])
def test_rules_with_the_scope_that_each_is_for(visitor: Any, scope: str) -> None:
    edit.add_rule(visitor.engine(), "block", "x.example", scope=scope)
    rules = [(str(said), rule.name) for said, rule in holds(visitor).rules]
    assert rules == ([] if scope == "device:2" else [(scope, "x.example")])
