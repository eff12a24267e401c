# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders and limits of the tops; their numbers are held by test_stats and test_rolling."""

import sqlite3

import counted
import pytest
from told_facts import NOTHING

from store.log.batches import Batch
from store.log.records import Key
from store.log.writer import Writer
from store.stats import top

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000


@pytest.fixture
def home(log: sqlite3.Connection) -> sqlite3.Connection:
    writer = Writer(log, NOTHING)
    keys = [Key(f"{name}.example", 1, 0, 0, "", "", 0, "") for name in "cabd"]
    rows = [(NOW + number, number % 2, min(number, 3), 5) for number in range(6)]
    writer.add(Batch(1, 0, 0, ["10.0.0.2", "10.0.0.1"], keys, rows), lambda address: 7)
    writer.commit()
    return log


@pytest.mark.parametrize("limit", [0, 1, 2, 4, 9])
def test_equals_come_by_their_label(home: sqlite3.Connection, limit: int) -> None:
    labels = [each.label[0] for each in counted.top(home, "names", NOW, NOW + 9, limit=limit)]
    assert labels == list("dabc"[:limit])


def test_a_device_without_a_name_is_called_by_its_address(home: sqlite3.Connection) -> None:
    assert [(each.key, each.label) for each in counted.top(home, "devices", NOW, NOW + 9)] == [(7, "10.0.0.1")]
    with pytest.raises(ValueError, match="choose names, companies, devices, lists"):
        counted.top(home, "colours", NOW, NOW + 9)


@pytest.mark.parametrize("of", top.KINDS)
def test_words_are_looked_up_without_a_search_for_each(home: sqlite3.Connection, of: str) -> None:
    """A table full of devices would else take a page seconds."""
    plan = [str(row[3]) for row in home.execute(f"EXPLAIN QUERY PLAN {top._WORDS[of]}", ("[1, 2]",))]
    assert plan and not any("CORRELATED" in step for step in plan)
