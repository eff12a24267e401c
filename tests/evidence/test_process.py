# SPDX-License-Identifier: GPL-3.0-or-later
"""One pass as a process: what it says of itself, and that trouble is told where a person must act."""

import sqlite3
from contextlib import closing
from pathlib import Path

import asked_log
import pytest
from asked_log import NOW, START, Asked
from idle_home import begun, kept_test, settled_home

from evidence import process
from evidence.base import evidence_file, passes
from evidence.base.evidence_file import FILE_NAME
from evidence.base.passes import Passed
from evidence.chain.verify import verify_state
from evidence.idle_test import idle_tests_file
from evidence.idle_test.settle import STAY_US
from store.base.process_status import EvidenceStatus
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

DAY = [Asked(START + hour * HOUR_US + 7, 1, "a.example") for hour in range(24)]


def test_a_pass_says_what_it_did(tmp_path: Path) -> None:
    assert process.work(tmp_path, NOW) == EvidenceStatus()  # no log, no trouble
    asked_log.write(tmp_path, DAY)
    assert process.work(tmp_path, NOW) == EvidenceStatus(read=24)
    assert process.work(tmp_path, NOW) == EvidenceStatus()


def test_nothing_is_looked_for_while_hours_are_missing(tmp_path: Path) -> None:
    """Else what was asked for in an hour that was not read yet would be new."""
    weeks = [Asked(NOW - day * 24 * HOUR_US, 1, "a.example" if day > 3 else "b.example") for day in range(1, 15)]
    asked_log.write(tmp_path, [*weeks, Asked(NOW - 16 * 24 * HOUR_US, 1, "b.example")])
    rests: list[float] = []
    assert process.work(tmp_path, NOW, rests.append, lambda: len(rests) < 14, chained=False).left == 1
    assert process.work(tmp_path, NOW) == EvidenceStatus(read=1)
    with closing(evidence_file.open_reader(tmp_path)) as con:
        assert con.execute("SELECT count(*) FROM findings").fetchone() == (0,)


def test_days_that_are_over_are_closed(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    process.work(tmp_path, NOW + 3 * 24 * HOUR_US)
    verified = verify_state(tmp_path)
    assert verified.is_whole and verified.rows == 24 and verified.links >= 2


def test_idle_tests_that_are_over_are_settled(tmp_path: Path) -> None:
    settled_home(tmp_path, DAY)
    test = begun(tmp_path)
    process.work(tmp_path, NOW + STAY_US, run=tmp_path)
    assert kept_test(tmp_path, test.id).settled


def test_damage_to_idle_tests_keeps_nothing_else_from_being_done(tmp_path: Path) -> None:
    settled_home(tmp_path, DAY)
    begun(tmp_path)
    path = tmp_path / idle_tests_file.FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert process.work(tmp_path, NOW + STAY_US, run=tmp_path).error == ""
    assert process.work(tmp_path, NOW + STAY_US, run=tmp_path) == EvidenceStatus() and not path.exists()


def test_an_hour_whose_columns_are_damaged_is_read_again(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    process.work(tmp_path, NOW)
    with closing(evidence_file.open_writer(tmp_path)) as con:
        con.execute("UPDATE hour_sums SET sums = x'99' WHERE hour = ?", (START // HOUR_US + 5,))
    assert process.work(tmp_path, NOW) == EvidenceStatus(left=1)
    assert process.work(tmp_path, NOW) == EvidenceStatus(read=1)


def test_damage_in_the_midst_is_mended_by_the_next(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    process.work(tmp_path, NOW)
    whole = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert process.work(tmp_path, NOW).error == ""
    assert process.work(tmp_path, NOW) == EvidenceStatus(read=24)


def test_a_file_of_no_use_is_made_anew(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    path = tmp_path / FILE_NAME
    for damage in (path.touch, lambda: path.write_bytes(b"garbage" * 9999), path.mkdir):
        damage()
        assert process.work(tmp_path, NOW) == EvidenceStatus(read=24)
        path.unlink()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (sqlite3.SQLITE_FULL, "Evidence cannot be kept: the disk is full."),
        (sqlite3.SQLITE_READONLY, "Evidence cannot be kept: the disk cannot be written."),
        (sqlite3.SQLITE_BUSY, ""),
    ],
)
def test_what_a_person_must_see_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, error: str
) -> None:
    def fails(*_: object) -> Passed:
        raised = sqlite3.OperationalError("of the disk")
        raised.sqlite_errorcode = code
        raise raised

    monkeypatch.setattr(passes, "run", fails)
    assert process.work(tmp_path, NOW) == EvidenceStatus(error=error, left=1)
