# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person deleted is in no byte of the log's files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from imported import NOW_US, import_file, rows, take_in, writer
from pihole_log import PiHoleRow, write_v6

from evidence.base import passes
from store.imports import log_tasks
from store.imports.clearing import Clear
from store.log.querylog import FILE_NAME

pytestmark = pytest.mark.database

AT = NOW_US / 1e6 - 10 * 86_400
CLIENTS = ("192.168.1.1", "192.168.1.2")


@pytest.fixture
def filled(state: Path, tmp_path: Path) -> Iterator[Path]:
    """Names that one device asked for, names that both did; enough for many pages."""
    told = [
        PiHoleRow(AT + at * 30, f"{'secret' if at % 2 else 'shared'}-{at // 4}.example", CLIENTS[at % 2])
        for at in range(4000)
    ]
    import_file(state, write_v6(tmp_path / "p.db", told))
    (tmp_path / "p.db").unlink()
    with closing(writer(state)) as log:
        while log.roll():
            pass
    passes.run(state, NOW_US)
    assert b"secret-" in told_by(state, "querylog") and b"secret-" in told_by(state, "evidence")
    yield state


def told_by(state: Path, begins: str) -> bytes:
    return b"".join(path.read_bytes() for path in state.iterdir() if path.name.startswith(begins))


def test_names_of_one_device_are_in_no_byte(filled: Path) -> None:
    device = next(row.device_id for row in rows(filled) if row.client == CLIENTS[1])
    log_tasks.ask_to_clear(filled, Clear(device=device))
    take_in(filled)
    files = told_by(filled, "querylog")
    assert b"secret-" not in files and b"shared-" in files
    assert len(rows(filled)) > 0
    passes.run(filled, NOW_US)
    files = told_by(filled, "evidence")
    assert b"secret-" not in files and b"shared-" in files


def test_all_of_it_is_in_no_byte(filled: Path) -> None:
    log_tasks.ask_to_clear(filled, Clear())
    take_in(filled)
    passes.run(filled, NOW_US)
    for begins in ("querylog", "evidence"):
        files = told_by(filled, begins)
        assert b"secret-" not in files and b"shared-" not in files and CLIENTS[0].encode() not in files, begins


def test_whoever_reads_meanwhile_is_waited_for_and_sees_what_it_saw(filled: Path) -> None:
    with closing(sqlite3.connect(f"file:{filled / FILE_NAME}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM records").fetchone()
        log_tasks.ask_to_clear(filled, Clear())
        take_in(filled)
        assert reader.execute("SELECT count(*) FROM records").fetchone() == before
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM records").fetchone() == (0,)
