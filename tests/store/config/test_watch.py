# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from store.base import db
from store.config import edit, lists
from store.config.engine import Engine
from store.config.watch import EditWatcher, Watcher
from store.household import groups as household_groups

pytestmark = pytest.mark.database

_TOGGLE = """
import sys
from pathlib import Path
from store.config import edit
edit.set_toggle(edit.engine(Path(sys.argv[1])), "ads", "house", True)
"""


@pytest.mark.process
def test_a_toggle_by_another_process_is_seen_at_the_next_look(state: Path, engine: Engine) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads")])
    watcher = Watcher(state / "config.db")
    version = watcher.policy_version()
    assert not watcher.changed()
    subprocess.run([sys.executable, "-c", _TOGGLE, str(state)], check=True)
    assert watcher.changed()
    assert watcher.policy_version() == version + 1
    assert not watcher.changed()
    watcher.close()


def test_what_changes_no_answer_leaves_the_policy_version(state: Path, engine: Engine) -> None:
    watcher = Watcher(state / "config.db")
    version = watcher.policy_version()
    household_groups.add_group(engine, "Children")
    assert watcher.changed() and watcher.policy_version() == version
    watcher.close()


def test_a_missing_file_is_no_change_until_it_is_there(tmp_path: Path) -> None:
    watcher = Watcher(tmp_path / "config.db")
    assert not watcher.changed()
    assert watcher.error and watcher.policy_version() == 0
    db.open_config(tmp_path)
    assert watcher.changed()
    assert watcher.error is None and watcher.policy_version() == 1
    watcher.close()


def test_a_damaged_file_keeps_the_last_that_was_known(state: Path, con: sqlite3.Connection) -> None:
    con.execute("UPDATE meta SET value = '8' WHERE key = 'policy_version'")
    watcher = Watcher(state / "config.db")
    assert watcher.policy_version() == 8
    (state / "other").write_bytes(b"nonsense" * 1000)
    (state / "other").replace(state / "config.db")
    assert not watcher.changed()
    assert watcher.error and watcher.policy_version() == 8
    watcher.close()


def test_a_restored_file_is_a_change(state: Path) -> None:
    watcher = Watcher(state / "config.db")
    (state / "config.db").write_bytes(b"")
    assert db.open_config(state) is not None
    assert watcher.changed() and watcher.policy_version() == 1
    watcher.close()


def test_a_look_never_waits_for_a_writer(state: Path) -> None:
    watcher = Watcher(state / "config.db")
    with_lock = db.connect(state / "config.db")
    with_lock.execute("BEGIN EXCLUSIVE")
    with_lock.execute("UPDATE meta SET value = '5' WHERE key = 'policy_version'")
    assert not watcher.changed()
    assert watcher.policy_version() == 1 or watcher.error
    with_lock.execute("COMMIT")
    assert watcher.changed() and watcher.policy_version() == 5
    with_lock.close()
    watcher.close()


def test_an_edit_of_either_place_is_told_once(state: Path, engine: Engine) -> None:
    watcher = EditWatcher(state)
    assert not watcher.changed()
    edit.add_rule(engine, "block", "x.example")
    assert watcher.changed() and not watcher.changed()
    (state / "telltale.toml").write_text('wall = "watch"\n')
    assert watcher.changed() and not watcher.changed()
    edit.add_rule(engine, "block", "y.example")
    (state / "telltale.toml").unlink()
    assert watcher.changed() and not watcher.changed(), "both at once are one"
    watcher.close()
