# SPDX-License-Identifier: GPL-3.0-or-later
"""A changed, missing or added row, or a changed link, is named with its day; what the log itself did is no fault."""

import json

import pytest
from chained_days import FIRST_DAY, KEY, Chained, begin_of
from chained_days import chained as chained
from chained_days import three_days as three_days

from evidence.chain.day_digest import DAY_US
from evidence.chain.verify import Fault, What
from store.log import late_rows, retention

ADD = "INSERT INTO records SELECT ?, 1, name_id, outcome_id, 5 FROM records WHERE time_us = ?"
ROW = 1234  # of the second day, from 1
AT = begin_of(1) + ROW * 1_000_000


def only_fault(chained: Chained) -> Fault:
    (fault,) = chained.verify().faults
    return fault


def test_what_was_not_touched_is_whole(three_days: Chained) -> None:
    verified = three_days.verify()
    assert verified.is_whole
    assert (verified.days, verified.rows, verified.links) == (3, 5000, 3)
    assert (verified.first_day, verified.last_day) == (FIRST_DAY, FIRST_DAY + 2)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE records SET duration_us = duration_us + 1 WHERE time_us = ?",
        "UPDATE records SET client_id = 3 - client_id WHERE time_us = ?",
        "UPDATE records SET name_id = 999999 WHERE time_us = ?",
        "UPDATE records SET outcome_id = 3 - outcome_id WHERE time_us = ?",
    ],
)
def test_a_changed_row_is_named(three_days: Chained, change: str) -> None:
    three_days.log.execute(change, (AT,))
    fault = only_fault(three_days)
    assert (fault.day, fault.what, fault.row, fault.from_us) == (FIRST_DAY + 1, What.CHANGED, ROW, AT)
    assert json.loads(fault.line)[0] == AT


def test_a_missing_row_is_named(three_days: Chained) -> None:
    three_days.log.execute("DELETE FROM records WHERE time_us = ?", (AT,))
    fault = only_fault(three_days)
    assert (fault.day, fault.what, fault.row, fault.from_us) == (FIRST_DAY + 1, What.MISSING, ROW, AT)
    assert fault.line == ""


@pytest.mark.parametrize("at", [AT + 1, begin_of(1), begin_of(2) - 1])
def test_an_added_row_is_named_wherever_it_was_put(three_days: Chained, at: int) -> None:
    three_days.log.execute(ADD, (at, AT))
    fault = only_fault(three_days)
    assert (fault.day, fault.what, fault.from_us) == (FIRST_DAY + 1, What.ADDED, at)


def test_a_row_on_a_day_without_any_is_named(three_days: Chained) -> None:
    at = begin_of(2) + 77
    three_days.log.execute(ADD, (at, AT))
    fault = only_fault(three_days)
    assert (fault.day, fault.what, fault.row, fault.from_us) == (FIRST_DAY + 2, What.ADDED, 1, at)


def test_a_row_moved_in_time_is_one_missing_and_one_added(three_days: Chained) -> None:
    three_days.log.execute("UPDATE records SET time_us = time_us + 250000 WHERE time_us = ?", (AT,))
    faults = three_days.verify().faults
    assert [(fault.what, fault.from_us) for fault in faults] == [(What.MISSING, AT), (What.CHANGED, AT + 250_000)]


def test_a_word_that_many_rows_share_is_told_of_each_thousand(three_days: Chained) -> None:
    three_days.log.execute("UPDATE names SET name = 'harmless.example' WHERE name = ?", (KEY.name,))
    faults = three_days.verify().faults
    assert {fault.what for fault in faults} == {What.SEVERAL}
    assert {fault.day for fault in faults} == {FIRST_DAY, FIRST_DAY + 1}
    assert [fault.row for fault in faults] == [1, 1001, 2001] * 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE links SET rows = rows + 1 WHERE seq = 2",
        "UPDATE links SET sums = x'00' || sums WHERE seq = 2",
        "UPDATE links SET head = 'f' || substr(head, 2) WHERE seq = 2",
        "UPDATE links SET closed_us = closed_us - 1 WHERE seq = 2",
    ],
)
def test_a_changed_link_is_named(three_days: Chained, change: str) -> None:
    three_days.chain.execute(change)
    assert (FIRST_DAY + 1, What.LINK) in [(fault.day, fault.what) for fault in three_days.verify().faults]


def test_a_link_that_was_taken_away_breaks_the_next(three_days: Chained) -> None:
    three_days.chain.execute("DELETE FROM links WHERE seq = 2")
    assert only_fault(three_days) == Fault(FIRST_DAY + 2, What.LINK)


def test_a_log_and_sums_changed_together_are_still_told(three_days: Chained) -> None:
    three_days.log.execute("DELETE FROM records WHERE time_us = ?", (AT,))
    three_days.chain.execute("UPDATE links SET sums = NULL WHERE seq = 2")
    assert only_fault(three_days) == Fault(FIRST_DAY + 1, What.DAY)


def test_rows_that_came_late_are_no_fault_and_get_a_link(three_days: Chained) -> None:
    three_days.write([AT + 5, AT + 6])
    assert three_days.verify().waiting == (FIRST_DAY + 1,)
    assert three_days.verify().is_whole
    (link,) = three_days.close_until(3)
    assert (link.day, link.reason, link.rows, link.noted) == (FIRST_DAY + 1, "late", 2502, 2)
    verified = three_days.verify()
    assert verified.is_whole and verified.waiting == () and verified.links == 4
    assert three_days.close_until(3) == []


def test_what_was_deleted_for_its_age_is_no_fault(three_days: Chained) -> None:
    retention.retain(three_days.log, 1, 2048, AT + DAY_US)
    verified = three_days.verify()
    assert verified.is_whole and (verified.gone, verified.days) == (1, 2)


def test_of_a_day_that_is_kept_in_part_the_rest_is_checked(three_days: Chained) -> None:
    three_days.log.execute("DELETE FROM records WHERE time_us <= ?", (AT,))
    late_rows.note_deleted(three_days.log, AT)
    assert three_days.verify().is_whole
    at = AT + 900_000_000  # in the next thousand
    three_days.log.execute("DELETE FROM records WHERE time_us = ?", (at,))
    fault = only_fault(three_days)
    assert (fault.what, fault.row, fault.from_us) == (What.MISSING, ROW + 900, at)


@pytest.mark.parametrize("table", ["names", "clients", "lists"])
def test_a_flipped_byte_in_a_word_ends_no_reading(three_days: Chained, table: str) -> None:
    column = {"names": "name", "clients": "address", "lists": "key"}[table]
    three_days.log.execute(f"UPDATE {table} SET {column} = CAST(x'ff' || substr({column}, 2) AS TEXT)")
    assert {fault.day for fault in three_days.verify().faults} == {FIRST_DAY, FIRST_DAY + 1}


def test_nothing_is_closed_while_the_clock_was_never_set(chained: Chained) -> None:
    chained.write(range(begin_of(0), begin_of(0) + 5))
    chained.now_us = 5_000_000
    assert chained.close_until(-FIRST_DAY + 1) == []
    assert chained.verify().first_day is None
