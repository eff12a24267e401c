# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses
import sqlite3
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch, Row
from store.log.losses import RECORDER
from store.log.records import Key
from store.log.values import AHEAD_US, EARLIEST_US, LATEST_US
from store.log.writer import Writer

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
KEY = Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9")


def _batch(times: list[int], worker: int = 1, dropped: int = 0, started: int = 0, key: Key = KEY) -> Batch:
    return Batch(worker, dropped, started, ["10.0.0.2"], [key], [(at, 0, 0, 7) for at in times])


def _writer(log: sqlite3.Connection, now: int = NOW) -> Writer:
    return Writer(log, NOTHING, lambda: now)


def _times(log: sqlite3.Connection) -> list[int]:
    return [row[0] for row in log.execute("SELECT time_us FROM records ORDER BY 1")]


def _drops(log: sqlite3.Connection) -> dict[int, int]:
    return dict(log.execute("SELECT worker, sum(count) FROM drops GROUP BY worker"))


CLIENTS = ["10.0.0.2", "10.0.0.3", "fd00::2"]
KEYS = [
    Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9"),
    Key("b.example", 28, 1, 4, "ads", "b.example", 0, ""),
    Key("\\000\\255%_*'\".example", 65535, 4, 0, "", "", 5, ""),
]
# Few different times, close together and at both ends of nonsense: collisions are the rule here.
TIMES = st.integers(NOW, NOW + 6) | st.sampled_from([0, 1, EARLIEST_US, LATEST_US - 1, LATEST_US, 2**64 - 1])
ROWS = st.lists(st.tuples(TIMES, st.integers(0, 2), st.integers(0, 2), st.integers(0, 2**32 - 1)), max_size=12)


@settings(max_examples=examples(80))
@given(st.lists(st.lists(st.tuples(st.integers(1, 3), ROWS), max_size=4), max_size=4), st.sampled_from([2, 100_000]))
def test_every_row_goes_in_once_whatever_the_clocks_say(
    commits: list[list[tuple[int, list[Row]]]], looked_through: int
) -> None:
    with patch("store.log.last_times.MAX_TAKEN", looked_through):
        _goes_in_once(commits)


def _goes_in_once(commits: list[list[tuple[int, list[Row]]]]) -> None:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    writer = _writer(log, NOW + 3)
    expected: Counter[tuple[str, str, int, int, int]] = Counter()
    for batches in commits:
        for worker, rows in batches:
            writer.add(Batch(worker, 0, 0, CLIENTS, KEYS, rows), lambda address: 1)
            expected.update((CLIENTS[c], KEYS[k].name, KEYS[k].verdict, KEYS[k].rcode, took) for _, c, k, took in rows)
        assert writer.commit() == sum(len(rows) for _, rows in batches)
    found = log.execute(
        """SELECT c.address, n.name, o.verdict, o.rcode, r.duration_us
           FROM records r JOIN clients c ON c.id = r.client_id JOIN names n ON n.id = r.name_id
           JOIN outcomes o ON o.id = r.outcome_id"""
    )
    assert Counter(found) == expected
    assert all(EARLIEST_US <= at < LATEST_US + 200 for at in _times(log))
    sql = "SELECT client_id, min(time_us), min(max(time_us), ?) FROM records GROUP BY 1 ORDER BY 1"
    spans = log.execute(sql, (NOW + 3 + AHEAD_US,)).fetchall()  # nobody was seen in the future
    assert log.execute("SELECT id, first_us, last_us FROM clients WHERE last_us ORDER BY 1").fetchall() == spans
    log.close()


def test_a_time_stays_what_it_was_unless_it_is_taken(log: sqlite3.Connection) -> None:
    writer = _writer(log)
    writer.add(_batch([NOW, NOW + 5]), lambda address: None)
    writer.commit()
    writer.add(_batch([NOW, NOW, NOW + 4], worker=2), lambda address: None)
    writer.commit()
    assert _times(log) == [NOW, NOW + 1, NOW + 2, NOW + 4, NOW + 5]


def test_nonsense_times_become_now(log: sqlite3.Connection) -> None:
    writer = _writer(log)
    writer.add(_batch([0, 2**64 - 1, LATEST_US]), lambda address: None)
    writer.commit()
    assert _times(log) == [NOW, NOW + 1, NOW + 2]


def test_while_the_clock_was_never_set_the_newest_known_time_stands_in(log: sqlite3.Connection) -> None:
    writer = _writer(log)
    writer.add(_batch([NOW]), lambda address: None)
    writer.commit()
    late = _writer(log, now=1000)
    late.add(_batch([1000, 2000], dropped=2), lambda address: None)
    late.commit()
    assert _times(log) == [NOW, NOW + 1, NOW + 2]
    assert log.execute("SELECT time_us FROM drops").fetchall() == [(NOW,)]


