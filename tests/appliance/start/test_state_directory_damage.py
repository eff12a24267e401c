# SPDX-License-Identifier: GPL-3.0-or-later
"""Seven files of the state directory, damaged in fourteen ways each: DNS filters, it is said, nothing is deleted."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from damage import DAMAGES, what_lies_there
from told_facts import NOTHING

from appliance.process import privilege
from appliance.start import state_directory
from resolver.answer import snapshot as snapshots
from resolver.answer.snapshot import Snapshot
from store.base import status
from store.base.process_status import RecorderStatus
from store.log.batches import Batch
from store.log.protocol import LogError
from store.log.records import Key
from store.log.sqlite_writer import SqliteWriter

pytestmark = pytest.mark.database

BLOCKED = "data.mistat.xiaomi.com"
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
FILES = (
    "config.db", "config.db.bak", "index/current.idx", "index/previous.idx", "querylog.db", "querylog.waiting",
    "run/recorder.json",
)  # fmt: skip
# Where nothing is wrong without it, or with it: nobody is told.
SPARE = {
    ("config.db.bak", None), ("index/previous.idx", None), ("run/recorder.json", None), ("querylog.db", "missing"),
    ("querylog.waiting", "missing"), ("querylog.db", "empty"), ("querylog.waiting", "empty"),
}  # fmt: skip
# Put aside, since it is a person's; what is compiled or said of oneself is made again.
KEPT = {"config.db", "config.db.bak", "querylog.db", "querylog.waiting"}


def batch(sent: int) -> Batch:
    keys = [Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9")]
    rows = [(1_790_000_000_000_000 + sent, 0, 0, 1)]
    return Batch(1, 0, 7, ["10.0.0.2"], keys, rows, sent)


@pytest.fixture(scope="module")
def lived_in(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a log of one row and another one that waits for it, a spare index, and what a recorder says of itself."""
    state = tmp_path_factory.mktemp("lived") / "state"
    shutil.copytree(prepared, state)
    shutil.copy(state / "index" / "current.idx", state / "index" / "previous.idx")
    writer = SqliteWriter(state, NOTHING)
    for sent, keep in ((0, lambda: writer.commit(90)), (1, writer.save)):
        writer.add(batch(sent), {}.get)
        keep()
    writer._con.close()
    assert writer._rows._spool is not None
    writer._rows._spool.close()  # as of one that was killed
    (state / "run").mkdir()
    assert status.publish(state / "run", "recorder", RecorderStatus(rows=1))
    return state


@contextmanager
def held_to_modes() -> Iterator[None]:
    """As one whom a mode keeps out, which it does not root; the user stays the same, for what is imported meanwhile."""
    before = privilege._get()
    words = privilege._get()
    words[0].effective &= ~(1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)
    privilege._set(words)
    try:
        yield
    finally:
        privilege._set(before)


def blocks(snapshot: Snapshot) -> bool:
    mask = snapshot.index.mask(snapshot.policies.default.lists)
    match = snapshot.index.match(BLOCKED, mask)
    return match is not None and not match.allow


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", FILES)
def test_dns_filters_it_is_said_and_nothing_is_deleted(lived_in: Path, tmp_path: Path, file: str, damage: str) -> None:
    state = tmp_path / "state"
    shutil.copytree(lived_in, state)
    DAMAGES[damage](state / file)
    damaged = (state / file).lstat().st_ino if os.path.lexists(state / file) else None
    with held_to_modes():
        worker = snapshots.build(state, {})  # one that is started again while the house runs
        opened = state_directory.open_config(state)
        first = snapshots.build(state, {})
        log = SqliteWriter(state, NOTHING)
        with closing(log):
            restored = log.restore({}.get)
            log.add(batch(2), {}.get)
            written = commit(log)
        assert status.publish(state / "run", "recorder", RecorderStatus(rows=7))
        told = status.read(state / "run").recorder
    assert blocks(worker) and blocks(first)
    assert written + log.buffered == restored + 1, "a row is in the log, or waits for it"
    assert told is not None and told.rows == 7
    said = [*worker.fallbacks, *opened.notes, opened.trouble, *first.fallbacks, *log.fallbacks, log.waits_for]
    silent = (file, None) in SPARE or (file, damage) in SPARE
    assert any(said) != silent, said
    assert file not in KEPT or damaged is None or damage == "empty" or damaged in what_lies_there(state)


def commit(log: SqliteWriter) -> int:
    try:
        return log.commit(90)
    except LogError:
        assert log.waits_for
        return 0


def test_a_matrix_that_has_fewer_cases_than_ways_to_fail_is_none(lived_in: Path) -> None:
    assert len(FILES) * len(DAMAGES) == 98
    assert all((lived_in / file).is_file() for file in FILES)
