# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from told_facts import ToldFacts

from store.base.db import migrate_connection
from store.log import querylog
from store.log.batches import Batch
from store.log.name_facts import PURPOSES
from store.log.records import NO_ANSWER, Key, Origin, Verdict
from store.log.writer import Writer
from store.names.purpose import Purpose
from wire import types

pytestmark = pytest.mark.database

KEY = Key("a.example", 1, Verdict.BLOCK, Origin.SELF, "pack:acme", "example", 0, "")
NOW = 1_790_000_000_000_000
FIXTURES = Path(__file__).parents[2] / "fixtures"


def _write(log: sqlite3.Connection, *rows: tuple[int, str, int]) -> None:
    """Rows of (time, client, device)."""
    writer = Writer(log, ToldFacts(lambda name: "Acme"), lambda: NOW)
    for at, client, device in rows:
        writer.add(Batch(1, 0, 0, [client], [KEY], [(at, 0, 0, 1500)]), lambda address, device=device: device or None)
    writer.commit()


def test_the_log_is_set_up_for_a_card(log: sqlite3.Connection) -> None:
    found = [
        log.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "auto_vacuum", "page_size")
    ]
    assert found == ["wal", 1, 2, 4096]
    assert log.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'records'"
    ).fetchone() == (0,)


def test_the_enums_and_their_words_agree(log: sqlite3.Connection) -> None:
    assert log.execute("SELECT id, name FROM verdicts").fetchall() == [(int(v), v.name) for v in Verdict]
    assert log.execute("SELECT id, name FROM origins").fetchall() == [(int(o), o.name) for o in Origin]
    assert log.execute("SELECT id, name FROM purposes").fetchall() == list(enumerate(map(str, PURPOSES)))
    assert set(PURPOSES) == set(Purpose)
    assert dict(log.execute("SELECT id, name FROM types")) == types.TYPE_NAMES
    assert dict(log.execute("SELECT id, name FROM rcodes")) == types.RCODE_NAMES | {NO_ANSWER: "no answer"}


def test_words_that_a_log_of_an_older_version_lacks_come_in(tmp_path: Path) -> None:
    with contextlib.closing(querylog.open_log(tmp_path / "querylog.db")) as log, log:
        log.execute("DELETE FROM types WHERE id > 60")
        log.execute("UPDATE types SET name = 'OLD' WHERE id = 28")
    with contextlib.closing(querylog.open_log(tmp_path / "querylog.db")) as log:
        assert dict(log.execute("SELECT id, name FROM types")) == types.TYPE_NAMES


def test_the_view_reads_well_by_itself(log: sqlite3.Connection) -> None:
    _write(log, (NOW, "10.0.0.2", 3))
    querylog.copy_names(log, {3: "Anna's phone"}, {"pack:acme": "Acme", "unused": "Unused"})
    log.row_factory = sqlite3.Row
    assert dict(log.execute("SELECT * FROM queries").fetchone()) == {
        "time": "2026-09-21T14:13:20.000Z", "time_us": NOW, "device": "Anna's phone", "device_id": 3,
        "client": "10.0.0.2", "name": "a.example",
        "type": "A", "verdict": "BLOCK", "origin": "SELF",
        "rule": "example", "list": "pack:acme",
        "list_title": "Acme", "company": "Acme",
        "kind": "unknown", "purpose": "unknown", "rcode": "NOERROR", "upstream": None, "duration_ms": 1.5,
        "source": None, "transport": None, "dnssec": None, "dnssec_reason": None,
    }  # fmt: skip


def test_a_view_from_before_is_brought_up_to_date(tmp_path: Path, log: sqlite3.Connection) -> None:
    _write(log, (NOW, "10.0.0.2", 3))
    log.execute("DROP VIEW queries")
    log.execute("CREATE VIEW queries AS SELECT time_us FROM records")
    with contextlib.closing(querylog.open_log(tmp_path / "querylog.db")) as again:
        assert again.execute("SELECT name, verdict FROM queries").fetchall() == [("a.example", "BLOCK")]
        again.execute("DROP VIEW queries")  # as a migration does that changes the tables it stands on
        querylog.migrate(again)
        version = again.execute("PRAGMA schema_version").fetchone()
        querylog.migrate(again)
        assert again.execute("PRAGMA schema_version").fetchone() == version


