# SPDX-License-Identifier: GPL-3.0-or-later
import time
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.values import QueryFilter
from store.log.writer import Writer
from webui.http import tail
from webui.http.problems import Problem
from webui.http.state import WebUi

pytestmark = pytest.mark.database

SLACK_US = 3_000_000


def note(state: Path, *times_us: int, name: str = "example.org") -> None:
    key = Key(name, 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9")
    with closing(querylog.open_log(state / "querylog.db")) as log:
        writer = Writer(log, NOTHING)
        writer.add(Batch(1, 0, 1, ["192.168.1.9"], [key], [(at, 0, 0, 5) for at in times_us]), lambda _: None)
        writer.commit()


def now_us() -> int:
    return time.time_ns() // 1000


def at(state: Path, after_us: int | None = None) -> tail.Tail:
    return tail.Tail(state, QueryFilter(), after_us)


def test_only_what_comes_in_later_is_new(tmp_path: Path) -> None:
    note(tmp_path, now_us())
    place = at(tmp_path)
    assert place.look() == []
    later = now_us()
    assert place.look() == []
    note(tmp_path, later, later + 1)
    assert [row.time_us for row in place.look()] == [later, later + 1]
    assert place.look() == []
    place.close()


def test_a_worker_that_reports_late_is_not_passed_over(tmp_path: Path) -> None:
    note(tmp_path, now_us())
    place = at(tmp_path)
    place.look()
    start = now_us()
    note(tmp_path, start + 1_000_000)
    assert len(place.look()) == 1
    note(tmp_path, start + 500_000)
    assert [row.time_us for row in place.look()] == [start + 500_000]
    assert place.look() == []
    place.close()


def test_from_a_place_in_the_log_everything_younger_comes(tmp_path: Path) -> None:
    start = now_us() - 60_000_000
    note(tmp_path, start, start + 1000, start + 2000)
    place = at(tmp_path, after_us=start)
    assert [row.time_us for row in place.look()] == [start + 1000, start + 2000]
    place.close()


def test_a_log_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    place = at(tmp_path)
    assert place.look() == []
    note(tmp_path, now_us())
    assert len(place.look()) == 1
    place.close()


def test_a_flood_gives_the_newest(tmp_path: Path) -> None:
    note(tmp_path, now_us())
    place = at(tmp_path)
    place.look()
    start = now_us()
    note(tmp_path, *range(start, start + 3 * tail.MAX_ROWS_A_LOOK))
    rows = place.look()
    assert [row.time_us for row in rows] == list(
        range(start + 2 * tail.MAX_ROWS_A_LOOK, start + 3 * tail.MAX_ROWS_A_LOOK)
    )
    assert len(place.given) <= tail.MAX_GIVEN
    place.close()


def test_places_are_bounded_and_given_back(tmp_path: Path) -> None:
    ui = WebUi(tmp_path, tmp_path, {})
    with tail.listening(ui):
        assert ui.listeners == 1
        ui.listeners = tail.MAX_LISTENERS
        with pytest.raises(Problem, match="live views are open"), tail.listening(ui):
            pass
    assert ui.listeners == tail.MAX_LISTENERS - 1


@pytest.mark.parametrize("after", [None, "the future", "now"])
def test_rows_of_a_clock_that_was_ahead_hide_nothing(tmp_path: Path, after: str | None) -> None:
    ahead = now_us() + 3 * 365 * 86_400_000_000
    note(tmp_path, ahead)
    place = at(tmp_path, {None: None, "the future": ahead, "now": now_us()}[after])
    assert place.look() == []
    later = now_us()
    note(tmp_path, later)
    assert [row.time_us for row in place.look()] == [later]
    place.close()
