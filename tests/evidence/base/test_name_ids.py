# SPDX-License-Identifier: GPL-3.0-or-later
"""A name has one id, new or known, alone or among many."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from evidence.base import evidence_file, name_ids

pytestmark = pytest.mark.database


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(evidence_file.open_writer(tmp_path)) as opened:
        yield opened


def test_a_name_keeps_its_id(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_ids, "_STEP", 2)  # many parts
    first = name_ids.noted(con, ["b.example", "a.example"])
    again = name_ids.noted(con, ["a.example", "c.example", "b.example"])
    assert len(set(again.values())) == 3 and first.items() <= again.items()
    assert name_ids.ids(con, ["c.example", "never.example"]) == {"c.example": again["c.example"]}
    assert name_ids.words(con, [*again.values(), 99]) == {number: name for name, number in again.items()}
