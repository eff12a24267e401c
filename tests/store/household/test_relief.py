# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config import lists
from store.config.engine import Engine
from store.devices import sightings_store
from store.household import groups as household_groups
from store.household import policy, relief
from store.household.relief import NO_RELIEF, Relief, joined

pytestmark = pytest.mark.database

NOW = 1_800_000_000


@pytest.fixture
def home(engine: Engine, con: sqlite3.Connection) -> dict[str, int]:
    """A phone in a group, a laptop in none, one list."""
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads", on=True)])
    phone, laptop = sightings_store.sighted(con, "10.0.0.2"), sightings_store.sighted(con, "10.0.0.3")
    group = household_groups.add_group(engine, "Children")
    household_groups.set_groups(engine, phone, [group])
    return {"phone": phone, "laptop": laptop, "group": group}


def pause(con: sqlite3.Connection, kind: str, number: int, blocklist: str | None, until: int | None) -> None:
    con.execute(
        "INSERT INTO pause (scope_kind, scope_id, blocklist_id, until, created_at) VALUES (?, ?, ?, ?, 0)",
        (kind, number, blocklist, until),
    )


def let(con: sqlite3.Connection, kind: str, number: int, name: str, until: int) -> None:
    con.execute(
        "INSERT INTO exception (scope_kind, scope_id, name, until, created_at) VALUES (?, ?, ?, ?, 0)",
        (kind, number, name, until),
    )


def reliefs(con: sqlite3.Connection, now_s: int) -> tuple[Relief, Relief, Relief]:
    """The phone's, the laptop's, anybody else's."""
    policies = policy.load(con, now_s=now_s)
    return tuple(policies.of(address).relief for address in ("10.0.0.2", "10.0.0.3", "10.0.0.9"))  # type: ignore[return-value]


def test_without_any_nobody_has_one(con: sqlite3.Connection, home: dict[str, int]) -> None:
    assert reliefs(con, NOW) == (NO_RELIEF,) * 3
    assert relief.holding(con, NOW).next_edge_s is None
    assert policy.load(con, now_s=NOW).by_device == {}


def test_each_scope_s_holds_for_those_in_it(con: sqlite3.Connection, home: dict[str, int]) -> None:
    pause(con, "house", 0, "ads", None)
    pause(con, "group", home["group"], None, NOW + 60)
    let(con, "device", home["laptop"], "shop.example", NOW + 30)
    everybody = Relief(lists=("ads",))
    assert reliefs(con, NOW) == (Relief(True, ("ads",)), Relief(lists=("ads",), names=("shop.example",)), everybody)
    assert policy.load(con, now_s=NOW).next_edge_s == NOW + 30


def test_at_its_moment_each_is_over(con: sqlite3.Connection, home: dict[str, int]) -> None:
    pause(con, "device", home["phone"], None, NOW + 60)
    let(con, "device", home["phone"], "shop.example", NOW + 30)
    for now_s, everything, names, edge in (
        (NOW + 29, True, ("shop.example",), NOW + 30),
        (NOW + 30, True, (), NOW + 60),
        (NOW + 59, True, (), NOW + 60),
        (NOW + 60, False, (), None),
    ):
        assert reliefs(con, now_s)[0] == Relief(everything, names=names)
        assert policy.load(con, now_s=now_s).next_edge_s == edge


def test_while_a_clock_was_never_set_they_hold(con: sqlite3.Connection, home: dict[str, int]) -> None:
    pause(con, "house", 0, None, NOW + 60)
    assert reliefs(con, 60)[2] == Relief(everything=True)


def test_reliefs_join_without_order_or_doubles() -> None:
    left, right = Relief(False, ("b",), ("y", "z")), Relief(True, ("a", "b"), ("x",))
    assert joined([left, None, right]) == joined([right, left, right]) == Relief(True, ("a", "b"), ("x", "y", "z"))
    assert joined([None]) is joined([]) is NO_RELIEF
