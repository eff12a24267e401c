# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.base import db, store_errors
from store.log import querylog

pytestmark = pytest.mark.database


def _meta(path: Path) -> dict[str, str]:
    with contextlib.closing(db.connect(path, read_only=True)) as con:
        return dict(con.execute("SELECT key, value FROM meta"))


def test_a_first_start_makes_a_sound_private_database_with_a_copy(state: Path) -> None:
    assert _meta(state / "config.db") == {"policy_version": "1", "index_generation": "0"}
    assert (state / "config.db").stat().st_mode & 0o777 == 0o600
    assert _meta(state / "config.db.bak") == _meta(state / "config.db")


def test_starting_again_changes_nothing(state: Path) -> None:
    before = _meta(state / "config.db")
    assert db.open_config(state) is None
    assert _meta(state / "config.db") == before


@pytest.mark.parametrize("damage", ["garbage", "cut", "emptied", "missing"])
def test_a_damaged_database_is_restored_from_the_copy(state: Path, damage: str) -> None:
    path = state / "config.db"
    with contextlib.closing(db.connect(path)) as con:
        con.execute("UPDATE meta SET value = '7' WHERE key = 'policy_version'")
    db.backup(path)
    whole = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(
            {"garbage": b"\x17not a database" * 999, "cut": whole[: len(whole) // 2], "emptied": b""}[damage]
        )
    report = db.open_config(state)
    assert report is not None and report.restored
    assert _meta(path)["policy_version"] == "7"
    assert "restored from the copy" in report.sentence
    if damage != "missing":
        assert report.kept.name.startswith("config.db.corrupt-") and report.kept.exists()


def test_without_a_copy_it_is_begun_anew_and_the_damaged_file_kept(state: Path) -> None:
    (state / "config.db.bak").unlink()
    (state / "config.db").write_bytes(b"nonsense" * 1000)
    report = db.open_config(state)
    assert report is not None and not report.restored
    assert report.kept.read_bytes() == b"nonsense" * 1000
    assert _meta(state / "config.db")["policy_version"] == "1"


def test_a_newer_database_is_refused_in_plain_words(state: Path) -> None:
    with contextlib.closing(db.connect(state / "config.db")) as con:
        con.execute("PRAGMA user_version = 999")
    with pytest.raises(store_errors.NewerDatabase, match="install the newer Telltale"):
        db.open_config(state)


def test_a_broken_migration_leaves_the_version_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config.db"
    good = db.migration_steps("config")
    broken = [*good, (len(good) + 1, "CREATE TABLE half (x);\nINSERT INTO nowhere VALUES (1);\n")]
    monkeypatch.setattr(db, "migration_steps", lambda kind: broken)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        db.migrate(path)
    with contextlib.closing(db.connect(path)) as con:
        assert con.execute("PRAGMA user_version").fetchone() == (len(good),)
        assert con.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)


def test_a_backup_of_a_damaged_file_is_refused_and_the_last_copy_stays(state: Path) -> None:
    copy = (state / "config.db.bak").read_bytes()
    (state / "config.db").write_bytes(b"nonsense" * 1000)
    with pytest.raises(store_errors.CorruptDatabase):
        db.backup(state / "config.db")
    assert (state / "config.db.bak").read_bytes() == copy


def test_a_state_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(store_errors.ReadOnlyState, match="--state"):
        db.open_config(tmp_path / "file" / "state")


def test_a_reader_never_makes_a_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        db.connect(tmp_path / "none.db", read_only=True)
    assert not (tmp_path / "none.db").exists()


def test_a_failed_transaction_leaves_nothing(con: sqlite3.Connection) -> None:
    with pytest.raises(RuntimeError), db.transaction(con):
        con.execute("INSERT INTO meta VALUES ('x', '1')")
        raise RuntimeError
    assert not con.in_transaction
    assert con.execute("SELECT count(*) FROM meta WHERE key = 'x'").fetchone() == (0,)


_DIE_IN_COMMIT = """
import os, signal, sys
from pathlib import Path
from store.base import db
con = db.connect(Path(sys.argv[1]))
con.execute("PRAGMA cache_size = 1")  # spills to the file before the commit: the journal is hot
con.execute("BEGIN IMMEDIATE")
for n in range(3000):
    con.execute("INSERT INTO meta VALUES (?, ?)", (f"k{n}", "x" * 100))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.process
def test_a_reader_copes_with_a_writer_that_was_killed_in_a_transaction(state: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _DIE_IN_COMMIT, str(state / "config.db")])
    assert done.returncode == -signal.SIGKILL
    assert (state / "config.db-journal").stat().st_size > 0
    assert len(_meta(state / "config.db")) == 2
    db.check(state / "config.db")


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming another user takes root")
@pytest.mark.process
def test_both_databases_are_read_where_nothing_can_be_written() -> None:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        db.open_config(state)
        log = querylog.open_log(state / "querylog.db")
        log.execute("INSERT INTO records VALUES (1, 1, 1, 1, 1)")
        log.close()
        for path in [*state.iterdir(), state]:
            path.chmod(0o555)
        found = _as_nobody(
            lambda: [_count(state / "config.db", "meta"), _count(state / "querylog.db", "records"), _opened(state)]
        )
    assert found[:2] == [2, 1]
    assert "cannot be written" in found[2]


def _count(path: Path, table: str) -> int:
    with contextlib.closing(db.connect(path, read_only=True)) as con:
        return int(con.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _opened(state: Path) -> str:
    try:
        return str(db.open_config(state))
    except store_errors.ReadOnlyState as error:
        return str(error)


def _as_nobody(work: Callable[[], list[Any]]) -> list[Any]:
    """The result of some work by a user who owns nothing."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setresuid(65534, 65534, 65534)
            os.write(writable, json.dumps(work()).encode())
        except BaseException as error:
            os.write(writable, json.dumps([repr(error)]).encode())
        finally:
            os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        found: list[Any] = json.loads(pipe.read())
    os.waitpid(child, 0)
    return found
