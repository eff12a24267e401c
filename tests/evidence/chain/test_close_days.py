# SPDX-License-Identifier: GPL-3.0-or-later
"""Days are closed in a state directory, go on after a stop, and do not need what is not there."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from chained_days import KEY, Chained, begin_of

from evidence.chain import chain_file, close_days
from evidence.chain.close_days import CLOSE_US
from evidence.chain.verify import verify_state
from store.log import querylog

pytestmark = pytest.mark.database


@pytest.fixture
def lived_in(tmp_path: Path) -> Path:
    with closing(querylog.open_log(tmp_path / querylog.FILE_NAME, None, print)) as log:
        chained = Chained(log, log)
        for day in (0, 1, 2):
            chained.now_us = begin_of(day + 1) - 1
            chained.write(range(begin_of(day) + 5, begin_of(day) + 105), KEY)
    return tmp_path


def test_without_a_log_nothing_is_made(tmp_path: Path) -> None:
    assert close_days.close_days(tmp_path, begin_of(9)) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_day_is_closed_two_hours_after_its_end(lived_in: Path) -> None:
    assert close_days.close_days(lived_in, begin_of(1) + CLOSE_US - 1) == 0
    assert close_days.close_days(lived_in, begin_of(1) + CLOSE_US) == 1
    assert close_days.close_days(lived_in, begin_of(1) + CLOSE_US) == 0


def test_it_goes_on_where_it_was_stopped_and_everything_fits(lived_in: Path) -> None:
    answers = iter([True, False])
    assert close_days.close_days(lived_in, begin_of(3) + CLOSE_US, lambda: next(answers, False)) == 1
    assert close_days.close_days(lived_in, begin_of(3) + CLOSE_US) == 2
    verified = verify_state(lived_in)
    assert verified.is_whole and (verified.days, verified.rows) == (3, 300)
    assert (lived_in / chain_file.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_damaged_chain_is_kept_and_a_new_one_begun(lived_in: Path) -> None:
    close_days.close_days(lived_in, begin_of(3) + CLOSE_US)
    (lived_in / chain_file.FILE_NAME).write_bytes(b"\xa5" * 9000)
    assert close_days.close_days(lived_in, begin_of(3) + CLOSE_US) == 3
    assert len(list(lived_in.glob("chain.db.corrupt-*"))) == 1
    assert verify_state(lived_in).is_whole


def test_it_rests_after_each_link(lived_in: Path) -> None:
    rests: list[float] = []
    assert close_days.close_days(lived_in, begin_of(3) + CLOSE_US, rest=rests.append) == len(rests) == 3


def test_sums_go_with_the_rows_that_they_are_of(lived_in: Path) -> None:
    close_days.close_days(lived_in, begin_of(3) + CLOSE_US)
    with closing(sqlite3.connect(lived_in / querylog.FILE_NAME)) as log, log:
        log.execute("DELETE FROM records WHERE time_us < ?", (begin_of(2),))
        log.execute("UPDATE marks SET value = ? WHERE key = 'deleted_to'", (begin_of(1) + 104,))
    close_days.close_days(lived_in, begin_of(3) + CLOSE_US)
    with closing(chain_file.open_reader(lived_in)) as chain:
        assert [link.sums is None for link in chain_file.links(chain)] == [True, True, False]
    assert verify_state(lived_in).is_whole
