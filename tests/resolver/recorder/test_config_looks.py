# SPDX-License-Identifier: GPL-3.0-or-later
"""An edit is followed soon, many edits are taken together, and a task that comes is told of."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from resolver.recorder.config_looks import FOLLOW_SECONDS, IDLE_SECONDS, ConfigLooks
from store.base import db
from store.events.config_events import FIRST_SECONDS
from store.imports.log_tasks import FOLDER
from tests.fixtures.clock import Clock

pytestmark = pytest.mark.database


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def looks(state: Path, clock: Clock) -> Iterator[ConfigLooks]:
    made = ConfigLooks(state)
    assert not made.changed(clock.now), "what was there before is no news"
    yield made
    made.close()


def edit(state: Path) -> None:
    with closing(db.connect(state / "config.db")) as con:
        con.execute("UPDATE meta SET value = value + 1 WHERE key = 'policy_version'")


def test_an_edit_is_followed_as_soon_as_it_is_told_of(state: Path, looks: ConfigLooks, clock: Clock) -> None:
    assert looks.due == clock.now + IDLE_SECONDS and not looks.woken(clock.now)
    edit(state)
    assert looks.woken(clock.now) and looks.due == clock.now + FIRST_SECONDS
    assert not looks.changed(clock.now)
    clock.now = looks.due
    assert looks.changed(clock.now) and not looks.changed(clock.now)


def test_one_edit_after_the_other_is_followed_twice_a_second(state: Path, looks: ConfigLooks, clock: Clock) -> None:
    followed, begun = 0, clock.now
    while clock.now < begun + 5:
        edit(state)
        looks.woken(clock.now)
        followed += looks.changed(clock.now)
        clock.now += 0.02
    assert 5 <= followed <= 5 / FOLLOW_SECONDS + 1


def test_a_task_is_told_of_though_the_folder_was_not_there(state: Path, looks: ConfigLooks, clock: Clock) -> None:
    (state / FOLDER).mkdir()
    assert looks.woken(clock.now)
    clock.now = looks.due
    looks.changed(clock.now)
    (state / FOLDER / "1.clear").touch()
    assert looks.woken(clock.now)


def test_a_look_that_is_due_soon_is_made_with_what_else_there_is(looks: ConfigLooks, clock: Clock, state: Path) -> None:
    clock.now = looks.due - 0.5
    edit(state)
    assert not looks.changed(clock.now)
    assert looks.changed(clock.now, 1.0) and looks.due >= clock.now + FOLLOW_SECONDS
