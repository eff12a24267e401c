# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new test may be, and what one says of itself."""

from dataclasses import replace

import pytest

from evidence.idle_test.idle_test import MAX_MINUTES, MAX_TITLE, BadTest, Blocking, IdleTest, NewTest, checked

NEW = NewTest(1, "Phone", 60)
TEST = IdleTest(1, 1, "Phone", "", 100, 200, None, None, False, False, (), False)


@pytest.mark.parametrize("minutes", [0, -1, MAX_MINUTES + 1])
def test_a_test_takes_a_minute_to_a_day(minutes: int) -> None:
    with pytest.raises(BadTest, match="1 to 1,440 minutes"):
        checked(replace(NEW, minutes=minutes))
    assert checked(replace(NEW, minutes=1)).minutes == 1 and checked(replace(NEW, minutes=MAX_MINUTES))


@pytest.mark.parametrize("title", ["x" * (MAX_TITLE + 1), "a\x00b", "a\u202eb"])
def test_odd_titles_are_refused(title: str) -> None:
    with pytest.raises(BadTest, match="A title has"):
        checked(replace(NEW, title=title))
    assert checked(replace(NEW, title="  After \n the  update ")).title == "After the update"


def test_how_it_blocks_shows_from_when_the_pause_ends() -> None:
    assert [replace(TEST, unblocked_us=at).blocking for at in (None, 150, 200)] == [
        Blocking.ON, Blocking.HALVES, Blocking.OFF,
    ]  # fmt: skip
    assert TEST.running(199) and not TEST.running(200)
