# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is wrong with evidence.db, a page says so, and puts a damaged one out of the way."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from evidence.base import evidence_file
from evidence.base.evidence_file import FILE_NAME
from store.base import side_file
from webui.route_table import PREFIX

CALL = f"{PREFIX}/evidence/findings"


def test_a_damaged_file_is_told_and_put_aside_by_whoever_reads(visitor: Any) -> None:
    (visitor.home.state / FILE_NAME).write_text("no database" * 1000)
    refused = visitor.get(CALL)
    assert refused.status_code == 503 and "made again by itself" in refused.json()["detail"]
    assert visitor.get("/evidence").status_code == 200 and list(visitor.home.state.glob(f"{FILE_NAME}.corrupt-*"))


def test_a_damaged_file_is_mended_by_whoever_writes(visitor: Any) -> None:
    (visitor.home.state / FILE_NAME).write_text("no database" * 1000)
    headers = {"X-CSRF-Token": visitor.csrf}
    assert visitor.patch(f"{CALL}/1", json={"state": "seen"}, headers=headers).status_code == 404
    assert visitor.get("/evidence").status_code == 200


def test_one_that_another_holds_is_told_with_the_cure(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_file, "READ_BUSY_MS", 0)
    evidence_file.open_writer(visitor.home.state).close()
    with closing(sqlite3.connect(visitor.home.state / FILE_NAME, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        holder.execute("CREATE TABLE held (x)")
        refused = visitor.get(CALL)
        holder.execute("ROLLBACK")
    assert refused.status_code == 503
    assert "another process holds it. Try again in a minute" in refused.json()["detail"]
    assert not list(visitor.home.state.glob(f"{FILE_NAME}.corrupt-*"))
