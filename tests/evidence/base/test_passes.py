# SPDX-License-Identifier: GPL-3.0-or-later
"""Passes: each closed hour once, changed ones anew, gone ones no more; stopped, killed or without room, no harm."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asked_log
import pytest
from asked_log import NOW, START, Asked
from told_facts import NOTHING

from evidence.base import evidence_file, first_asked, hours_table, log_hours, passes
from evidence.base.beats import BeatsPacker
from evidence.base.evidence_file import FILE_NAME
from evidence.base.passes import GRACE_US, Passed
from evidence.base.reader import EvidenceReader
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind
from store.base import side_file
from store.imports.clearing import Clear, Clearing
from store.log import querylog
from store.log.rollup_tables import HOUR_US
from store.log.sqlite_writer import SqliteWriter

pytestmark = pytest.mark.database

DAY = [Asked(START + hour * HOUR_US + 7, 1 + hour % 2, "a.example") for hour in range(24)]


def counts(state: Path) -> dict[int, int]:
    """Device → queries."""
    with EvidenceReader(state) as reader:
        sums = Counter[int]()
        for pair in reader.pairs(0, 2 * NOW):
            sums[pair.device_id] += pair.queries
        return dict(sums)


def test_each_hour_is_read_once(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    assert passes.run(tmp_path, NOW) == Passed(24, 0, 0)
    assert passes.run(tmp_path, NOW) == Passed(0, 0, 0)


def test_what_outlives_the_log_is_brought_back_within_its_bound_between_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [Asked(START + hour * HOUR_US + 7 + number, 1, f"{hour}x{number}.churn.example")
             for hour in range(3) for number in range(60)]  # fmt: skip
    asked_log.write(tmp_path, asked)
    counts, tidy = list[int](), first_asked.tidy

    def bounded(con: sqlite3.Connection, site_of: Callable[[str], str], beyond: int = 0) -> None:
        counts.append(con.execute("SELECT count(*) FROM first_asked").fetchone()[0])
        tidy(con, site_of, most=30, beyond=min(beyond, 40))

    monkeypatch.setattr(first_asked, "tidy", bounded)
    assert passes.run(tmp_path, NOW).read == 3
    assert counts == [60, 120, 90, 30], "for a few it waits"


def test_an_hour_waits_until_late_rows_are_in(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    assert passes.run(tmp_path, START + 24 * HOUR_US + GRACE_US - 1).read == 23
    assert passes.run(tmp_path, START + 24 * HOUR_US + GRACE_US).read == 1


def test_late_rows_have_their_hour_alone_read_anew(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, NOW)
    asked_log.write(tmp_path, [Asked(START + 5 * HOUR_US + 9, 1, "b.example")], roll=False)
    assert passes.run(tmp_path, NOW).read == 1
    asked_log.write(tmp_path, [])  # now it is added up as well, and says the same
    assert passes.run(tmp_path, NOW).read == 0
    assert counts(tmp_path) == {1: 12 + 1, 2: 12}


def test_hours_that_leave_the_log_leave_evidence(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, NOW)
    with closing(querylog.open_log(tmp_path / querylog.FILE_NAME)) as con:
        con.execute("DELETE FROM records WHERE time_us < ?", (START + 10 * HOUR_US,))
    assert passes.run(tmp_path, NOW) == Passed(0, 10, 0)
    assert sum(counts(tmp_path).values()) == 14


def test_devices_that_people_make_one_are_one_afterwards(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, NOW)
    with closing(querylog.open_log(tmp_path / querylog.FILE_NAME)) as con:
        con.execute("UPDATE clients SET device_id = 1 WHERE device_id = 2")
    assert passes.run(tmp_path, NOW).read == 12
    assert counts(tmp_path) == {1: 24}


def test_a_pass_that_is_stopped_goes_on_with_the_next(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    rests: list[float] = []
    assert passes.run(tmp_path, NOW, rests.append, lambda: len(rests) < 5) == Passed(5, 0, 19)
    with closing(evidence_file.open_reader(tmp_path)) as con:  # the newest first
        assert min(hours_table.read_hours(con)) == START // HOUR_US + 19
    assert passes.run(tmp_path, NOW) == Passed(19, 0, 0)


def test_one_that_dies_within_an_hour_leaves_that_hour_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, START + 12 * HOUR_US)
    before, pack = counts(tmp_path), BeatsPacker.pack
    asked_log.write(tmp_path, [Asked(START + 9 * HOUR_US + second * 1_000_000, 3, "b.example") for second in (9, 99)])

    def dies(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(BeatsPacker, "pack", dies)
    with pytest.raises(KeyboardInterrupt):
        passes.run(tmp_path, START + 11 * HOUR_US)
    monkeypatch.setattr(BeatsPacker, "pack", pack)
    with closing(evidence_file.open_reader(tmp_path)) as con:
        assert 3 not in hours_table.names_of_devices(con, START // HOUR_US + 9)
    passes.run(tmp_path, START + 12 * HOUR_US)
    assert counts(tmp_path) == {**before, 3: 2}


@pytest.mark.parametrize("what", ["damaged", "deleted", "folder"])
def test_evidence_that_is_lost_is_made_again(tmp_path: Path, what: str) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, NOW)
    before = counts(tmp_path)
    for path in tmp_path.glob(f"{FILE_NAME}*"):
        path.unlink()
    if what == "damaged":
        (tmp_path / FILE_NAME).write_bytes(b"SQLite format 3\0" + b"\x99" * 5000)
    elif what == "folder":
        (tmp_path / FILE_NAME).mkdir()
    assert passes.run(tmp_path, NOW).read == 24
    assert counts(tmp_path) == before


def test_a_log_that_was_replaced_is_read_in_place_of_the_old(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, NOW)
    for path in tmp_path.glob("querylog.db*"):
        path.unlink()
    assert passes.run(tmp_path, NOW) == Passed()  # none: what is known stays
    assert sum(counts(tmp_path).values()) == 24
    asked_log.write(tmp_path, [Asked(START + 3 * HOUR_US, 2, "b.example")])
    assert passes.run(tmp_path, NOW) == Passed(1, 23, 0)
    assert counts(tmp_path) == {2: 1}


@pytest.mark.parametrize("now", [0, START + HOUR_US, 10 * NOW])
def test_a_clock_that_jumps_takes_nothing_away(tmp_path: Path, now: int) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, NOW)
    assert passes.run(tmp_path, now).dropped == 0
    assert sum(counts(tmp_path).values()) == 24


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path) -> None:
    asked_log.write(tmp_path, DAY)
    passes.run(tmp_path, NOW)
    asked_log.write(tmp_path, [Asked(START + hour * HOUR_US + 99, 3, f"{hour}.example") for hour in range(24)])
    opened = side_file.open_writer

    def small(path: Path, *how: str) -> sqlite3.Connection:
        con = opened(path, *how)
        con.execute("PRAGMA max_page_count = 1")  # no more than it has
        return con

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(side_file, "open_writer", small)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            for _ in range(3):
                passes.run(tmp_path, NOW)
                asked_log.write(tmp_path, [Asked(START + 99, 3, f"{'x' * 60}.{n}.example") for n in range(800)])
    assert sum(counts(tmp_path).values()) >= 24
    passes.run(tmp_path, NOW)
    with closing(log_hours.open_log(tmp_path)) as log:
        assert sum(counts(tmp_path).values()) == log.execute("SELECT count(*) FROM records").fetchone()[0]


def test_what_a_person_deletes_from_the_log_is_forgotten_here_too(tmp_path: Path) -> None:
    """Findings, and when a name was asked for first; what the log still has counts from then on."""
    later = Asked(START + 20 * HOUR_US + 9, 1, "b.example")
    asked_log.write(tmp_path, [Asked(START + 7, 1, "b.example"), Asked(START + 8, 2, "b.example"), later])
    passes.run(tmp_path, NOW)
    with closing(evidence_file.open_writer(tmp_path)) as con:
        found = [Finding(FindingKind.NEW_NAME, device, None, "b", ("b.example",), START, START, 1) for device in (1, 2)]
        finding_rows.keep(con, found, NOW)
    clear = Clear(before_us=START + HOUR_US, device=1)
    with closing(SqliteWriter(tmp_path, NOTHING, lambda: NOW)) as log:
        clearing = Clearing("a request", clear)
        while not log.work(clearing.step):
            pass
    passes.run(tmp_path, NOW)
    with closing(evidence_file.open_reader(tmp_path)) as con:
        first = con.execute("SELECT device_id, first_us FROM first_asked ORDER BY device_id").fetchall()
        assert first == [(1, later.at_us), (2, START + 8)]
        assert con.execute("SELECT device_id FROM findings").fetchall() == [(2,)]
