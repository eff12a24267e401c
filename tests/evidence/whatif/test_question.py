# SPDX-License-Identifier: GPL-3.0-or-later
"""What a question leaves as it is: pauses, gone devices, nameless rows, a list that cannot be had; and the home."""

from __future__ import annotations

import hashlib
import random
from contextlib import closing
from pathlib import Path

import asked_home
import pytest
from asked_home import AskedHome

from evidence.whatif import question
from evidence.whatif.whatif_change import BadChange, RuleChange, SourceChange, ToggleChange
from store.base import db
from store.config import edit
from store.household import exceptions, pauses
from store.log.protocol import LogError

pytestmark = pytest.mark.database
BLOCK = [RuleChange("block", "www.x-test.net")]


@pytest.fixture
def home(state: Path) -> AskedHome:
    made = asked_home.settle(state, random.Random(5))
    asked_home.live(made, random.Random(5), 300)
    return made


def count(home: AskedHome, where: str) -> int:
    with closing(db.connect(home.state / "querylog.db", read_only=True)) as con:
        return int(con.execute(f"SELECT count(*) FROM queries WHERE {where}").fetchone()[0])


def test_nothing_of_the_home_is_changed_and_nothing_stays_behind(home: AskedHome, tmp_path: Path) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    before = {path: hashlib.sha256(path.read_bytes()).digest() for path in sorted(home.state.rglob("*.*"))}
    (lists := tmp_path / "more.txt").write_text("||www.x-test.net^\n")
    changes = [*BLOCK, SourceChange(str(lists)), ToggleChange("alpha", on=False, schedule=None)]
    question.ask(home.state, {}, changes, *home.span, scratch=scratch)
    after = {path: hashlib.sha256(path.read_bytes()).digest() for path in sorted(home.state.rglob("*.*"))}
    assert {path: digest for path, digest in after.items() if path.suffix not in (".db-wal", ".db-shm")} == before
    assert not list(scratch.iterdir())


def test_a_pause_or_an_exception_of_now_is_no_policy(home: AskedHome) -> None:
    wanted = question.ask(home.state, {}, BLOCK, *home.span)
    assert wanted.more.queries
    engine = edit.engine(home.state)
    pauses.pause(engine, "house")
    exceptions.let_through(engine, "house", "www.x-test.net", home.now_s + 7_200, "somebody")
    assert question.ask(home.state, {}, BLOCK, *home.span) == wanted


def test_a_part_of_the_log_is_what_sql_counts_in_it(home: AskedHome) -> None:
    from_us, to_us = home.rows[50][0], home.rows[200][0]
    effect = question.ask(home.state, {}, BLOCK, from_us, to_us)
    assert effect.queries == count(home, f"time_us >= {from_us} AND time_us < {to_us}") == 150
    assert (effect.first_us, effect.last_us) == (from_us, to_us - 1)
    (name,) = effect.names
    assert name.queries == count(home, f"name = '{name.name}' AND time_us >= {from_us} AND time_us < {to_us}")
    nothing = question.ask(home.state, {}, BLOCK, 0, 1)
    assert (nothing.queries, nothing.more.queries, nothing.first_us) == (0, 0, 0)


def test_a_device_that_is_forgotten_has_what_holds_for_the_house(home: AskedHome) -> None:
    with closing(db.connect(home.state / "querylog.db")) as con:
        con.execute("UPDATE clients SET device_id = 99 WHERE device_id = 1")
    effect = question.ask(home.state, {}, [RuleChange("block", "www.x-test.net", "device:1")], *home.span)
    assert effect.more.queries == effect.less.queries == 0
    effect = question.ask(home.state, {}, [RuleChange("block", "a.x-test.net")], *home.span)
    assert {each.device for each in effect.more.by_device} <= {99, 2, 3, 4, None}


def test_rows_whose_name_is_no_more_are_counted_and_judged_by_nobody(home: AskedHome) -> None:
    gone = count(home, "name = 'www.x-test.net'")
    with closing(db.connect(home.state / "querylog.db")) as con:
        con.execute("DELETE FROM names WHERE name = 'www.x-test.net'")
    effect = question.ask(home.state, {}, BLOCK, *home.span)
    assert (effect.unjudged, effect.more.queries, effect.queries) == (gone, 0, len(home.rows))


@pytest.mark.parametrize(("source", "words"), [
    ("/nowhere/at/all.txt", "was not fetched"), ("https://127.0.0.1:9/list.txt", "was not fetched|cannot come from"),
])  # fmt: skip
def test_a_list_that_cannot_be_had_is_told(home: AskedHome, source: str, words: str) -> None:
    with pytest.raises((BadChange, edit.EditError), match=words):
        question.ask(home.state, {}, [SourceChange(source)], *home.span)


def test_a_file_that_is_no_list_is_told(home: AskedHome, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<!doctype html><html><body>Not found</body></html>")
    with pytest.raises(BadChange, match="is no blocklist"):
        question.ask(home.state, {}, [SourceChange(str(tmp_path / "page.html"))], *home.span)


def test_without_a_log_there_is_no_answer(state: Path) -> None:
    asked_home.settle(state, random.Random(1))
    with pytest.raises(LogError):
        question.ask(state, {}, BLOCK, 0, 10)
