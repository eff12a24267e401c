# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import pytest

from store.config import lists
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.devices import sightings_store
from store.household import groups as household_groups
from store.household import pauses, policy
from store.household.pauses import MAX_SECONDS

pytestmark = pytest.mark.database

NOW = 1_800_000_000


class TurnedClock:
    """What `time.time` says."""

    def __init__(self) -> None:
        self.now = float(NOW)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TurnedClock:
    made = TurnedClock()
    monkeypatch.setattr(time, "time", lambda: made.now)
    return made


@pytest.fixture
def home(engine: Engine, con: sqlite3.Connection, clock: TurnedClock) -> Engine:
    """Device 1 in group 1, one list that blocks and one that allows."""
    seeds = [lists.BlocklistSeed(name, "catalogue", name, f"https://example.org/{name}") for name in ("ads", "good")]
    lists.sync_blocklists(engine, seeds)
    con.execute("UPDATE blocklist SET allow = 1 WHERE id = 'good'")
    children = household_groups.add_group(engine, "Children")
    household_groups.set_groups(engine, sightings_store.sighted(con, "10.0.0.2"), [children])
    return engine


def shown(e: Engine) -> list[tuple[str, str | None, int | None]]:
    return [(each.scope, each.blocklist, each.until) for each in pauses.pauses(e)]


def test_a_pause_holds_until_its_end_and_for_its_scope(
    home: Engine, con: sqlite3.Connection, clock: TurnedClock
) -> None:
    made = pauses.pause(home, "group:1", until=NOW + 60, who="command line")
    assert (made.scope, made.blocklist, made.until, made.created_at) == ("group:1", None, NOW + 60, NOW)
    assert (pauses.pauses(home)[0].who, policy.load(con).of("10.0.0.2").relief.everything) == ("command line", True)
    assert not policy.load(con).default.relief.everything
    clock.now += 60
    assert pauses.pauses(home) == [] and not policy.load(con).of("10.0.0.2").relief.everything


def test_a_new_pause_takes_the_place_of_the_one_before(home: Engine, clock: TurnedClock) -> None:
    """A report of another blocker: paused, resumed and paused for longer, the first timer ended the second pause."""
    pauses.pause(home, until=NOW + 60)
    assert pauses.resume(home) == 1
    pauses.pause(home, until=NOW + 3600)
    clock.now += 61
    assert shown(home) == [("house", None, NOW + 3600)]
    pauses.pause(home, until=NOW + 120)
    assert shown(home) == [("house", None, NOW + 120)]
    pauses.pause(home)
    assert shown(home) == [("house", None, None)]


def test_pauses_of_other_scopes_and_lists_stand_beside_each_other(home: Engine) -> None:
    for scope, blocklist in (("device:1", None), ("house", None), ("house", "ads"), ("group:1", "ads")):
        pauses.pause(home, scope, blocklist)
    everything = [("house", None, None), ("house", "ads", None), ("device:1", None, None), ("group:1", "ads", None)]
    assert shown(home) == everything
    assert pauses.resume(home, "house") == 1 and pauses.resume(home, "house") == 0
    assert pauses.resume(home, blocklist="ads") == 2
    assert shown(home) == [("device:1", None, None)]
    assert pauses.resume(home) == 1 and pauses.resume(home) == 0


def test_one_pause_is_ended_by_its_number_once(home: Engine, con: sqlite3.Connection) -> None:
    number = pauses.pause(home, "device:1").id
    before = con.execute("SELECT value FROM meta WHERE key = 'policy_version'").fetchone()
    pauses.end_pause(home, number)
    assert con.execute("SELECT value FROM meta WHERE key = 'policy_version'").fetchone() != before
    with pytest.raises(NotFound, match=f"no pause {number}"):
        pauses.end_pause(home, number)


def test_what_ended_by_itself_can_not_be_ended(home: Engine, clock: TurnedClock) -> None:
    number = pauses.pause(home, until=NOW + 5).id
    clock.now += 5
    with pytest.raises(NotFound, match="it is over"):
        pauses.end_pause(home, number)


@pytest.mark.parametrize(
    ("edit_", "error", "words"),
    [
        (lambda e: pauses.pause(e, "device:9"), NotFound, "device 9"),
        (lambda e: pauses.pause(e, "group:9"), NotFound, "group 9"),
        (lambda e: pauses.pause(e, "all"), EditError, "write house, group:ID"),
        (lambda e: pauses.pause(e, blocklist="none"), NotFound, "'none'"),
        (lambda e: pauses.pause(e, blocklist="good"), EditError, "allows names"),
        (lambda e: pauses.pause(e, until=NOW), EditError, "is over"),
        (lambda e: pauses.pause(e, until=-5), EditError, "is over"),
        (lambda e: pauses.pause(e, until=NOW + MAX_SECONDS + 1), EditError, "a year"),
        (lambda e: pauses.resume(e, "device:9"), NotFound, "device 9"),
        (lambda e: pauses.end_pause(e, 2**63), EditError, "that large"),
    ],
)
def test_what_makes_no_sense_is_refused(
    home: Engine, edit_: Callable[[Engine], Any], error: type[EditError], words: str
) -> None:
    with pytest.raises(error, match=words):
        edit_(home)
    assert pauses.pauses(home) == []


def test_there_is_no_end_of_pauses(home: Engine, monkeypatch: pytest.MonkeyPatch, clock: TurnedClock) -> None:
    monkeypatch.setattr(pauses, "MAX_PAUSES", 2)
    pauses.pause(home, until=NOW + 5)
    pauses.pause(home, "device:1")
    with pytest.raises(EditError, match="2 pauses already"):
        pauses.pause(home, "group:1")
    pauses.pause(home, "device:1", until=NOW + 50)
    clock.now += 5
    pauses.pause(home, "group:1")


def test_with_a_device_or_a_group_its_pauses_go(home: Engine, con: sqlite3.Connection) -> None:
    """The number of a device may be given anew."""
    pauses.pause(home, "device:1")
    pauses.pause(home, "group:1")
    household_groups.remove_group(home, 1)
    assert shown(home) == [("device:1", None, None)]
    con.execute("DELETE FROM device WHERE id = 1")
    assert con.execute("SELECT count(*) FROM pause").fetchone() == (0,)
