# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be missing from a test is said, and nothing where nothing is."""

from dataclasses import replace

import pytest

from evidence.idle_test import limit_words
from evidence.idle_test.result import AddressSeen, Counts, Limits
from evidence.idle_test.result import TestResult as Result

MINUTE = 60_000_000
START = 1_790_000_000_000_000
ONE = Counts(1, 0, 1, 0, 1, 0, 1, 0)
WHOLE = Result(1, 1, "Phone", "", START, START + 60 * MINUTE, None, False, 0, "", ONE, Counts(), (), 0, Limits())


def test_a_whole_one_has_nothing_to_say_of_itself() -> None:
    assert limit_words.of_result(WHOLE) == []
    assert len(limit_words.ALWAYS) == 2


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (replace(WHOLE, stopped=True), "It was stopped before its time."),
        (replace(WHOLE, counts=Counts()), "The device asked for nothing"),
        (replace(WHOLE, limits=Limits(gone=True)), "had let records of this time go"),
        (replace(WHOLE, limits=Limits(dropped=1)), "1 query of the home was answered and not recorded"),
        (replace(WHOLE, limits=Limits(dropped=2000)), "2,000 queries of the home were answered and not recorded"),
        (replace(WHOLE, limits=Limits(restarts=(START,))), "Telltale was started again at "),
        (replace(WHOLE, limits=Limits(silences=((START, START + 9 * MINUTE),))), "of any device for 9 minutes from "),
        (replace(WHOLE, limits=Limits(addresses=(AddressSeen("fd00::9", START, 3, True),))), "also asked from fd00::9"),
        (replace(WHOLE, limits=Limits(changes=1)), "1 change was made"),
        (replace(WHOLE, unblocked=Counts(5, 2), unblocked_us=START + 60 * MINUTE), "2 queries were blocked though"),
        (replace(WHOLE, unblocked_us=START + MINUTE), "kept in its cache"),
        (replace(WHOLE, names_left_out=3), "3 more names are counted, and not listed."),
    ],
)
def test_each_limit_is_one_sentence(result: Result, sentence: str) -> None:
    (said,) = limit_words.of_result(result)
    assert sentence in said


def test_an_address_that_it_had_is_no_limit() -> None:
    limits = Limits(addresses=(AddressSeen("10.0.0.1", START, 3, False),))
    assert limit_words.of_result(replace(WHOLE, limits=limits)) == []
