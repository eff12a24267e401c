# SPDX-License-Identifier: GPL-3.0-or-later
"""The updater sleeps until config.db or the index is another, or a list is due; no look of the supervisor waits."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting import until

from appliance.process.children import Child, Spec
from appliance.process.forking import Forked
from appliance.process.signals import Signals
from appliance.runs import list_runs
from appliance.runs.followed_settings import FollowedSettings
from appliance.runs.list_runs import LEAST_SECONDS, MAX_LOOKS, POLL_SECONDS, ROLE, UNTOLD_SECONDS, ListRuns
from blocklists.index import list_files
from store.base import db, status
from store.base.process_status import UpdaterStatus
from store.base.status import Moment
from store.config import edit, lists

pytestmark = pytest.mark.database

YEARS = 3 * 365 * 86_400.0


class Home:
    """An updater that works as long as the test says, on two clocks that the test turns."""

    def __init__(self, state: Path, signals: Signals) -> None:
        self.state, self.signals = state, signals
        self.passed, self.unix, self.woken = 1000.0, 1_800_000_000.0, 0
        (state / "config.db").write_bytes(b"one")
        list_files.index_path(state).parent.mkdir()
        self.compile()
        self.mark_as_old()
        self.child = Child(Spec(ROLE, "", sleeps=True), {})
        self.runs = ListRuns(state, state, FollowedSettings(state, {}))

    def time(self) -> float:
        return self.unix

    def monotonic(self) -> float:
        return self.passed

    def compile(self) -> None:
        list_files.index_path(self.state).write_bytes(b"index")

    def mark_as_old(self) -> None:
        """An edit of this very moment is looked at twice."""
        os.utime(self.state / "config.db", (1_700_000_000, 1_700_000_000))

    def works(self, due: float | None, seconds: float = 1.0) -> None:
        """One run, which says that something is due in that many seconds, or nothing."""
        self.child.asleep, self.child.process, self.child.started = False, Forked(4711), self.passed
        self.runs.turn(self.child, self.signals, self.passed)
        assert self.runs.due == math.inf
        self.passed, self.unix = self.passed + seconds, self.unix + seconds
        if due is not None:
            index = list_files.index_mark(self.state) or ()
            status.publish(self.state, ROLE, UpdaterStatus(due=self.unix + due, index_mark=index))
        self.child.asleep, self.child.process = True, None

    def wakes(self, seconds: float = 0.0) -> bool:
        """Whether it is woken that many seconds later, and not before."""
        self.passed, self.unix = self.passed + seconds, self.unix + seconds
        self.runs.turn(self.child, self.signals, self.passed)
        return not self.child.asleep


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with Signals(lambda _: None) as signals:
        made = Home(tmp_path, signals)
        monkeypatch.setattr(list_runs, "time", made)
        monkeypatch.setattr(status, "time", made)
        monkeypatch.setattr(status, "now", lambda: Moment(made.unix, made.passed))
        yield made
        made.runs.close()


def test_it_sleeps_until_something_is_due(home: Home) -> None:
    home.works(due=3600)
    assert not home.wakes() and home.passed < home.runs.due <= home.passed + POLL_SECONDS
    assert not home.wakes(3598)
    assert home.wakes(2) and home.runs.due == home.passed


def test_an_edit_wakes_it_and_so_does_one_while_it_worked(home: Home) -> None:
    home.works(due=3600)
    assert not home.wakes()
    (home.state / "config.db").write_bytes(b"another")
    home.mark_as_old()
    assert home.wakes()
    (home.state / "config.db-wal").write_bytes(b"meanwhile")
    os.utime(home.state / "config.db-wal", (1_700_000_000, 1_700_000_000))
    home.works(due=3600)
    assert home.wakes()
    home.works(due=3600)
    assert not home.wakes(60)


def test_only_what_is_about_lists_wakes_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.state / "config.db").unlink()
    db.open_config(home.state)
    e, looked = edit.engine(home.state), list[int]()
    actual = list_runs.concern
    monkeypatch.setattr(list_runs, "concern", lambda *given: looked.append(1) or actual(*given))

    def wakes() -> bool:
        before = len(looked)
        until(lambda: home.wakes() or len(looked) > before)
        return not home.child.asleep

    home.works(due=36_000)
    assert wakes(), "of an edit that it was not there for it cannot tell"
    home.works(due=36_000)
    rule = edit.add_rule(e, "block", "one.example")
    assert not wakes()
    edit.put_settings(e, {"update_hours": 7})
    assert wakes()
    home.works(due=36_000)
    edit.remove_rule(e, rule)
    assert not wakes()
    (home.state / "telltale.toml").write_text('upstreams = ["192.0.2.53"]\n')
    assert wakes()
    home.works(due=36_000)
    lists.add_blocklist(e, "https://lists.example/a.txt")
    assert wakes()


class Edits:
    """Marks that say what the test does: each look is told of an edit, `sure` or one that another may have followed."""

    changes, sure = True, False

    def changed(self) -> bool:
        return self.changes


def test_edits_that_come_together_are_one_and_those_without_end_are_not_waited_for(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = Edits()
    home.works(due=3600)
    monkeypatch.setattr(home.runs, "_marks", edits)
    assert not home.wakes() and not home.wakes()
    edits.sure = True
    assert home.wakes()
    edits.changes = edits.sure = False
    home.works(due=3600)
    assert not home.wakes()
    edits.changes = True
    assert [home.wakes() for _ in range(MAX_LOOKS)] == [False] * (MAX_LOOKS - 1) + [True]


def test_an_edit_ends_the_supervisors_wait(home: Home) -> None:
    home.works(due=3600)
    until(lambda: not home.wakes() and home.runs._heard_by is home.signals)
    (home.state / "config.db").write_bytes(b"another")
    home.signals.wait(3600)  # a hang, were it not told of
    until(home.wakes)
    home.works(due=3600)
    assert home.runs._heard_by is None  # nothing of what it writes itself ends a wait


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_an_index_that_somebody_touched_wakes_it(home: Home, content: bytes | None) -> None:
    home.compile()
    home.works(due=3600)
    assert not home.wakes()
    path = list_files.index_path(home.state)
    path.unlink() if content is None else path.write_bytes(content)
    assert home.wakes(LEAST_SECONDS)
    home.works(due=3600)
    assert not home.wakes(60)  # what came of that is its own matter, and no reason to work without end


@pytest.mark.parametrize("content", [None, b""])
def test_so_does_one_that_was_touched_while_it_ended(home: Home, content: bytes | None) -> None:
    home.works(due=3600)
    path = list_files.index_path(home.state)
    path.unlink() if content is None else path.write_bytes(content)
    assert not home.wakes()  # not at once: where marks never stay the same there would be no end
    assert home.wakes(LEAST_SECONDS)


@pytest.mark.parametrize("jump", [-YEARS, YEARS, -3600, 7200])
def test_a_clock_that_is_set_keeps_no_list_from_its_update(home: Home, jump: float) -> None:
    home.works(due=86_400)
    assert not home.wakes(60)
    home.unix += jump
    assert home.wakes()
    home.works(due=86_400)
    assert not home.wakes(60)


@pytest.mark.parametrize("due", [None, 0.5])
def test_a_run_without_a_word_or_that_left_something_is_not_made_again_at_once(home: Home, due: float | None) -> None:
    home.works(due=60)
    assert not home.wakes()
    home.works(due=due)  # what the run before said of itself is not believed
    assert not home.wakes() and not home.wakes(LEAST_SECONDS - 1)
    assert home.wakes(1.0 if due else UNTOLD_SECONDS - LEAST_SECONDS + 1)


def test_one_that_is_not_there_yet_or_waits_for_its_next_try_is_let_be(home: Home) -> None:
    home.runs.turn(None, home.signals, home.passed)
    home.child.asleep = False
    assert home.wakes(YEARS) and home.runs.due == math.inf


def test_where_the_kernel_tells_nothing_it_is_looked_at_often(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home.runs._events, "_inotify", type("Deaf", (), {
        "fileno": lambda _: -1, "add": lambda *_: -1, "read": lambda _: [], "close": lambda _: None,
    })())  # fmt: skip
    home.works(due=3600)
    assert not home.wakes() and home.runs.due - home.passed < 0.2
    (home.state / "config.db").write_bytes(b"another")
    until(home.wakes)
