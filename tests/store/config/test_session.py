# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
import threading
from pathlib import Path

import pytest
from waiting import HANG_SECONDS

from store.base import db
from store.config import edit, lists
from store.config import session as config_session
from store.config.engine import Engine
from store.household import groups as household_groups
from store.household import policy
from store.rows import tables

pytestmark = pytest.mark.database


def test_one_directory_has_one_engine(state: Path) -> None:
    assert config_session.engine(state) is config_session.engine(state / ".." / state.name)


def test_edits_from_many_threads_all_count(engine: Engine, con: sqlite3.Connection) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads")])
    before = policy.load(con).version
    work = [
        threading.Thread(target=lambda: [edit.set_toggle(engine, "ads", "house", True) for _ in range(5)])
        for _ in range(4)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert policy.load(con).version == before + 20


def test_who_edits_at_once_waits_in_line_and_nobody_gives_up(
    engine: Engine, con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_MS", 0)  # SQLite itself waits for nobody
    monkeypatch.setattr(config_session, "LINE_SECONDS", HANG_SECONDS)
    refused: list[Exception] = []

    def edit_some(number: int) -> None:
        try:
            for each in range(5):
                household_groups.add_group(engine, f"{number} {each}")
        except edit.EditError as error:
            refused.append(error)

    work = [threading.Thread(target=edit_some, args=(number,)) for number in range(8)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert not refused and len(household_groups.groups(engine)) == 40


def test_whoever_waits_in_line_for_too_long_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_session, "LINE_SECONDS", 0.0)
    refused: list[str] = []

    def another() -> None:
        with pytest.raises(edit.EditError) as error:
            household_groups.add_group(engine, "late")
        refused.append(str(error.value))

    with config_session.writing(engine, "Something."):
        (thread := threading.Thread(target=another)).start()
        thread.join()
    assert "Too many changes" in refused[0]


def test_a_write_that_cannot_be_is_a_sentence(state: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "BUSY_MS", 10)
    other = db.connect(state / "config.db")
    with db.transaction(other), pytest.raises(edit.EditError, match="another process holds it"):
        household_groups.add_group(engine, "x")
    other.close()
    assert household_groups.groups(engine) == []


def test_an_error_in_the_middle_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError), config_session.writing(engine, "Half a group.") as session:
        session.add(tables.Group(name="half"))
        session.flush()
        raise RuntimeError
    assert household_groups.groups(engine) == []


def test_reading_works_without_the_right_to_write(state: Path, engine: Engine) -> None:
    other = db.connect(state / "config.db")
    with db.transaction(other):  # somebody writes: readers go on
        assert household_groups.groups(engine) == []
    other.close()
