# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new version of a list changed for the home: names that it blocks now, and those that it frees."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from blocklists.update.updater import Updater
from evidence.whatif.update_effects import update_effects
from evidence.whatif.update_values import UpdatedName
from store.config import edit, lists
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

pytestmark = pytest.mark.database

OLD = "kept.example.net\nwild.example.net\ngone.example.net\nallowed.example.net\nstill.example.net\n"
NEW = "kept.example.net\nwild.example.net\nnew.example.net\nfresh.example.net\nboth.example.net\n"
OTHER = "both.example.net\nstill.example.net\n"
ASKED = {"kept": 1, "gone": 3, "new": 5, "both": 2, "still": 4, "passed": 6, "allowed": 2}


def updated(state: Path, run: Path, *ids: str) -> None:
    updater = Updater(state, run, {})
    updater.work(ids)
    updater.watcher.close()
    assert not updater.errors


@pytest.fixture
def mine(state: Path, tmp_path: Path) -> str:
    """A list that had a new version just now, another that did not, and a log of a minute before."""
    run = tmp_path / "run"
    run.mkdir()
    engine = edit.engine(state)
    (tmp_path / "mine.txt").write_text(OLD)
    (tmp_path / "other.txt").write_text(OTHER)
    mine = lists.add_blocklist(engine, str(tmp_path / "mine.txt"), "Mine")
    other = lists.add_blocklist(engine, str(tmp_path / "other.txt"), "Other")
    updated(state, run, mine, other)
    (tmp_path / "mine.txt").write_text(NEW)
    updated(state, run, mine)
    begun, at = (int(time.time()) - 3_600) * 1_000_000, 0
    keys, rows = [], []
    for word, count in ASKED.items():
        blocked = f"{word}.example.net" in OLD
        verdict, by = (Verdict.BLOCK, mine) if blocked else (Verdict.PASS, "")
        name = f"{word}.example.net"
        keys.append(Key(name, 1, verdict, Origin.SELF, by, name if by else "", 0, ""))
        for _ in range(count):
            rows.append((begun + at, 0, len(keys) - 1, 9))
            at += 1
    querylog.open_log(state / querylog.FILE_NAME).close()
    with closing(querylog.open_log(state / querylog.FILE_NAME)) as con:
        writer = Writer(con, NOTHING)
        writer.add(Batch(1, 0, 1, ["192.168.1.9"], keys, rows), {}.get)
        writer.commit()
    return mine


def test_names_that_the_home_asked_for_are_told_and_no_others(state: Path, mine: str) -> None:
    now_us = int(time.time() + 60) * 1_000_000
    effects = update_effects(state, {}, now_us - 86_400_000_000, now_us)
    assert effects.queries == sum(ASKED.values())
    by_list = {each.id: each for each in effects.lists}
    # What the other list blocks too is no news, either way.
    assert by_list[mine].blocked == (UpdatedName("new.example.net", 5),)
    assert by_list[mine].freed == (UpdatedName("gone.example.net", 3), UpdatedName("allowed.example.net", 2))
    assert all(not each.blocked and not each.freed for name, each in by_list.items() if name != mine)


def test_a_version_from_before_the_range_is_no_news(state: Path, mine: str) -> None:
    assert mine not in {each.id for each in update_effects(state, {}, 0, 1_000_000_000_000_000).lists}
