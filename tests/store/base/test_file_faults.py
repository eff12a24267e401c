# SPDX-License-Identifier: GPL-3.0-or-later
"""Each way in which a file fails has a name and a sentence, and leads to the next best."""

import errno
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from damage import DAMAGES

from store.base import db, file_faults
from store.base.file_faults import Choice, Fault, first_usable

NAMES = {
    "missing": Fault.MISSING, "a folder": Fault.NO_FILE, "a pipe": Fault.NO_FILE, "a socket": Fault.NO_FILE,
    "a device without end": Fault.NO_FILE, "a link in a circle": Fault.LOOP, "a link to nowhere": Fault.LOOP,
    "a read error": Fault.UNREADABLE, "empty": Fault.EMPTY, "torn": Fault.DAMAGED, "garbage": Fault.DAMAGED,
    "a bit flipped": Fault.DAMAGED, "newer": Fault.NEWER,
}  # fmt: skip


@pytest.mark.database
@pytest.mark.parametrize("damage", NAMES)
def test_what_is_wrong_with_a_database_is_known_without_waiting(tmp_path: Path, damage: str) -> None:
    db.open_config(tmp_path)
    DAMAGES[damage](tmp_path / "config.db")
    assert db.inspect(tmp_path / "config.db") is NAMES[damage]


@pytest.mark.database
@pytest.mark.parametrize("ending", db.COMPANIONS)
def test_a_pipe_beside_a_database_is_put_aside_and_the_database_used(tmp_path: Path, ending: str) -> None:
    db.open_config(tmp_path)
    before = (tmp_path / "config.db").read_bytes()
    os.mkfifo(tmp_path / f"config.db{ending}")
    assert db.open_config(tmp_path) is None
    assert (tmp_path / "config.db").read_bytes() == before
    assert len(list(tmp_path.glob(f"config.db{ending}.corrupt-*"))) == 1


@pytest.mark.parametrize(
    ("number", "fault"),
    [(errno.EIO, Fault.UNREADABLE), (errno.ENOSPC, Fault.FULL), (errno.EROFS, Fault.READ_ONLY),
     (errno.EACCES, Fault.FORBIDDEN), (errno.ENOENT, Fault.MISSING), (errno.ELOOP, Fault.LOOP),
     (errno.EDQUOT, Fault.FULL)],
)  # fmt: skip
def test_errors_of_the_system_are_faults(number: int, fault: Fault) -> None:
    assert file_faults.fault_of(OSError(number, "")) is fault
    assert file_faults.words(fault)


def test_a_write_that_fails_is_no_damage_to_the_file() -> None:
    """SQLite says I/O error of both; a log must not be put aside because the disk is full."""
    for code, fault in ((sqlite3.SQLITE_IOERR_READ, Fault.UNREADABLE), (sqlite3.SQLITE_IOERR_WRITE, Fault.READ_ONLY),
                        (sqlite3.SQLITE_FULL, Fault.FULL), (sqlite3.SQLITE_CORRUPT, Fault.DAMAGED)):  # fmt: skip
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        assert file_faults.fault_of(error) is fault
        assert (fault in file_faults.SET_ASIDE) == (code in (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_CORRUPT))


def test_the_first_that_can_be_used_is_and_each_before_it_is_told() -> None:
    def broken() -> int:
        raise OSError(errno.EIO, "Input/output error")

    def gone() -> int:
        raise FileNotFoundError(errno.ENOENT, "")

    usable = first_usable([Choice("a", broken), Choice("b", gone), Choice("c", lambda: 3)], Choice("d", lambda: 4))
    assert usable.value == 3
    assert usable.fallbacks == (
        "a cannot be used: the disk gives a read error. In its place: c.",
        "b cannot be used: it is missing. In its place: c.",
    )
    assert first_usable([Choice("a", broken)], Choice("d", lambda: 4)).value == 4


def test_what_is_put_aside_keeps_its_bytes_however_often(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "file").write_text(str(number))
        (tmp_path / "file-wal").write_text("x")
        assert file_faults.set_aside(tmp_path / "file", Fault.DAMAGED, "-wal")
    kept = [path for path in tmp_path.glob("file.corrupt-*") if not path.name.endswith("-wal")]
    assert sorted(path.read_text() for path in kept) == ["0", "1", "2"]
    assert len(list(tmp_path.glob("*-wal"))) == 3
    assert file_faults.set_aside(tmp_path / "file", Fault.DAMAGED) is None


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_file_makes_a_reader_wait_or_read_for_ever(tmp_path: Path, damage: str) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    DAMAGES[damage](tmp_path / "file")
    with suppress(OSError):
        assert len(file_faults.read(tmp_path / "file", 1000)) <= 1001
