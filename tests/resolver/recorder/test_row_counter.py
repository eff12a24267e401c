# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows counted as they come are those of the batch, by verdict, origin, kind and time."""

from blocklists.whose import facts
from blocklists.whose.facts import Correction
from resolver.recorder.row_counter import RowCounter
from store.base.row_counts import BOUNDS_US
from store.log.batches import Batch, Columns, columns
from store.log.records import Key, Origin, Verdict
from store.names.purpose import Kind

KEYS = [
    Key("data.mistat.xiaomi.com", 1, Verdict.BLOCK, Origin.SELF, "pack:xiaomi", "", 0, ""),
    Key("data.mistat.xiaomi.com", 28, Verdict.PASS, Origin.UPSTREAM, "", "", 2, "9.9.9.9"),
    Key("nobody.knows.example", 1, Verdict.PASS, Origin.MEMO, "", "", 3, ""),
]


def batch(*rows: tuple[int, int]) -> Columns:
    return columns(Batch(1, 0, 1, ["10.0.0.1"], KEYS, [(1, 0, key, duration) for key, duration in rows]))


def test_every_row_is_counted_once_each_way() -> None:
    counter = RowCounter(facts.load())
    counter.take(batch((0, 50), (0, 100), (1, 101), (2, 9_000_000)))
    counter.take(batch((2, 0)))
    counts = counter.now()
    assert {word: count for word, count in counts.verdicts.items() if count} == {"block": 2, "failed": 1, "pass": 2}
    assert {word: count for word, count in counts.origins.items() if count} == {"self": 2, "upstream": 1, "memo": 2}
    assert counts.kinds == {"tracking": 3, "unknown": 2, "use": 0}
    assert counts.durations[:2] == (3, 1) and counts.durations[-1] == 1 and sum(counts.durations) == 5
    assert len(counts.durations) == len(BOUNDS_US) + 1 and counts.total_us == 9_000_251


def test_better_facts_hold_from_then_on() -> None:
    known = facts.load()
    counter = RowCounter(known)
    counter.take(batch((2, 1)))
    counter.follow(known.corrected({"nobody.knows.example": Correction(False, "They", None, None, Kind.TRACKING)}))
    counter.take(batch((2, 1)))
    assert counter.now().kinds == {"tracking": 1, "unknown": 1, "use": 0}


def test_what_is_forgotten_is_looked_up_again() -> None:
    counter = RowCounter(facts.load())
    for _ in range(2):
        counter.take(batch((0, 1)))
        counter.forget_names()
    assert counter.now().kinds["tracking"] == 2