def test_a_query_that_was_dropped_got_no_answer(log: sqlite3.Connection) -> None:
    writer = Writer(log, ToldFacts(lambda name: "Acme"), lambda: NOW)
    dropped = KEY._replace(rcode=NO_ANSWER)
    writer.add(Batch(1, 0, 0, ["10.0.0.2"], [dropped], [(NOW, 0, 0, 10)]), lambda address: None)
    writer.commit()
    assert log.execute("SELECT verdict, rcode FROM queries").fetchall() == [("BLOCK", "no answer")]


def test_copying_the_same_names_again_writes_nothing(log: sqlite3.Connection) -> None:
    _write(log, (NOW, "10.0.0.2", 3))
    querylog.copy_names(log, {3: "x"}, {"pack:acme": "Acme"})
    before = log.total_changes
    querylog.copy_names(log, {3: "x"}, {"pack:acme": "Acme"})
    assert log.total_changes == before


def test_a_damaged_log_is_put_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "querylog.db"
    path.write_bytes(b"nonsense" * 1000)
    with contextlib.closing(querylog.open_log(path)) as log:
        assert log.execute("SELECT count(*) FROM records").fetchone() == (0,)
    kept = [found for found in tmp_path.iterdir() if ".corrupt-" in found.name]
    assert [found.read_bytes() for found in kept] == [b"nonsense" * 1000]


def test_a_log_with_a_damaged_page_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "querylog.db"
    with contextlib.closing(querylog.open_log(path)) as log:
        log.executemany("INSERT INTO records VALUES (?, 1, 1, 1, 1)", [(number,) for number in range(50_000)])
    data = bytearray(path.read_bytes())
    for start in range(len(data) // 2, len(data) - 4096, 4096):
        data[start : start + 8] = b"\xff" * 8
    path.write_bytes(data)
    with contextlib.closing(querylog.open_log(path)) as log:
        assert log.execute("SELECT count(*) FROM records").fetchone() == (0,)
    assert len([found for found in tmp_path.iterdir() if ".corrupt-" in found.name]) == 1


def test_damage_in_a_large_log_shows_later_and_a_new_one_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(querylog, "MAX_CHECKED", 0)
    path = tmp_path / "querylog.db"
    with contextlib.closing(querylog.open_log(path)) as log:
        log.executemany("INSERT INTO records VALUES (?, 1, 1, 1, 1)", [(number,) for number in range(5_000)])
    data = bytearray(path.read_bytes())
    data[-40_000:] = b"\xff" * 40_000
    path.write_bytes(data)
    log = querylog.open_log(path)
    with pytest.raises(sqlite3.DatabaseError) as caught:
        log.execute("SELECT sum(duration_us) FROM records").fetchone()
    log.close()
    with contextlib.closing(querylog.open_log(path, after=sqlite3.IntegrityError())):
        assert not [found for found in tmp_path.iterdir() if ".corrupt-" in found.name]
    with contextlib.closing(querylog.open_log(path, after=caught.value)) as log:
        assert log.execute("SELECT count(*) FROM records").fetchone() == (0,)
    kept = next(found for found in tmp_path.iterdir() if ".corrupt-" in found.name)
    assert kept.read_bytes().endswith(b"\xff" * 40_000)


def test_a_newer_log_is_kept_under_another_name(tmp_path: Path, log: sqlite3.Connection) -> None:
    log.execute("PRAGMA user_version = 99")
    log.close()
    said: list[str] = []
    with contextlib.closing(querylog.open_log(tmp_path / "querylog.db", tell=said.append)):
        (kept,) = tmp_path.glob("querylog.db.newer-*")
    assert "newer Telltale" in said[0] and kept.name in said[0]
    with contextlib.closing(sqlite3.connect(kept)) as con:
        assert con.execute("PRAGMA user_version").fetchone() == (99,)


def test_merged_devices_keep_every_record(log: sqlite3.Connection) -> None:
    _write(log, (NOW, "10.0.0.2", 1), (NOW + 1, "10.0.0.2", 2), (NOW + 2, "fd00::2", 2), (NOW + 3, "10.0.0.9", 3))
    querylog.merge_device(log, 2, 1)
    found = log.execute("SELECT time_us - ?, client, device_id FROM queries", (NOW,)).fetchall()
    assert found == [(0, "10.0.0.2", 1), (1, "10.0.0.2", 1), (2, "fd00::2", 1), (3, "10.0.0.9", 3)]
    seen = log.execute("SELECT address, first_us - ?1, last_us - ?1 FROM clients ORDER BY 1", (NOW,)).fetchall()
    assert seen == [("10.0.0.2", 0, 1), ("10.0.0.9", 3, 3), ("fd00::2", 2, 2)]


def test_devices_made_one_by_hand_are_shown_as_one_and_taken_apart_again(log: sqlite3.Connection) -> None:
    _write(log, (NOW, "10.0.0.2", 1), (NOW + 1, "10.0.0.2", 2), (NOW + 2, "fd00::2", 2), (NOW + 3, "10.0.0.9", 3))
    sql = "SELECT client, device_id FROM queries ORDER BY time"
    before = log.execute(sql).fetchall()
    querylog.follow_merged(log, {2: 1})
    assert log.execute(sql).fetchall() == [("10.0.0.2", 1), ("10.0.0.2", 1), ("fd00::2", 1), ("10.0.0.9", 3)]
    _write(log, (NOW + 4, "fd00::2", 2), (NOW + 5, "fd00::2", 1))
    querylog.follow_merged(log, {2: 1})
    assert [device for _, device in log.execute(sql)] == [1, 1, 1, 3, 1, 1]
    written = log.total_changes
    querylog.follow_merged(log, {2: 1})
    assert log.total_changes == written, "nothing to do costs no write"
    followed = querylog.follow_merged(log, {2: 1})
    _write(log, (NOW + 6, "10.0.0.7", 2))
    assert querylog.follow_merged(log, {2: 1}, followed).merged == {2: 1}, "who is new is looked at alone"
    assert [device for _, device in log.execute(sql)] == [1, 1, 1, 3, 1, 1, 1]
    log.execute("DELETE FROM records WHERE time_us = ?", (NOW + 6,))
    querylog.follow_merged(log, {})
    assert log.execute(sql).fetchall() == [*before, ("fd00::2", 2), ("fd00::2", 1)]


def test_a_log_of_a_version_before_kinds_keeps_all_its_rows(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "querylog.db", isolation_level=None)) as old:
        migrate_connection(old, "querylog", 11)
        old.execute("INSERT INTO companies (id, name) VALUES (1, 'Acme'), (2, 'Other')")
        old.execute("INSERT INTO names (id, name, company_id) VALUES (1, 'a.example', 2), (2, 'b.example', NULL)")
        old.execute("INSERT INTO records VALUES (?, 0, 1, 0, 9), (?, 0, 2, 0, 9)", (NOW, NOW + 1))
    with contextlib.closing(querylog.open_log(tmp_path / "querylog.db")) as log:
        rows = log.execute("SELECT name, company, kind, purpose FROM queries ORDER BY time_us").fetchall()
        assert rows == [("a.example", "Other", "unknown", "unknown"), ("b.example", None, "unknown", "unknown")]