def test_drops_of_a_worker_are_counted_once(log: sqlite3.Connection) -> None:
    writer = _writer(log)
    for dropped in (0, 5, 5, 9):
        writer.add(_batch([NOW], dropped=dropped, started=1), lambda address: None)
        writer.commit()
    assert _drops(log) == {1: 9}
    again = _writer(log)  # the recorder was started anew, the worker was not
    again.add(_batch([NOW], dropped=10, started=1), lambda address: None)
    again.commit()
    assert _drops(log) == {1: 10}
    again.add(_batch([NOW], dropped=3, started=2), lambda address: None)  # now the worker too
    again.commit()
    assert _drops(log) == {1: 13}


def test_a_full_buffer_drops_the_oldest_and_counts_them(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.log.writer.MAX_BUFFERED", 10)
    writer = _writer(log)
    for number in range(6):
        writer.add(_batch([NOW + number * 4 + n for n in range(4)], dropped=number), lambda address: None)
    assert (writer.buffered, writer.dropped) == (8, 16)
    assert writer.commit() == 8
    assert _times(log) == list(range(NOW + 16, NOW + 24))
    assert _drops(log) == {RECORDER: 16, 1: 5}
    assert writer.buffered == 0


def test_lost_messages_are_counted_even_when_nothing_else_comes(log: sqlite3.Connection) -> None:
    writer = _writer(log)
    writer.drop(3)
    assert writer.commit() == 0
    assert _drops(log) == {RECORDER: 3}
    assert writer.commit() == 0
    assert _drops(log) == {RECORDER: 3}


def test_a_locked_log_keeps_everything_waiting(tmp_path: Path, log: sqlite3.Connection) -> None:
    log.execute("PRAGMA busy_timeout = 0")
    writer = _writer(log)
    writer.add(_batch([NOW], dropped=2), lambda address: None)
    other = querylog.open_log(tmp_path / "querylog.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        writer.commit()
    assert writer.buffered == 1
    other.execute("ROLLBACK")
    other.close()
    assert writer.commit() == 1
    assert (_times(log), _drops(log)) == ([NOW], {1: 2})


def test_a_full_disk_keeps_everything_waiting_and_stale_ids_are_forgotten(log: sqlite3.Connection) -> None:
    writer = _writer(log)
    writer.add(_batch([NOW]), lambda address: None)
    writer.commit()
    pages = log.execute("PRAGMA page_count").fetchone()[0]
    log.execute(f"PRAGMA max_page_count = {pages}")
    keys = [KEY._replace(name=f"{number}." + "x" * 60) for number in range(2000)]
    writer.add(Batch(1, 0, 0, ["10.0.0.3"], keys, [(NOW + n, 0, n, 7) for n in range(2000)]), lambda address: 5)
    with pytest.raises(sqlite3.OperationalError, match="full"):
        writer.commit()
    assert (_times(log), writer.buffered) == ([NOW], 2000)
    log.execute("PRAGMA max_page_count = 100000")
    assert writer.commit() == 2000
    assert (
        log.execute("SELECT count(*), count(name), count(client), count(type) FROM queries").fetchone() == (2001,) * 4
    )
    assert log.execute("SELECT count(DISTINCT name) FROM queries").fetchone() == (2001,)


def test_each_device_of_an_address_is_kept_apart(log: sqlite3.Connection) -> None:
    writer = _writer(log)
    for device in (None, 1, 2, 1):
        writer.add(_batch([NOW]), lambda address, device=device: device)
    writer.commit()
    assert log.execute("SELECT device_id FROM queries ORDER BY time_us").fetchall() == [(None,), (1,), (2,), (1,)]


def test_rows_that_went_with_a_killed_recorder_are_counted_as_dropped(log: sqlite3.Connection) -> None:
    first = Writer(log, NOTHING)
    first.add(dataclasses.replace(_batch([NOW]), sent=0), lambda address: 1)
    first.commit()
    first.add(dataclasses.replace(_batch([NOW + 1, NOW + 2]), sent=1), lambda address: 1)  # then it is killed
    second = Writer(log, NOTHING)
    second.add(dataclasses.replace(_batch([NOW + 3]), sent=3), lambda address: 1)
    second.commit()
    assert log.execute("SELECT count(*) FROM records").fetchone()[0] == 2
    assert log.execute("SELECT sum(count) FROM drops").fetchone()[0] == 2


def test_a_new_log_does_not_count_what_an_older_one_holds(log: sqlite3.Connection) -> None:
    writer = Writer(log, NOTHING)
    writer.add(dataclasses.replace(_batch([NOW]), sent=5000), lambda address: 1)
    writer.commit()
    assert log.execute("SELECT sum(count) FROM drops").fetchone()[0] is None


def test_a_client_whose_device_is_known_only_later_has_it_in_its_rows(log: sqlite3.Connection) -> None:
    known: dict[str, int] = {}
    writer = _writer(log)
    writer.add(_batch([NOW]), known.get)
    known["10.0.0.2"] = 4
    writer.commit()
    assert log.execute("SELECT address, device_id FROM clients").fetchall() == [("10.0.0.2", 4)]
