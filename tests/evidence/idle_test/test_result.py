# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts add up, field by field."""

from dataclasses import astuple

from evidence.idle_test.result import Counts, total

ONE, OTHER = Counts(1, 2, 3, 4, 5, 6, 7, 8), Counts(10, 20, 30, 40, 50, 60, 70, 80)


def test_counts_add_up() -> None:
    assert astuple(ONE + OTHER) == tuple(number * 11 for number in range(1, 9))
    assert total([ONE, OTHER, ONE]) == ONE + OTHER + ONE and total([]) == Counts()
