# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from store.config import settings
from store.config.engine import Engine
from store.devices import sightings_store
from store.household import groups as household_groups
from store.household import policy
from store.household.policy import PolicySet
from store.wall import wall_edit

pytestmark = pytest.mark.database

PHONE, TABLET, STRANGER = "10.0.0.2", "10.0.0.3", "10.0.0.9"
ENFORCED = settings.build({"wall": "enforce"})
DOH, HTTPDNS = ("wall:doh", None), ("wall:httpdns", None)


@pytest.fixture
def home(engine: Engine, con: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """(group, device): a phone in a group, a tablet in none."""
    phone, group = sightings_store.sighted(con, PHONE), household_groups.add_group(engine, "Children")
    sightings_store.sighted(con, TABLET)
    household_groups.set_groups(engine, phone, [group])
    yield group, phone


@pytest.mark.parametrize("values", [{}, {"wall": "watch"}, {"wall": "off", "wall_doh": "enforce"}])
def test_nothing_is_blocked_unless_the_wall_enforces(con: sqlite3.Connection, values: dict[str, str]) -> None:
    assert policy.load(con, settings.build(values)).default.lists == ()


def test_the_house_blocks_what_its_switches_enforce(con: sqlite3.Connection) -> None:
    assert policy.load(con, ENFORCED).default.lists == (DOH, HTTPDNS)
    assert policy.load(con, settings.build({"wall": "enforce", "wall_doh": "watch"})).default.lists == (HTTPDNS,)
    assert policy.load(con, settings.build({"wall": "enforce", "wall_httpdns": "off"})).default.lists == (DOH,)


def lists(found: PolicySet, client: str) -> tuple[tuple[str, str | None], ...]:
    return found.of(client).lists


def test_the_narrower_switch_decides(engine: Engine, con: sqlite3.Connection, home: tuple[int, int]) -> None:
    group, phone = home
    wall_edit.put_switches(engine, f"group:{group}", {"doh": "watch"})
    found = policy.load(con, ENFORCED)
    assert (lists(found, PHONE), lists(found, TABLET), lists(found, STRANGER)) == (
        (HTTPDNS,), (DOH, HTTPDNS), (DOH, HTTPDNS),
    )  # fmt: skip
    wall_edit.put_switches(engine, f"device:{phone}", {"doh": "enforce", "httpdns": "off"})
    assert lists(policy.load(con, ENFORCED), PHONE) == (DOH,)
    found = policy.load(con, settings.build({"wall": "enforce", "wall_doh": "off"}))
    assert (lists(found, PHONE), lists(found, TABLET)) == ((DOH,), (HTTPDNS,))
    assert lists(policy.load(con, settings.build({"wall": "watch"})), PHONE) == ()


def test_a_switch_of_a_group_is_a_change_that_is_noticed(
    engine: Engine, con: sqlite3.Connection, home: tuple[int, int]
) -> None:
    before = policy.load(con).version
    wall_edit.put_switches(engine, f"group:{home[0]}", {"doh": "watch"})
    assert policy.load(con).version == before + 1


def test_whoever_is_exempt_is_left_alone(engine: Engine, con: sqlite3.Connection, home: tuple[int, int]) -> None:
    held = replace(ENFORCED, wall_exempt=("10.0.0.8/31", "fd00::/8"))
    found = policy.load(con, held)
    assert lists(found, STRANGER) == ()
    assert lists(found, PHONE) == (DOH, HTTPDNS)
    assert lists(found, "fd00::2") == ()
