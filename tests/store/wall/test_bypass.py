# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.wall import bypass
from store.wall.bypass import DAY, Caught

pytestmark = pytest.mark.database

NOW = 1_790_000_000 - 1_790_000_000 % 3600 + 1800
ONE = Caught(NOW, "192.168.1.5", "dot", "8.8.8.8", 853, "tcp", False, 2, 7, "Google")


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(bypass.open_bypass(tmp_path / bypass.FILE_NAME)) as opened:
        yield opened


def test_an_hour_has_one_row_for_each_destination(con: sqlite3.Connection) -> None:
    bypass.note(con, [ONE, replace(ONE, time=NOW + 60), replace(ONE, port=443), replace(ONE, refused=True)])
    found = {(row.port, row.refused): row for row in bypass.rows(con, NOW, NOW + 1)}
    assert {key: row.count for key, row in found.items()} == {(853, False): 4, (443, False): 2, (853, True): 2}
    assert (found[853, False].first, found[853, False].last) == (NOW, NOW + 60)
    assert (found[853, False].device_id, found[853, False].company) == (7, "Google")


def test_hours_are_joined_and_filtered(con: sqlite3.Connection) -> None:
    bypass.note(con, [ONE, replace(ONE, time=NOW + 7200, device_id=None), replace(ONE, kind="doh", device_id=8)])
    assert [row.count for row in bypass.rows(con, NOW, NOW + DAY, kind="dot")] == [4]
    assert [row.kind for row in bypass.rows(con, NOW, NOW + DAY, device=8)] == ["doh"]
    assert bypass.rows(con, NOW + DAY, NOW + 2 * DAY) == []
    assert bypass.totals(con, NOW, NOW + 1) == {"dot": (2, 0), "doh": (2, 0)}
    assert len(bypass.rows(con, NOW, NOW + DAY, limit=1)) == 1


def test_old_rows_and_too_many_go(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    bypass.note(con, [replace(ONE, time=NOW - day * DAY) for day in range(10)])
    assert bypass.retain(con, 5, NOW) == 5
    monkeypatch.setattr(bypass, "MAX_ROWS", 2)
    assert bypass.retain(con, 5, NOW) == 3
    assert [row.first for row in bypass.rows(con, 0, NOW + DAY)] == [NOW - DAY]


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / bypass.FILE_NAME
    path.write_bytes(b"no database at all, and long enough to be seen as none" * 50)
    with contextlib.closing(bypass.open_bypass(path)) as con:
        bypass.note(con, [ONE])
        assert len(bypass.rows(con, NOW, NOW + 1)) == 1
    assert len(list(tmp_path.glob("bypass.db.corrupt-*"))) == 1


def test_readers_see_it_and_cannot_write(tmp_path: Path) -> None:
    assert bypass.open_reader(tmp_path) is None
    with contextlib.closing(bypass.open_bypass(tmp_path / bypass.FILE_NAME)) as con:
        bypass.note(con, [ONE])
    reader = bypass.open_reader(tmp_path)
    assert reader is not None
    with contextlib.closing(reader):
        assert reader.execute("SELECT client, kind, done, count FROM bypasses").fetchall() == [
            ("192.168.1.5", "dot", "watched", 2)
        ]
        with pytest.raises(sqlite3.OperationalError):
            bypass.note(reader, [ONE])
