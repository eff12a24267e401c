# SPDX-License-Identifier: GPL-3.0-or-later
"""Pi-hole's database in its own schemas: what each status, type and reply becomes, and what is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from imported import NOW_US, import_file, read, rows, select
from pihole_log import PiHoleDevice, PiHoleRow, write_v5, write_v6

from store.imports.import_file import Refused
from store.imports.pihole_history import STATUS, TYPES
from store.log.records import QueryRow

pytestmark = pytest.mark.database

AT = NOW_US / 1e6 - 86_400
PHONE = PiHoleDevice("192.168.1.21", "02:11:22:33:44:55", "phone.lan")


def _one(state: Path, path: Path) -> QueryRow:
    assert import_file(state, path) == 1
    (row,) = rows(state)
    return row


def test_a_row_of_version_6_keeps_all_that_it_says(state: Path, tmp_path: Path) -> None:
    row = PiHoleRow(AT + 0.25, "Tracker.Example", forward="9.9.9.9#53", took=0.0125)
    found = _one(state, write_v6(tmp_path / "pihole-FTL.db", [row], [PHONE]))
    assert (found.time_us, found.name, found.client, found.type) == (
        round((AT + 0.25) * 1e6), "tracker.example", "192.168.1.21", "A",
    )  # fmt: skip
    assert (found.verdict, found.origin, found.rcode, found.upstream) == ("PASS", "UPSTREAM", "NOERROR", "9.9.9.9")
    assert (found.duration_ms, found.company, found.source) == (12.5, "Acme", "pihole")


def test_a_row_of_version_5_has_its_words_in_it(state: Path, tmp_path: Path) -> None:
    row = PiHoleRow(AT, "a.example", type=2, status=1)
    found = _one(state, write_v5(tmp_path / "pihole-FTL.db", [row], [PHONE]))
    assert (found.name, found.type, found.verdict, found.list) == ("a.example", "AAAA", "BLOCK", "pihole:gravity")
    assert found.list_title == "Pi-hole: its blocklists"


@pytest.mark.parametrize("status", sorted(STATUS))
def test_each_status_is_known(state: Path, tmp_path: Path, status: int) -> None:
    found = _one(state, write_v6(tmp_path / "pihole-FTL.db", [PiHoleRow(AT, "a.example", status=status)]))
    blocked = status in {1, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 18}
    assert found.verdict == ("BLOCK" if blocked else "PASS")
    assert bool(found.list) is blocked
    origins = {3: "CACHE", 17: "STALE", 2: "UPSTREAM", 12: "UPSTREAM", 13: "UPSTREAM", 14: "UPSTREAM", 0: "SELF"}
    assert blocked or found.origin == origins[status]


def test_types_are_those_of_dns(state: Path, tmp_path: Path) -> None:
    wanted = {**TYPES, 164: 64, 100 + 257: 257}
    path = write_v6(tmp_path / "p.db", [PiHoleRow(AT + at, "a.example", type=at) for at in wanted])
    assert import_file(state, path) == len(wanted)
    sql = "SELECT o.type FROM records r JOIN outcomes o ON o.id = r.outcome_id ORDER BY r.time_us"
    assert [number for (number,) in select(state, sql)] == [wanted[at] for at in sorted(wanted)]


def test_what_a_cname_led_to_is_the_rule_and_what_was_allowed_by_hand_is_allowed(state: Path, tmp_path: Path) -> None:
    told = [PiHoleRow(AT, "a.example", status=9, info="tracker.example"), PiHoleRow(AT + 1, "b.example", info=7)]
    import_file(state, write_v6(tmp_path / "p.db", told))
    first, second = rows(state)
    assert (first.verdict, first.rule, first.list) == ("BLOCK", "tracker.example", "pihole:gravity")
    assert (second.verdict, second.list) == ("ALLOW", "pihole:allowed")


def test_a_reply_says_how_it_ended(state: Path, tmp_path: Path) -> None:
    replies = {0: "no answer", 1: "NOERROR", 2: "NXDOMAIN", 4: "NOERROR", 7: "SERVFAIL", 8: "REFUSED", 9: "NOTIMP"}
    import_file(state, write_v6(tmp_path / "p.db", [PiHoleRow(AT + at, "a.example", reply=at) for at in replies]))
    assert [row.rcode for row in rows(state)] == list(replies.values())


def test_devices_are_known_by_their_mac(state: Path, tmp_path: Path) -> None:
    told = [PiHoleRow(AT, "a.example"), PiHoleRow(AT + 1, "a.example", client="fd00::21")]
    devices = [PHONE, PiHoleDevice("fd00::21", "02:11:22:33:44:56", None)]
    with closing(sqlite3.connect(write_v6(tmp_path / "p.db", told, devices))) as con, con:
        con.execute("UPDATE network_addresses SET network_id = 1")
    import_file(state, tmp_path / "p.db")
    assert len({row.device_id for row in rows(state)} - {None}) == 1
    with closing(sqlite3.connect(state / "config.db")) as con:
        assert con.execute("SELECT found_name, found_from FROM device").fetchall() == [("phone", "ptr")]
        assert con.execute("SELECT mac FROM device_mac").fetchall() == [("02:11:22:33:44:55",)]


def test_a_cut_file_is_refused_and_leaves_nothing(state: Path, tmp_path: Path) -> None:
    path = write_v6(tmp_path / "p.db", [PiHoleRow(AT + at, f"n{at}.example") for at in range(2_000)])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Refused, match=r"damaged|cut|read"):
        read(state, path)
    assert list((state / "log-tasks").iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE query_storage SET timestamp = 'x'",
        "UPDATE query_storage SET status = 99",
        "UPDATE query_storage SET type = -3",
        "UPDATE query_storage SET timestamp = 9e999",
        "UPDATE query_storage SET reply_time = 9e999",
        "UPDATE query_storage SET status = x'00'",
        "DROP VIEW queries; ALTER TABLE query_storage DROP COLUMN client",
        "DROP VIEW queries; ALTER TABLE query_storage RENAME TO other",
        "DROP VIEW queries; ALTER TABLE query_storage RENAME TO o; CREATE VIEW query_storage AS SELECT * FROM o",
        "DELETE FROM query_storage",
        "INSERT INTO domain_by_id VALUES (999, zeroblob(2000000)); UPDATE query_storage SET domain = 999",
    ],
)
def test_a_hostile_file_is_refused_and_leaves_nothing(state: Path, tmp_path: Path, change: str) -> None:
    path = write_v6(tmp_path / "p.db", [PiHoleRow(AT, "a.example")])
    with closing(sqlite3.connect(path)) as con:
        con.executescript(f"DROP INDEX idx_query_storage_timestamp; {change}")
    with pytest.raises(Refused):
        read(state, path)
    assert list((state / "log-tasks").iterdir()) == []


def test_words_that_are_none_are_made_harmless(state: Path, tmp_path: Path) -> None:
    told = [
        PiHoleRow(AT, "a b\n=1.example"),
        PiHoleRow(AT + 1, "x" * 4_000, client="no address"),
        PiHoleRow(AT + 2, "c.example", took=-5.0),
        PiHoleRow(AT + 3, "d.example", took=1e30),
    ]
    import_file(state, write_v6(tmp_path / "p.db", told))
    first, second, third, fourth = rows(state)
    assert first.name == r"a\032b\010=1.example"
    assert (len(second.name or ""), second.client, second.device_id) == (1_016, "no address", None)
    assert (third.duration_ms, fourth.duration_ms) == (0.0, 60_000.0)


def test_a_copy_without_its_write_ahead_log_says_what_to_copy(state: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    whole = tmp_path / "there" / "pihole-FTL.db"
    with closing(sqlite3.connect(whole)) as con:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("CREATE TABLE query_storage (id INTEGER PRIMARY KEY)")
        con.commit()
        alone = tmp_path / "pihole-FTL.db"
        alone.write_bytes(whole.read_bytes())  # as cp copies it while Pi-hole runs
    with pytest.raises(Refused, match=r"copy pihole-FTL\.db-wal, too, or stop"):
        import_file(state, alone)


def test_a_database_without_tables_is_no_copy_of_a_running_one(state: Path, tmp_path: Path) -> None:
    path = tmp_path / "gravity.db"
    with closing(sqlite3.connect(path)) as con:
        con.execute("CREATE TABLE adlist (id INTEGER PRIMARY KEY)")
    with pytest.raises(Refused, match="no table of queries"):
        import_file(state, path)
