# SPDX-License-Identifier: GPL-3.0-or-later
"""The last time of each, wherever in days, hours and records it lies."""

import sqlite3

import counted
import pytest
from told_facts import ToldFacts

from store.log.batches import Batch
from store.log.records import Key
from store.log.rollup_tables import DAY_US, HOUR_US
from store.log.writer import Writer

pytestmark = pytest.mark.database

START = 20_000 * DAY_US
KEYS = [Key(f"{place}.example", 1, int(place == "day"), 0, "ads" if place == "day" else "", "", 0, "") for place in (
    "first", "day", "hour", "record",
)]  # fmt: skip
TIMES = [START - DAY_US, START + 5 * HOUR_US + 7, START + DAY_US + 3 * HOUR_US, START + DAY_US + 9 * HOUR_US + 1]
END = TIMES[-1] + 1


@pytest.fixture
def home(log: sqlite3.Connection) -> sqlite3.Connection:
    writer = Writer(log, ToldFacts(lambda name: "Acme" if name == "day.example" else None))
    rows = [(at, number, number, 5) for number, at in enumerate(TIMES)]
    writer.add(Batch(1, 0, 0, [f"10.0.0.{n}" for n in range(4)], KEYS, rows), lambda address: int(address[-1]) + 1)
    writer.commit()
    while writer.rollup.step(START + DAY_US + 9 * HOUR_US):
        pass
    return log


@pytest.mark.parametrize("device", [None, 2])
def test_each_says_when_it_was_asked_last(home: sqlite3.Connection, device: int | None) -> None:
    names = {top.label: top.last_us for top in counted.top(home, "names", 0, END, device=device)}
    wanted = dict(zip([key.name for key in KEYS], TIMES, strict=True))
    assert names == ({"day.example": wanted["day.example"]} if device else wanted)
    (ads,) = counted.top(home, "lists", 0, END, device=device)
    acme = next(top for top in counted.top(home, "companies", 0, END, device=device) if top.key == "Acme")
    two = next(top for top in counted.top(home, "devices", 0, END, device=device) if top.key == 2)
    assert ads.last_us == acme.last_us == two.last_us == wanted["day.example"]


def test_with_a_verdict_it_is_the_last_time_of_that(home: sqlite3.Connection) -> None:
    (blocked,) = counted.top(home, "names", 0, END, verdict=1)
    assert (blocked.label, blocked.last_us) == ("day.example", TIMES[1])
