# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit by whatever way is told, what is none of it is not, and looks come quickly until it is quiet."""

import asyncio
import ctypes
import select
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.config.watch import Watcher
from store.events import config_events
from store.events.config_events import BUSY_SECONDS, FIRST_SECONDS, SLOW_SECONDS, STAY_SECONDS, ConfigEvents
from tests.fixtures.clock import Clock

pytestmark = pytest.mark.database


@pytest.fixture
def events(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConfigEvents]:
    also = tmp_path_factory.mktemp("run") / "recursor.json"
    made = ConfigEvents(state, (also,))
    yield made
    made.close()


def is_told(events: ConfigEvents) -> bool:
    return bool(select.select([events], [], [], 0)[0])


def test_an_edit_by_whoever_has_the_file_open_is_told(state: Path, events: ConfigEvents) -> None:
    with closing(db.connect(state / "config.db")) as con:
        con.execute("UPDATE meta SET value = value")
        events.heard()
        assert not is_told(events)
        con.execute("UPDATE meta SET value = value + 1 WHERE key = 'policy_version'")
        assert is_told(events) and events.heard()
    while is_told(events):
        events.heard()


def test_after_each_event_there_is_a_look_at_once_and_more_until_it_is_quiet(
    state: Path, events: ConfigEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    assert events.wait() == SLOW_SECONDS
    (state / "telltale.toml").write_text("")
    assert events.heard()
    assert [events.wait() for _ in range(3)] == [FIRST_SECONDS, BUSY_SECONDS, BUSY_SECONDS]
    assert events.wait(0.01) == 0.01
    clock.now += STAY_SECONDS
    assert events.wait(10.0) == 10.0


def test_what_lies_beside_config_db_is_nobodys_business(state: Path, events: ConfigEvents) -> None:
    (state / "querylog.waiting").write_bytes(b"rows")
    (state / "querylog.waiting").unlink()
    assert is_told(events)
    assert not events.heard() and events.wait() == SLOW_SECONDS


def test_a_database_that_takes_the_place_of_another_is_watched_like_it(state: Path, events: ConfigEvents) -> None:
    watcher = Watcher(state / "config.db")
    db.backup(state / "config.db")
    (state / "config.db.bak").replace(state / "config.db")
    assert events.heard() and watcher.changed()
    events.wait()
    while events.heard():
        pass
    with closing(db.connect(state / "config.db")) as con:
        con.execute("UPDATE meta SET value = value + 1 WHERE key = 'policy_version'")
    assert events.heard() and watcher.changed()
    watcher.close()


def test_another_file_that_matters_is_followed_from_one_to_the_next(
    state: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = tmp_path_factory.mktemp("run")
    status, draft = run / "recursor.json", run / "draft"
    status.write_text("{}")
    with closing(ConfigEvents(state, (status,))) as events:
        for _ in range(3):
            draft.write_text("{}")
            draft.replace(status)
            assert events.heard()
            events.wait()
        status.unlink()
        assert events.heard()


def test_of_a_file_that_is_replaced_whole_one_look_is_enough(
    state: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = tmp_path_factory.mktemp("run")
    status, draft = run / "recursor.json", run / "draft"
    status.write_text("{}")
    with closing(ConfigEvents(state, (status,))) as events:
        for _ in range(3):
            with status.open() as reader:  # the kernel tells once more when it is done with the one before
                draft.write_text("{}")
                draft.replace(status)
                assert events.heard() and events.wait(10.0) == FIRST_SECONDS
                assert events.wait(10.0) == 10.0 and events.is_quiet, reader
            assert events.heard() and events.wait(10.0) == FIRST_SECONDS
            assert events.wait(10.0) == 10.0 and events.is_quiet


@pytest.mark.parametrize("how", ["no inotify", "no folder"])
def test_where_the_kernel_tells_nothing_looks_come_as_often_as_ever(
    state: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "no inotify":
        monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    with closing(ConfigEvents(state if how == "no inotify" else state / "gone")) as events:
        assert events.fileno() == -1
        assert not events.heard()
        assert events.wait() == BUSY_SECONDS


def test_looks_are_as_frequent_as_a_toggle_may_be_late() -> None:
    assert config_events.BUSY_SECONDS <= 0.1


def test_who_waits_for_the_next_look_can_be_had_to_make_it(state: Path, events: ConfigEvents) -> None:
    async def inside() -> None:
        events.look_now()  # nobody waits
        waiting = asyncio.create_task(events.next_look(1e6))
        await asyncio.sleep(0)
        assert not waiting.done()
        events.look_now()
        await waiting

    asyncio.run(inside())
