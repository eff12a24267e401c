# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from recursor.sane_clock import PROGRAM_S, Window, is_sane, synchronised

NOW = 1_800_000_000.0
DAY = 86_400


@pytest.mark.parametrize(
    ("now", "told", "root", "sane"),
    [
        (0.0, True, None, False),  # the year 1970, whoever says so
        (PROGRAM_S - 1.0, True, None, False),
        (NOW, True, Window(int(NOW) + DAY, int(NOW) + 9 * DAY), True),  # it was told the time
        (NOW, False, None, True),  # nothing speaks against it
        (NOW, False, Window(int(NOW) - DAY, int(NOW) + DAY), True),
        (NOW, False, Window(int(NOW) + DAY, int(NOW) + 9 * DAY), False),  # signed tomorrow
        (NOW, False, Window(int(NOW) - 9 * DAY, int(NOW) - DAY), False),  # over since yesterday
        (NOW, False, Window(int(NOW) + 600, int(NOW) + 9 * DAY), True),  # minutes are nothing
    ],
)
def test_a_clock_is_believed_unless_something_speaks_against_it(
    now: float, told: bool, root: Window | None, sane: bool
) -> None:
    assert is_sane(now, synchronised=told, root=root) is sane


def test_the_kernel_can_be_asked() -> None:
    assert synchronised() in (True, False)
