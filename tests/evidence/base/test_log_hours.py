# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hours there are, and that an hour's digest is the same however it is found out."""

from contextlib import closing
from pathlib import Path

import asked_log
import pytest
from asked_log import START, Asked

from evidence.base import log_hours
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

def test_hours_are_found_with_gaps_between_them(tmp_path: Path) -> None:
    asked_log.write(tmp_path, [Asked(START + hour * HOUR_US + 7, 1, "a.example") for hour in (0, 3, 40)])
    with closing(log_hours.open_log(tmp_path)) as log:
        assert [hour - START // HOUR_US for hour in log_hours.hours(log)] == [0, 3, 40]


def test_a_digest_is_the_same_by_sums_and_by_records(tmp_path: Path) -> None:
    queries = [Asked(START + 3 * HOUR_US + at * 777_777, at % 3, f"{at % 5}.example") for at in range(60)]
    asked_log.write(tmp_path, [Asked(START, 1, "a.example"), *queries], roll=False)

    def digest() -> int:
        with closing(log_hours.open_log(tmp_path)) as log:
            return log_hours.digest(log, START // HOUR_US + 3, log_hours.devices_of(log))

    by_records = digest()
    asked_log.write(tmp_path, [])
    with closing(log_hours.open_log(tmp_path)) as log:
        assert log.execute("SELECT count(*) FROM rolled WHERE level = 0 AND kept").fetchone()[0]
    assert digest() == by_records
    asked_log.write(tmp_path, [Asked(START + 3 * HOUR_US + 5, 2, "a.example")])
    assert digest() != by_records
