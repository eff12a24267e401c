# SPDX-License-Identifier: GPL-3.0-or-later
"""Three groups, three lists and three devices, with schedules and pauses, through both changes of the clock.

What holds when was written by hand. At each moment a snapshot that went from edge to edge says it, and so does one that
is built then, as after a restart.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blocklists.index.compile import Part, compile_index
from blocklists.index.shard import Shard
from blocklists.rules.rule import Kind
from resolver.answer.decide import View, decide
from resolver.answer.snapshot import Snapshot, build
from store.base import db
from store.config import edit, lists
from store.config.engine import Engine
from store.devices import sightings_store
from store.household import groups, pauses, schedules
from store.household.window_input import read_window
from store.log.records import Verdict
from wire import message, stub, types

pytestmark = pytest.mark.database

LISTS = {"ads": "A", "social": "S", "games": "G"}
DEVICES = {"phone": "192.168.1.2", "tv": "192.168.1.3", "laptop": "192.168.1.4"}


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A home in Berlin, and what its clock shows."""
    now = [0.0]
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    monkeypatch.setattr("time.time", lambda: now[0])
    yield now
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def home(state: Path) -> Path:
    """The house: ads. Children: games, social @evening. Screens: ads off, games off, social @night.

    Guests: ads off @evening, no access @gap. The phone is a child's, the TV a screen too, the laptop a guest's, with
    games @night of its own. Evening is from 20:00 to 02:30, the night Saturday's from 22:00 to 03:00, the gap Sunday's
    from 02:00 to 02:45.
    """
    engine = edit.engine(state)
    parts = [Part(name, None, name, False, Shard.of_rules([(Kind.BLOCK_SUFFIX, f"{name}.test-site.com")], 1))
             for name in LISTS]  # fmt: skip
    (state / "index").mkdir(exist_ok=True)
    with (state / "index" / "current.idx").open("wb") as file:
        compile_index(parts, 1).write(file.write)
    lists.sync_blocklists(engine, [lists.BlocklistSeed(name, "catalogue", name, "source") for name in LISTS])
    evening, night, gap = (
        schedules.add_schedule(engine, name, [read_window(text)])
        for name, text in (
            ("evening", "daily 20:00-02:30"), ("night", "sat 22:00-03:00"), ("gap", "sun 02:00-02:45"),
        )
    )  # fmt: skip
    with closing(db.connect(state / "config.db")) as con:
        phone, tv, laptop = (sightings_store.sighted(con, address) for address in DEVICES.values())
    children = groups.add_group(engine, "Children", {"devices": [phone, tv], "lists": ["games"]})
    screens = groups.add_group(engine, "Screens", {"devices": [tv]})
    guests = groups.add_group(engine, "Guests", {"devices": [laptop], "schedule": gap})
    for scope, name, on, schedule in (
        ("house", "ads", True, None),
        (f"group:{children}", "social", True, evening),
        (f"group:{screens}", "ads", False, None), (f"group:{screens}", "games", False, None),
        (f"group:{screens}", "social", True, night),
        (f"group:{guests}", "ads", False, evening),
        (f"device:{laptop}", "games", True, night),
    ):  # fmt: skip
        edit.set_toggle(engine, name, scope, on, schedule=schedule)
    return state


def shown(now: Snapshot) -> dict[str, str]:
    """Of each device the lists that block: small letters where a pause lets them through; x: it has no access."""
    return {device: _shown(now, address) for device, address in DEVICES.items()}


def _shown(now: Snapshot, address: str) -> str:
    letters = ""
    for name, letter in LISTS.items():
        question = message.parse_question(stub.build(f"{name}.test-site.com", types.A))
        verdict, blocklist, *_ = decide(question, View(now.admit(address), address)).judgement
        if blocklist == "schedule":
            return "x"
        letters += {Verdict.BLOCK: letter, Verdict.ALLOW: letter.lower()}.get(verdict, "")
    return letters


def pause_games(engine: Engine) -> None:
    pauses.pause(engine, "house", "games", until=utc("2026-10-25T01:15"))


def pause_tv(engine: Engine) -> None:
    pauses.pause(engine, "device:2", until=utc("2026-10-25T00:10"))


Row = tuple[str, str, str, str] | tuple[str, str, str, str, Callable[[Engine], None]]
# Moment (UTC), phone, TV, laptop; and what is done just before.
SPRING: list[Row] = [
    ("2026-03-28T18:59:59", "AG", "G", "A"),
    ("2026-03-28T19:00:00", "ASG", "SG", ""),  # evening, 20:00 CET
    ("2026-03-28T20:59:59", "ASG", "SG", ""),
    ("2026-03-28T21:00:00", "ASG", "SG", "G"),  # night
    ("2026-03-29T00:59:59", "ASG", "SG", "G"),  # 01:59:59 CET
    ("2026-03-29T01:00:00", "AG", "G", "A"),  # 03:00 CEST: evening, night and the whole gap are over
    ("2026-03-29T17:59:59", "AG", "G", "A"),
    ("2026-03-29T18:00:00", "ASG", "SG", ""),  # evening, 20:00 CEST
    ("2026-03-30T00:29:59", "ASG", "SG", ""),
    ("2026-03-30T00:30:00", "AG", "G", "A"),
]
AUTUMN: list[Row] = [
    ("2026-10-24T17:59:59", "AG", "G", "A"),
    ("2026-10-24T18:00:00", "ASG", "SG", ""),  # evening, 20:00 CEST
    ("2026-10-24T20:00:00", "ASG", "SG", "G"),  # night
    ("2026-10-24T20:30:00", "ASG", "sg", "G", pause_tv),
    ("2026-10-25T00:00:00", "ASG", "sg", "x"),  # gap, 02:00 CEST
    ("2026-10-25T00:10:00", "ASG", "SG", "x"),  # the TV's pause is over
    ("2026-10-25T00:15:00", "ASg", "Sg", "x", pause_games),
    ("2026-10-25T00:30:00", "Ag", "Sg", "x"),  # 02:30 CEST: evening is over, for the first time
    ("2026-10-25T00:45:00", "Ag", "Sg", "Ag"),  # the gap is, too
    ("2026-10-25T01:00:00", "ASg", "Sg", "x"),  # 02:00 CET: both come again
    ("2026-10-25T01:15:00", "ASG", "SG", "x"),  # the pause of games is over
    ("2026-10-25T01:30:00", "AG", "SG", "x"),
    ("2026-10-25T01:45:00", "AG", "SG", "AG"),
    ("2026-10-25T01:59:59", "AG", "SG", "AG"),
    ("2026-10-25T02:00:00", "AG", "G", "A"),  # 03:00 CET: night is over
]


@pytest.mark.parametrize("table", [SPRING, AUTUMN], ids=["forward", "back"])
def test_what_holds_when_is_as_written_by_hand(home: Path, clock: list[float], table: list[Row]) -> None:
    clock[0] = utc(table[0][0])
    running = build(home, {})
    for moment, phone, tv, laptop, *action in table:
        clock[0] = utc(moment)
        expected = {"phone": phone, "tv": tv, "laptop": laptop}
        for act in action:
            act(edit.engine(home))
        edge = running.policies.next_edge_s
        if action or (edge is not None and clock[0] >= edge):
            running = build(home, {}, running)
        assert shown(running) == expected, f"{moment}, from edge to edge"
        assert shown(build(home, {})) == expected, f"{moment}, after a restart"
