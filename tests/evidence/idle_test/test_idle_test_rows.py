# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests begun, ended, titled, deleted; one at a time a device, within bounds; results are kept once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.idle_test import idle_test_rows, idle_tests_file
from evidence.idle_test.idle_test import MINUTE_US, BadTest, NewTest, NoTest
from evidence.idle_test.result import Counts, Limits
from evidence.idle_test.result import TestResult as Result

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
NEW = NewTest(1, "Phone", 60, "Before the update", addresses=("10.0.0.1",))
RESULT = Result(1, 1, "Phone", "", NOW, NOW + 1, None, False, NOW, "v", Counts(), Counts(), (), 0, Limits())


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(idle_tests_file.open_writer(tmp_path)) as con:
        yield con


def test_one_is_begun_and_found_again(con: sqlite3.Connection) -> None:
    test = idle_test_rows.begin(con, NEW, NOW)
    assert (test.device, test.title, test.to_us - test.from_us) == ("Phone", "Before the update", 60 * MINUTE_US)
    assert test.addresses == ("10.0.0.1",) and not test.settled and not test.own and test.unblocked_us is None
    later = idle_test_rows.begin(con, replace(NEW, device_id=2), NOW + 1)
    assert idle_test_rows.tests(con) == [later, test]
    assert idle_test_rows.tests(con, [1, 3]) == [test] and idle_test_rows.tests(con, []) == []


def test_a_device_is_in_one_at_a_time(con: sqlite3.Connection) -> None:
    first = idle_test_rows.begin(con, NEW, NOW)
    with pytest.raises(BadTest, match="Phone is being tested already"):
        idle_test_rows.begin(con, NEW, first.to_us - 1)
    assert idle_test_rows.running_of(con, 1, NOW) == first
    assert idle_test_rows.begin(con, NEW, first.to_us).id == first.id + 1


def test_a_stop_ends_it_with_its_pause_and_once(con: sqlite3.Connection) -> None:
    test = idle_test_rows.begin(con, NEW, NOW, NOW + 30 * MINUTE_US, 5)
    stopped = idle_test_rows.stop(con, test.id, NOW + MINUTE_US)
    assert (stopped.to_us, stopped.unblocked_us, stopped.stopped) == (NOW + MINUTE_US, NOW + MINUTE_US, True)
    assert idle_test_rows.stop(con, test.id, NOW + 2 * MINUTE_US) == stopped
    assert idle_test_rows.stop(con, idle_test_rows.begin(con, NEW, NOW + MINUTE_US).id, NOW + MINUTE_US).stopped


def test_only_so_many_are_kept(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_test_rows, "MAX_TESTS", 5)
    monkeypatch.setattr(idle_test_rows, "MAX_OWN", 3)
    monkeypatch.setattr(idle_test_rows, "MAX_OWN_OF_ONE", 2)
    own = replace(NEW, own=True)
    hours = (NOW + number * 60 * MINUTE_US for number in range(20))
    for _ in range(2):
        idle_test_rows.begin(con, own, next(hours))
    with pytest.raises(BadTest, match="without a log-in"):
        idle_test_rows.begin(con, own, next(hours))
    idle_test_rows.begin(con, replace(own, device_id=2), next(hours))
    with pytest.raises(BadTest, match="without a log-in"):
        idle_test_rows.begin(con, replace(own, device_id=3), next(hours))
    for _ in range(2):
        idle_test_rows.begin(con, NEW, next(hours))
    with pytest.raises(BadTest, match="5 tests are kept already"):
        idle_test_rows.begin(con, NEW, next(hours))
    idle_test_rows.delete(con, 1)
    assert idle_test_rows.begin(con, NEW, next(hours)).id == 6, "no number is given twice"


def test_a_title_is_changed_and_what_is_not_there_is_told(con: sqlite3.Connection) -> None:
    idle_test_rows.begin(con, NEW, NOW)
    assert idle_test_rows.retitle(con, 1, " After  it ").title == "After it"
    with pytest.raises(BadTest):
        idle_test_rows.retitle(con, 1, "x" * 101)
    for change in (idle_test_rows.test, idle_test_rows.delete):
        with pytest.raises(NoTest, match="no idle test 9"):
            change(con, 9)


def test_a_result_is_due_when_late_records_are_in_and_kept_once(con: sqlite3.Connection) -> None:
    test = idle_test_rows.begin(con, NEW, NOW)
    assert idle_test_rows.due(con, test.to_us + idle_test_rows.LATE_US - 1) == []
    assert idle_test_rows.due(con, test.to_us + idle_test_rows.LATE_US) == [test]
    assert idle_test_rows.kept(con, 1) is None
    idle_test_rows.keep(con, 1, RESULT)
    idle_test_rows.keep(con, 1, replace(RESULT, device="Another"))
    assert idle_test_rows.kept(con, 1) == RESULT and idle_test_rows.test(con, 1).settled
    assert idle_test_rows.due(con, test.to_us + idle_test_rows.LATE_US) == []


def test_a_result_that_does_not_read_is_none(con: sqlite3.Connection) -> None:
    idle_test_rows.begin(con, NEW, NOW)
    for packed in (b"", b"nothing", b"x\x9c\xab\xae\x05\x00\x01u\x00\xf9"):
        con.execute("UPDATE tests SET result = ?", (packed,))
        assert idle_test_rows.kept(con, 1) is None
