# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from pathlib import Path

import pytest

from store.config import settings
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.config.wall_switches import USUAL
from store.household import groups as household_groups
from store.wall import wall_edit, wall_overrides
from store.wall.wall_overrides import Override

pytestmark = pytest.mark.database


def test_set_change_and_clear(engine: Engine, con: sqlite3.Connection) -> None:
    group = household_groups.add_group(engine, "Things")
    for mode, held in (("watch", ["watch"]), ("off", ["off"]), (None, []), (None, [])):
        wall_edit.put_switches(engine, f"group:{group}", {"doh": mode})
        assert [row.mode for row in wall_overrides.overrides(con)] == held


def test_the_house_has_settings(engine: Engine, state: Path, con: sqlite3.Connection) -> None:
    wall_edit.put_switches(engine, "house", {"raw": "enforce"})
    assert settings.load(state, {}).wall_switches["raw"] == "enforce"
    wall_edit.put_switches(engine, "house", {"raw": None})
    assert settings.load(state, {}).wall_switches == USUAL
    assert wall_overrides.overrides(con) == []


@pytest.mark.parametrize(
    ("scope", "switch", "mode", "wrong"),
    [
        ("group:9", "doh", "watch", NotFound),
        ("device:9", "doh", "watch", NotFound),
        ("all", "doh", "watch", EditError),
        ("group:1", "dot", "watch", EditError),
        ("group:1", "doh", "high", EditError),
    ],
)
def test_all_or_nothing(
    engine: Engine, con: sqlite3.Connection, scope: str, switch: str, mode: str, wrong: type[Exception]
) -> None:
    assert household_groups.add_group(engine, "Things") == 1
    with pytest.raises(wrong):
        wall_edit.put_switches(engine, scope, {"ntp": "watch", switch: mode})
    assert wall_overrides.overrides(con) == []


def test_a_group_takes_its_switches_with_it(engine: Engine, con: sqlite3.Connection) -> None:
    stays, goes = household_groups.add_group(engine, "Stays"), household_groups.add_group(engine, "Goes")
    for group in (stays, goes):
        wall_edit.put_switches(engine, f"group:{group}", {"doh": "watch"})
    household_groups.remove_group(engine, goes)
    assert wall_overrides.overrides(con) == [Override(f"group:{stays}", "doh", "watch")]
