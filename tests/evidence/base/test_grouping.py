# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look-up is, whoever asks and whatever is wanted of the log."""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import asked_log
import pytest
from asked_log import AAAA, HTTPS, START, TXT, A, Asked
from hypothesis import given
from hypothesis import strategies as st

from evidence.base import grouping, log_hours
from evidence.base.log_hours import HourRow
from store.log import querylog
from store.log.records import Verdict
from store.log.rollup_tables import HOUR_US
from store.sums.lookups import LogRow

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


QUERIES = st.lists(st.builds(
    Asked, st.integers(-2_000_000, 9_000_000).map(lambda at: START + at), st.integers(0, 3),
    st.integers(0, 30).map(lambda number: f"{number}.example"), st.sampled_from([A, AAAA, TXT]),
    st.sampled_from([Verdict.PASS, Verdict.BLOCK]),
), max_size=60)  # fmt: skip


def plain(row: HourRow) -> tuple[object, list[int]]:
    return row.pair, list(row.seconds)


@given(QUERIES, st.integers(1, 20), st.sampled_from([0, 1, 240]), st.sampled_from([None, 0, 2]))
def test_parts_of_the_names_say_what_all_at_once_do(
    asked: list[Asked], most: int, most_beats: int, device: int | None
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "_STEP_ROWS", 3)
        asked_log.write(Path(folder), asked)
        with closing(log_hours.open_log(Path(folder))) as log:
            whole = list(grouping.grouped(log, START, START + HOUR_US, device, None, most_beats))
            parts = list(grouping.grouped(log, START, START + HOUR_US, device, None, most_beats, most))
        expected = sorted(map(plain, whole), key=repr)
        assert sorted(map(plain, parts), key=repr) == expected
        keys = {(row.pair.device_id, row.pair.name) for row in parts}
        assert len(keys) == len(parts)


def test_no_more_pairs_are_held_than_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside those of one step of rows, and of one name."""
    monkeypatch.setattr(grouping, "_STEP_ROWS", 5)
    held, add = list[int](), grouping._Groups._add

    def counted(self: grouping._Groups, begun: list[LogRow], others: list[LogRow]) -> None:
        add(self, begun, others)
        held.append(len(self._groups))

    monkeypatch.setattr(grouping._Groups, "_add", counted)
    names = [f"{number * 7919 % 400}.example" for number in range(400)]
    asked = [Asked(START + 2_000_000 * place, 1 + place % 2, name) for place, name in enumerate(names)]
    asked_log.write(tmp_path, asked)
    with closing(log_hours.open_log(tmp_path)) as log:
        assert len(list(grouping.grouped(log, START, START + HOUR_US, most=20))) == 400
        assert 15 < max(held) <= 25
        held.clear()
        assert len(list(grouping.grouped(log, START, START + HOUR_US))) == max(held) == 400


def test_look_ups_of_a_name_that_is_asked_all_the_time_count_as_held(tmp_path: Path) -> None:
    asked = [Asked(START + 2_000_000 * place, 1, f"{place % 9}.example") for place in range(900)]
    asked_log.write(tmp_path, asked)
    with closing(log_hours.open_log(tmp_path)) as log:
        rows = list(grouping.grouped(log, START, START + HOUR_US, most=6))
        assert sorted(map(plain, rows), key=repr) == sorted(
            map(plain, grouping.grouped(log, START, START + HOUR_US)), key=repr
        )
        assert [row.pair.lookups for row in rows] == [100] * 9


def test_a_client_whose_word_is_lost_is_of_no_device(tmp_path: Path) -> None:
    asked_log.write(tmp_path, [Asked(START, 1, "a.example"), Asked(START + 9, 2, "a.example")])
    with closing(querylog.open_log(tmp_path / querylog.FILE_NAME)) as log:
        log.execute("DELETE FROM clients WHERE device_id = 2")
        log.execute("DELETE FROM names")
        for device in (None, 0):
            pairs = [row.pair for row in grouping.grouped(log, START, START + HOUR_US, device)]
            assert (0, "", 1) in [(pair.device_id, pair.name, pair.queries) for pair in pairs]
            assert len(pairs) == (1 if device == 0 else 2)
