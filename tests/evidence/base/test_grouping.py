# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look-up is, whoever asks and whatever is wanted of the log."""

from contextlib import closing
from pathlib import Path

import asked_log
import pytest
from asked_log import AAAA, HTTPS, START, TXT, A, Asked

from evidence.base import grouping, log_hours
from store.log import querylog
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database

SECOND = 1_000_000


@pytest.mark.parametrize(
    ("asked", "lookups"),
    [
        ([(0, A), (200_000, AAAA), (300_000, HTTPS)], 1),
        ([(0, A), (SECOND, AAAA)], 1),
        ([(0, A), (SECOND + 1, AAAA)], 2),
        ([(0, A), (900_000, A), (1_800_000, A)], 1),  # each within a second of the one before
        ([(0, A), (10, TXT), (20, TXT)], 3),
        ([(-500_000, A), (0, AAAA)], 0),  # it began in the hour before
    ],
)
def test_queries_for_addresses_together_are_one_lookup(
    tmp_path: Path, asked: list[tuple[int, int]], lookups: int
) -> None:
    asked_log.write(tmp_path, [Asked(START + at, 1, "a.example", type_) for at, type_ in asked])
    with closing(log_hours.open_log(tmp_path)) as log:
        (row,) = grouping.grouped(log, START, START + HOUR_US)
        assert row.pair.lookups == lookups == len(row.seconds)


def test_devices_that_are_known_and_those_that_are_not(tmp_path: Path) -> None:
    asked_log.write(tmp_path, [Asked(START + device, device, f"{device % 2}.example") for device in range(4)])
    with closing(log_hours.open_log(tmp_path)) as log:

        def devices(device: int | None, names: list[str] | None = None) -> set[int]:
            rows = grouping.grouped(log, START, START + HOUR_US, device, names)
            return {row.pair.device_id for row in rows}

        assert devices(None) == {0, 1, 2, 3} and devices(0) == {0} and devices(2) == {2} and devices(9) == set()
        assert devices(None, ["1.example"]) == {1, 3} and devices(0, ["1.example"]) == set()


def test_a_client_whose_word_is_lost_is_of_no_device(tmp_path: Path) -> None:
    asked_log.write(tmp_path, [Asked(START, 1, "a.example"), Asked(START + 9, 2, "a.example")])
    with closing(querylog.open_log(tmp_path / querylog.FILE_NAME)) as log:
        log.execute("DELETE FROM clients WHERE device_id = 2")
        log.execute("DELETE FROM names")
        for device in (None, 0):
            pairs = [row.pair for row in grouping.grouped(log, START, START + HOUR_US, device)]
            assert (0, "", 1) in [(pair.device_id, pair.name, pair.queries) for pair in pairs]
            assert len(pairs) == (1 if device == 0 else 2)
