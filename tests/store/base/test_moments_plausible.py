# SPDX-License-Identifier: GPL-3.0-or-later
from store.base.moments import was_ever_set
from store.log.values import EARLIEST_US


def test_a_clock_that_starts_in_1970_was_never_set() -> None:
    assert not was_ever_set(0) and not was_ever_set(EARLIEST_US // 1_000_000 - 1)
    assert was_ever_set(EARLIEST_US // 1_000_000)
