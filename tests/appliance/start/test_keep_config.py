# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from appliance.start.keep_config import ConfigKeeper
from store.base import db
from store.config import edit
from store.config.watch import Watcher

pytestmark = pytest.mark.database


@pytest.fixture
def lived(tmp_path: Path) -> Path:
    db.open_config(tmp_path)
    edit.add_rule(edit.engine(tmp_path), "block", "ads.test")
    db.backup(tmp_path / "config.db")
    return tmp_path


@pytest.mark.parametrize("harm", ["deleted", "emptied", "replaced by nonsense"])
def test_what_config_db_held_is_put_back_while_the_appliance_runs(lived: Path, harm: str) -> None:
    path = lived / "config.db"
    keeper, watcher = ConfigKeeper(lived), Watcher(path)
    watcher.changed()
    assert keeper.look() == ""
    path.unlink()
    if harm != "deleted":
        path.write_bytes(b"" if harm == "emptied" else b"nonsense" * 999)
    assert "restored from the copy" in keeper.look()
    assert "restored from the copy" in keeper.restored and not keeper.trouble
    assert [rule.name for rule in edit.rules(edit.engine(lived))] == ["ads.test"]
    assert watcher.changed() and keeper.look() == ""
    watcher.close()


@pytest.mark.parametrize("content", [b"", b"nonsense" * 999, b"# emptied\n"])
def test_what_is_emptied_or_written_over_in_its_place_is_put_back(lived: Path, content: bytes) -> None:
    path = lived / "config.db"
    keeper, watcher = ConfigKeeper(lived), Watcher(path)
    watcher.changed()
    before = path.stat().st_ino
    path.write_bytes(content)
    assert path.stat().st_ino == before, "the very same file"
    assert "restored from the copy" in keeper.look() and keeper.restored and not keeper.trouble
    assert [rule.name for rule in edit.rules(edit.engine(lived))] == ["ads.test"]
    assert watcher.changed() and keeper.look() == ""
    watcher.close()


@pytest.mark.parametrize("content", [b"", b"nonsense" * 999])
def test_what_is_emptied_without_a_copy_is_said_to_be_gone(lived: Path, content: bytes) -> None:
    (lived / "config.db.bak").unlink()
    keeper = ConfigKeeper(lived)
    (lived / "config.db").write_bytes(content)
    assert "there is no copy of it" in keeper.look() and keeper.trouble
    assert keeper.look() == "" and not list(lived.glob("*corrupt*"))


def test_another_sound_file_in_its_place_is_taken_as_it_is(lived: Path) -> None:
    path, keeper = lived / "config.db", ConfigKeeper(lived)
    other = lived / "other.db"
    other.write_bytes((lived / "config.db.bak").read_bytes())
    other.replace(path)
    assert keeper.look() == ""
    assert [rule.name for rule in edit.rules(edit.engine(lived))] == ["ads.test"]


def test_without_a_copy_or_a_directory_nothing_is_begun_and_it_is_said_once(lived: Path) -> None:
    keeper, moved = ConfigKeeper(lived), lived.with_name("moved")
    lived.rename(moved)
    assert "DNS goes on as it was" in keeper.look() and keeper.trouble
    assert keeper.look() == "" and not lived.exists()
    moved.rename(lived)
    assert keeper.look() == "" and not keeper.trouble and not keeper.restored
    assert [rule.name for rule in edit.rules(edit.engine(lived))] == ["ads.test"]
