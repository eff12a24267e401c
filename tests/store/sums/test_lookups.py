# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups against a naive count over the same rows, and against the one that evidence makes in SQL."""

import sqlite3
from collections import Counter
from collections.abc import Iterator

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import NOTHING

from evidence.base.grouping import grouped
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer
from store.sums import lookups
from store.sums.lookups import ADDRESS_WORDS, Walk

SECOND = 1_000_000
NOW = 1_790_000_000 * SECOND
DEVICE = {"10.0.0.2": 1, "fd00::2": 1, "10.0.0.3": 2}
CLIENTS = [*DEVICE, "10.0.0.8", "10.0.0.9"]

KEYS = [
    Key(name, qtype, verdict, Origin.SELF, "", "", 0, "")
    for name in ("a.example", "b.example") for qtype in (1, 28, 65, 16) for verdict in (Verdict.PASS, Verdict.BLOCK)
]  # fmt: skip
Seen = tuple[int, int, int]
"""(time, number of the client, number of the key)"""
SEEN = st.lists(
    st.tuples(
        st.integers(NOW - 2 * SECOND, NOW + 6 * SECOND) | st.integers(-2, 6).map(lambda second: NOW + second * SECOND),
        st.integers(0, len(CLIENTS) - 1), st.integers(0, len(KEYS) - 1),
    ),
    max_size=40, unique_by=lambda seen: seen[0],
)  # fmt: skip


def _log(seen: list[Seen]) -> sqlite3.Connection:
    con = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(con)
    writer = Writer(con, NOTHING, lambda: NOW + 60 * SECOND)
    writer.add(Batch(1, 0, 0, CLIENTS, KEYS, [(at, client, key, 5) for at, client, key in seen]), DEVICE.get)
    writer.commit()
    return con


def _naive(seen: list[Seen]) -> Counter[tuple[str, str, int]]:
    """(client, name, verdict) of each that begins in the range from NOW on, each looked at by itself."""
    return Counter(
        (CLIENTS[client], KEYS[key].name, int(KEYS[key].verdict)) for at, client, key in seen
        if at >= NOW and not any(
            KEYS[key].qtype != 16 and KEYS[other].qtype != 16 and KEYS[key].name == KEYS[other].name
            and DEVICE.get(CLIENTS[client]) == DEVICE.get(CLIENTS[asker]) and 0 < at - before <= SECOND
            for before, asker, other in seen
        )
    )  # fmt: skip


@settings(max_examples=examples(60))
@given(SEEN)
def test_each_belongs_to_the_query_that_begins_it(seen: list[Seen]) -> None:
    con = _log(seen)
    words = {row[0]: row[1] for row in con.execute("SELECT id, address FROM clients")}
    names = dict(con.execute("SELECT id, name FROM names"))
    verdicts = dict(con.execute("SELECT id, verdict FROM outcomes"))
    begun = lookups.begun(con, NOW, NOW + 10 * SECOND)
    counted: Counter[tuple[str, str, int]] = Counter()
    for (client, name, outcome), count in begun.items():
        counted[words[client], names[name], verdicts[outcome]] += count
    assert counted == _naive(seen)
    con.close()


@settings(max_examples=examples(40))
@given(SEEN)
def test_evidence_counts_the_same(seen: list[Seen]) -> None:
    con = _log(seen)
    rows = grouped(con, NOW, NOW + 10 * SECOND)
    assert lookups.begun(con, NOW, NOW + 10 * SECOND).total() == sum(row.pair.lookups for row in rows)
    for device in (1, 2):
        clients = [number for (number,) in con.execute("SELECT id FROM clients WHERE device_id = ?", (device,))]
        rows = grouped(con, NOW, NOW + 10 * SECOND, device)
        begun = lookups.begun(con, NOW, NOW + 10 * SECOND, clients)
        assert begun.total() == sum(row.pair.lookups for row in rows)
    con.close()


@pytest.fixture
def busy() -> Iterator[sqlite3.Connection]:
    """One device asks for one name every half second: one look-up, however long it goes on."""
    con = _log([(NOW + at * SECOND // 2, 0, 0) for at in range(100)])
    yield con
    con.close()


def test_what_is_remembered_is_bounded(busy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "STEP_ROWS", 3)
    monkeypatch.setattr(lookups, "MAX_LAST", 0)
    assert lookups.begun(busy, NOW, NOW + 100 * SECOND).total() == 1
    assert lookups.begun(busy, NOW + SECOND, NOW + 100 * SECOND).total() == 0, "it began before"


def test_a_walk_forgets_what_was_longer_ago_than_a_second_and_nothing_else() -> None:
    walk = Walk[str, str]({}, ADDRESS_WORDS, most=3)
    rows = [(0, f"{number}.example", "A", 0, NOW + number * SECOND // 2) for number in range(50)]
    for row in rows:
        assert walk.split([row]) == ([row], [])
        assert walk.remembered <= 4
    again = [(0, name, "AAAA", 0, rows[-1][4] + 1) for name in ("48.example", "49.example", "3.example")]
    assert walk.split(again) == (again[2:], again[:2])


def test_a_fork_of_a_walk_goes_on_by_itself() -> None:
    walk = Walk[str, str]({7: 1, 8: 1}, ADDRESS_WORDS)
    assert walk.split([(7, "a.example", "A", 0, NOW)])[1] == []
    fork, other = walk.fork(), (8, "b.example", "A", 0, NOW + 1)
    assert fork.split([other, (8, "a.example", "AAAA", 0, NOW + 2)])[1] == [(8, "a.example", "AAAA", 0, NOW + 2)]
    assert walk.split([other]) == ([other], []), "what the fork saw the walk did not"
