# SPDX-License-Identifier: GPL-3.0-or-later
"""A state directory into which a history was imported and nothing else is asked about as a first start leaves one."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from imported import import_file
from pihole_log import PiHoleRow, write_v6

from evidence.whatif import list_worth, question, throwaway_state, update_effects
from evidence.whatif.missed_names import SAME
from evidence.whatif.policy_copy import AFTER, BEFORE
from evidence.whatif.whatif_change import Change, SourceChange, ToggleChange
from store.base import db

pytestmark = pytest.mark.database

NAME, OTHER = "data.mistat.xiaomi.com", "www.x-test.net"
NOW_US = 1_795_910_400_000_000  # of the importing clock
SPAN = NOW_US - 86_400_000_000, NOW_US


@pytest.fixture
def imported_alone(state: Path, tmp_path: Path) -> Path:
    begin = SPAN[0] / 1e6
    rows = [PiHoleRow(begin + at * 60, (NAME, OTHER)[at % 2], f"192.168.1.{at % 3 + 1}") for at in range(60)]
    assert import_file(state, write_v6(tmp_path / "pihole-FTL.db", rows)) == 60
    return state


@pytest.mark.parametrize(("change", "more", "less"), [
    (ToggleChange("pack:xiaomi", on=False), 0, 30),
    (ToggleChange("service:tiktok"), 0, 0),
    (SourceChange("more.txt"), 30, 0),
])  # fmt: skip
def test_what_ships_is_there(imported_alone: Path, tmp_path: Path, change: Change, more: int, less: int) -> None:
    if isinstance(change, SourceChange):
        (path := tmp_path / change.source).write_text(f"||{OTHER}^\n")
        change = SourceChange(str(path))
    before = {path.name for path in imported_alone.rglob("*")}
    effect = question.ask(imported_alone, {}, [change], *SPAN)
    assert (effect.queries, effect.more.queries, effect.less.queries) == (60, more, less)
    assert SAME not in {warned.kind for warned in effect.warnings}
    assert {path.name for path in imported_alone.rglob("*")} == before


def test_what_holds_already_is_told(imported_alone: Path) -> None:
    effect = question.ask(imported_alone, {}, [ToggleChange("pack:xiaomi")], *SPAN)
    assert [warned.kind for warned in effect.warnings] == [SAME] and not effect.more.queries + effect.less.queries


def test_lists_and_updates_are_told_of_it_too(imported_alone: Path) -> None:
    worth = list_worth.worth(imported_alone, {}, *SPAN)
    assert {each.id: each.blocks for each in worth.lists}["pack:xiaomi"] == worth.blocked == 30
    assert update_effects.update_effects(imported_alone, {}, *SPAN).lists == ()


def test_the_copies_are_alike_and_gone_at_the_end(imported_alone: Path, tmp_path: Path) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    with throwaway_state.copied(imported_alone, {}, scratch) as (folder, base):
        copies = []
        for name in (BEFORE, AFTER):
            with closing(db.connect(folder / name / "config.db", read_only=True)) as con:
                copies.append(con.execute("SELECT * FROM blocklist, toggle ORDER BY 1, 2").fetchall())
        assert copies[0] == copies[1] != [] and len(base.index.slots) > 10 and not base.fallbacks
    assert not list(scratch.iterdir())


def test_a_folder_that_is_no_state_directory_is_told(tmp_path: Path) -> None:
    begun = time.time_ns() // 1000
    with pytest.raises(Exception, match="config"):
        question.ask(tmp_path, {}, [ToggleChange("pack:xiaomi")], begun - 1, begun)
