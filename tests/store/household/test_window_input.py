# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest

from store.config.session import EditError
from store.household.week import Window
from store.household.window_input import MAX_WINDOWS, check_windows, overlap, read_window, spoken, stored

NIGHT = {"days": ["mon", "fri"], "from": "21:00", "to": "06:30"}


def test_windows_come_in_order_and_each_once() -> None:
    early = {"days": ["Mon"], "from": "6:00", "to": "07:00"}
    checked = check_windows([NIGHT, early, NIGHT, {**NIGHT, "days": ["fri", "mon", "fri"]}])
    assert checked == (Window((0,), 360, 420), Window((0, 4), 1260, 390))
    assert stored(checked)[1] == NIGHT


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({**NIGHT, "days": ["funday"]}, "'funday' is no day"),
        ({**NIGHT, "days": [7]}, "'7' is no day"),
        ({**NIGHT, "days": []}, "needs its days"),
        ({**NIGHT, "days": "mon"}, "needs its days"),
        ({"from": "1:00", "to": "2:00"}, "needs its days"),
        ({**NIGHT, "to": "21:00"}, "no time at all"),
        ({**NIGHT, "from": "24:00"}, "cannot begin at 24:00"),
        ({**NIGHT, "from": "half past nine"}, "no time of day"),
        ({**NIGHT, "to": None}, "no time of day"),
        ({**NIGHT, "to": "24:30"}, "no time of day"),
    ],
)
def test_what_is_no_window_is_refused_in_words(window: dict[str, Any], words: str) -> None:
    with pytest.raises(EditError, match=words):
        check_windows([window])


def test_no_window_and_too_many_are_refused() -> None:
    with pytest.raises(EditError, match="at least one"):
        check_windows([])
    with pytest.raises(EditError, match=f"at most {MAX_WINDOWS}"):
        check_windows({**NIGHT, "to": f"0{minute // 60}:{minute % 60:02}"} for minute in range(MAX_WINDOWS + 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mon-fri 21:00-06:30", "weekdays 21:00-06:30"), ("sat,sun 9:00-12:00", "weekends 09:00-12:00"),
        ("22:00-24:00", "daily 22:00-24:00"), ("fri-mon 0:00-1:00", "mon,fri,sat,sun 00:00-01:00"),
        ("tue,wed,thu 1:00-2:00", "tue-thu 01:00-02:00"), ("Daily 1:00-2:00", "daily 01:00-02:00"),
    ],
)  # fmt: skip
def test_windows_are_written_in_words_and_read_again(text: str, said: str) -> None:
    (window,) = check_windows([read_window(text)])
    assert spoken(window) == said
    assert check_windows([read_window(said)]) == (window,)


@pytest.mark.parametrize("text", ["", "mon", "mon 21:00", "mon tue 1:00-2:00", "-"])
def test_words_that_are_no_window(text: str) -> None:
    with pytest.raises(EditError, match=r"no window|no time"):
        check_windows([read_window(text)])


@pytest.mark.parametrize(
    ("first", "second", "shares"),
    [
        ("mon 20:00-22:00", "mon 21:00-23:00", True), ("mon 20:00-22:00", "mon 22:00-23:00", False),
        ("sun 22:00-02:00", "mon 01:00-03:00", True), ("mon 22:00-02:00", "mon 01:00-03:00", False),
        ("daily 00:00-24:00", "wed 12:00-12:01", True),
    ],
)  # fmt: skip
def test_windows_that_overlap_are_told_from_those_that_touch(first: str, second: str, shares: bool) -> None:
    assert overlap(check_windows(map(read_window, (first, second)))) is shares
    assert not overlap(check_windows([read_window(first)]))
