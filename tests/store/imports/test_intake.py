# SPDX-License-Identifier: GPL-3.0-or-later
"""Each row once: twice the same file, files that overlap, many rows of a second, beside what was recorded here."""

import random
from collections import Counter
from pathlib import Path

import pytest
from imported import NOW_US, import_file, read, rows, select, take_in, writer
from pihole_log import PiHoleRow, write_v5, write_v6

from store.imports import intake
from store.imports.log_tasks import LogTasks
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.stats.sqlite_reader import open_reader

pytestmark = pytest.mark.database

HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
AT = NOW_US / 1e6 - 40 * 86_400


def _rows(count: int, seed: int = 1, step: float = 0.3) -> list[PiHoleRow]:
    pick = random.Random(seed)
    return [
        PiHoleRow(AT + at * step, f"n{pick.randrange(5)}.example", f"192.168.1.{pick.randrange(3)}")
        for at in range(count)
    ]


def _recorded(state: Path, times: list[int]) -> None:
    log = writer(state)
    key = Key("own.example", 1, int(Verdict.PASS), int(Origin.UPSTREAM), "", "", 0, "")
    log.add(Batch(1, 0, 1, ["192.168.1.9"], [key], [(at, 0, 0, 5) for at in times]), lambda address: None)
    log.commit(90)
    log.close()


@pytest.mark.parametrize("write", [write_v5, write_v6])
def test_the_same_file_adds_nothing_the_second_time(state: Path, tmp_path: Path, write: type) -> None:
    told = _rows(500)
    assert import_file(state, write(tmp_path / "p.db", told)) == 500
    before = rows(state)
    assert import_file(state, tmp_path / "p.db") == 0
    assert rows(state) == before


@pytest.mark.parametrize("write", [write_v5, write_v6])
def test_files_that_overlap_add_what_is_missing(state: Path, tmp_path: Path, write: type) -> None:
    told = _rows(400)
    parts = [told[100:250], told[:200], told[220:], told]
    added = [import_file(state, write(tmp_path / f"{place}.db", part)) for place, part in enumerate(parts)]
    assert added == [150, 100, 150, 0]
    assert Counter((row.time_us // 1_000_000, row.name, row.client) for row in rows(state)) == Counter(
        (int(row.at), row.domain, row.client) for row in told
    )


def test_of_the_same_rows_of_a_second_those_are_added_that_are_missing(state: Path, tmp_path: Path) -> None:
    base = float(int(AT))
    same = [PiHoleRow(base + at / 10, "a.example") for at in range(1, 6)]
    assert import_file(state, write_v6(tmp_path / "1.db", [same[1], same[3]])) == 2
    assert import_file(state, write_v6(tmp_path / "2.db", same)) == 3
    assert [row.time_us for row in rows(state)] == [round(row.at * 1e6) for row in same]


def test_rows_stay_in_their_second_beside_those_that_were_recorded_here(state: Path, tmp_path: Path) -> None:
    end = int(AT) * 1_000_000 + 999_998
    _recorded(state, [end, end + 1])
    told = [PiHoleRow(int(AT) + 0.999999, "a.example", client=f"192.168.1.{at}") for at in range(3)]
    assert import_file(state, write_v6(tmp_path / "p.db", told)) == 3
    assert {row.time_us // 1_000_000 for row in rows(state)} == {int(AT)}
    assert import_file(state, tmp_path / "p.db") == 0


def test_rows_in_any_order_stand_by_time(state: Path, tmp_path: Path) -> None:
    told = _rows(300)
    random.Random(3).shuffle(told)
    assert import_file(state, write_v6(tmp_path / "p.db", told)) == 300
    assert import_file(state, write_v6(tmp_path / "q.db", sorted(told))) == 0


def test_a_writer_that_ends_in_between_goes_on_where_it_was(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "STEP_ROWS", 50)
    monkeypatch.setattr(intake.step, "__defaults__", (50,))
    read(state, write_v6(tmp_path / "p.db", _rows(400)))
    for _ in range(3):  # as many recorders, each killed after a step
        log, tasks = writer(state), LogTasks(state)
        assert log.work(tasks.step)
        tasks.close()
        log.close()
    assert 100 < select(state, "SELECT taken FROM imports")[0][0] < 400
    assert take_in(state) == 400
    assert len(rows(state)) == 400
    assert list((state / "log-tasks").iterdir()) == []


def test_counts_of_hours_are_right_before_and_after_they_are_added_up(state: Path, tmp_path: Path) -> None:
    _recorded(state, [NOW_US - 50 * DAY_US + at * HOUR_US for at in range(24 * 40)])
    told = _rows(500, step=61.0)
    log = writer(state)
    while log.roll():
        pass
    read(state, write_v6(tmp_path / "p.db", told))
    assert take_in(state, log) == 500
    for _ in range(2):
        reader = open_reader(state)
        with reader.counts(0, NOW_US) as counts:
            assert counts.summary().queries == 500 + 24 * 40
            assert {top.key: top.queries for top in counts.top("names")} == {
                "own.example": 24 * 40, **Counter(row.domain for row in told)
            }
        reader.close()
        while log.roll():
            pass
    log.close()


def test_history_from_before_the_log_keeps_its_own_age(state: Path, tmp_path: Path) -> None:
    _recorded(state, [NOW_US - 100 * DAY_US, NOW_US - 5 * DAY_US])
    old = [PiHoleRow(NOW_US / 1e6 - days * 86_400, "a.example") for days in (390, 200, 98, 3)]
    assert import_file(state, write_v6(tmp_path / "p.db", old)) == 4
    log = writer(state)
    log.retain(90, 2048, 400)
    ages = [round((NOW_US - row.time_us) / DAY_US) for row in rows(state)]
    assert ages == [390, 200, 5, 3]  # 100 was our own, and 98 came beside it
    log.retain(90, 2048, 300)
    assert [round((NOW_US - row.time_us) / DAY_US) for row in rows(state)] == [200, 5, 3]
    log.close()


def test_first_seen_is_when_the_history_says(state: Path, tmp_path: Path) -> None:
    _recorded(state, [NOW_US - DAY_US])
    told = [PiHoleRow(AT, "a.example", client="192.168.1.9"), PiHoleRow(AT + 9, "a.example", client="192.168.1.8")]
    import_file(state, write_v6(tmp_path / "p.db", told))
    reader = open_reader(state)
    seen = reader.devices_seen()
    reader.close()
    assert sorted(seen.values()) == [(round(AT * 1e6), round(AT * 1e6)), (round((AT + 9) * 1e6),) * 2]
