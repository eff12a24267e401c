# SPDX-License-Identifier: GPL-3.0-or-later
"""A record that is known to the second is found in the log; where it is not there, its second's bounds are told."""

from contextlib import closing
from pathlib import Path

import asked_log
import pytest
from asked_log import START, Asked

from evidence.base import log_hours
from evidence.base.exact_times import Moment, exact_us

pytestmark = pytest.mark.database

SECOND = START // 1_000_000


def test_the_first_and_the_last_record_of_a_second(tmp_path: Path) -> None:
    rows = [(7, 1, "a"), (8, 2, "a"), (9, 1, "b"), (20, 1, "a"), (999_999, 2, "a"), (1_000_000, 1, "a"), (30, 0, "a")]
    asked_log.write(tmp_path, [Asked(START + at, device, f"{name}.example") for at, device, name in rows])
    moments = [
        Moment(device, name, second, last)
        for device, name, second in ((1, "a.example", SECOND), (2, "a.example", SECOND), (0, "a.example", SECOND),
                                     (2, "b.example", SECOND), (1, "never.example", SECOND + 5))
        for last in (False, True)
    ]  # fmt: skip
    with closing(log_hours.open_log(tmp_path)) as log:
        times = [at - START for at in exact_us(log, moments)]
    assert times == [7, 20, 8, 999_999, 30, 30, 0, 999_999, 5_000_000, 5_999_999]
    assert [at - START for at in exact_us(None, moments)] == [0, 999_999] * 4 + [5_000_000, 5_999_999]