_WRITE_FOR_EVER = """
import sys
from pathlib import Path
from store.base.db import migrate_connection
from store.log import querylog
from store.log.writer import Writer
from store.log.batches import Batch
from store.log.name_facts import PURPOSES
from store.log.records import NO_ANSWER, Key
sys.path.insert(0, sys.argv[2])
from told_facts import NOTHING
writer = Writer(querylog.open_log(Path(sys.argv[1])), NOTHING)
at = 1_790_000_000_000_000
while True:
    keys = [Key(f"{at + n}.example", 1, 0, 3, "", "", 0, "9.9.9.9") for n in range(100)]
    writer.add(Batch(1, 0, 0, ["10.0.0.2"], keys, [(at + n, 0, n % 100, 1) for n in range(1000)]), lambda address: 1)
    at += 1000
    writer.commit()
    print(at - 1_790_000_000_000_000, flush=True)
"""


@pytest.mark.process
def test_after_a_kill_the_log_opens_clean_with_every_commit(tmp_path: Path) -> None:
    path = tmp_path / "querylog.db"
    words = [sys.executable, "-c", _WRITE_FOR_EVER, str(path), str(FIXTURES)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(20):
        child.stdout.readline()
    os.kill(child.pid, signal.SIGKILL)
    told = int((child.stdout.read().split() or ["20000"])[-1])
    child.stdout.close()
    child.wait()
    with contextlib.closing(querylog.open_log(path)) as log:
        assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count = log.execute("SELECT count(*) FROM records").fetchone()[0]
        assert count in (told, told + 1000)  # the last commit may have been done and not told
        assert log.execute("SELECT count(*) FROM queries WHERE name IS NULL OR client IS NULL").fetchone() == (0,)
    assert not [found for found in tmp_path.iterdir() if ".corrupt-" in found.name]
