# SPDX-License-Identifier: GPL-3.0-or-later
"""Services turned on and off."""

import sqlite3

import pytest

from store.config import lists
from store.config.engine import Engine
from store.config.lists import BlocklistSeed
from store.config.session import NotFound
from store.household import changes, groups, policy, service_edit

pytestmark = pytest.mark.database

SEEDS = [
    BlocklistSeed("service:chat", "service", "Chat", "", purpose="social"),
    BlocklistSeed("light", "catalogue", "Light", "https://example.org/light", "hosts", on=True),
]


@pytest.fixture(autouse=True)
def seeded(engine: Engine) -> None:
    lists.sync_blocklists(engine, SEEDS)


def test_a_service_is_no_list_and_off_at_first(engine: Engine, con: sqlite3.Connection) -> None:
    assert [view.id for view in lists.blocklists(engine)] == ["light"]
    assert [view.id for view in lists.services(engine)] == ["service:chat"]
    assert lists.blocklist(engine, "service:chat").title == "Chat"
    assert policy.load(con).default.lists == (("light", None),)


def test_on_for_the_house_off_for_a_group_and_back(engine: Engine, con: sqlite3.Connection) -> None:
    group = f"group:{groups.add_group(engine, 'Grown-ups')}"
    assert service_edit.set_service(engine, "chat", True).on
    service_edit.set_service(engine, "service:chat", False, group)
    assert ("service:chat", None) in policy.load(con).default.lists
    assert {(each.scope, each.on) for each in service_edit.service(engine, "chat").toggles} == {
        ("house", True), (group, False),
    }  # fmt: skip
    assert len(service_edit.set_service(engine, "chat", None, group).toggles) == 1


def test_what_is_said_of_a_change_is_whether_it_is_blocked(engine: Engine) -> None:
    group = f"group:{groups.add_group(engine, 'Kids')}"
    service_edit.set_service(engine, "chat", True, group)
    service_edit.set_service(engine, "chat", False, group)
    said = [change.what for change in changes.changes(engine)][:2]
    assert said == ["Chat is not blocked for Kids.", "Chat is blocked for Kids."]


def test_one_that_is_gone_stays_while_it_is_on(engine: Engine) -> None:
    service_edit.set_service(engine, "chat", True)
    lists.sync_blocklists(engine, SEEDS[1:])
    assert service_edit.service(engine, "chat").on
    service_edit.set_service(engine, "chat", False)
    lists.sync_blocklists(engine, SEEDS[1:])
    with pytest.raises(NotFound, match="no service 'chat'"):
        service_edit.service(engine, "chat")


def test_a_list_is_no_service(engine: Engine) -> None:
    with pytest.raises(NotFound, match="no service 'light'"):
        service_edit.set_service(engine, "light", True)
