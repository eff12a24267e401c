# SPDX-License-Identifier: GPL-3.0-or-later
import time
from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.log import readers
from store.log.readers import LOOK_SECONDS, ReaderWatch

pytestmark = pytest.mark.database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "querylog.db"
    with closing(db.connect(made)) as con:
        con.execute("CREATE TABLE t (x)")
    return made


def test_whoever_opens_the_log_is_noticed_for_a_while(path: Path) -> None:
    now = [1000.0]
    watch = ReaderWatch(path, path.parent, lambda: now[0])
    assert watch.fileno() >= 0
    assert not watch.opened() and not watch.present
    db.connect(path, read_only=True).close()
    assert watch.opened() and watch.present
    assert not watch.opened() and watch.present
    now[0] += LOOK_SECONDS
    assert not watch.present
    path.stat()
    path.with_name("querylog.db-wal").write_bytes(b"")
    assert not watch.opened()
    watch.close()
    watch.close()


def test_where_the_kernel_does_not_tell_somebody_always_may_look(tmp_path: Path) -> None:
    watch = ReaderWatch(tmp_path / "no such file", tmp_path)
    assert watch.fileno() == -1
    assert watch.present and not watch.opened()
    watch.close()


def test_a_page_waits_for_what_is_shown(path: Path) -> None:
    watch = ReaderWatch(path, path.parent)
    assert not readers.wait(path.parent, time.time_ns()), "no recorder has shown anything yet, so nobody waits"
    opened_ns = time.time_ns()
    watch.tell()
    assert readers.wait(path.parent, opened_ns)
    assert readers.shown_us(path.parent) > 0 == readers.shown_us(path.parent / "gone")
    later = time.time_ns() + int(LOOK_SECONDS * 1e9)
    assert not readers.wait(path.parent, later), "the recorder does not answer"
    watch.close()


def test_a_run_directory_that_is_gone_hurts_nobody(path: Path) -> None:
    watch = ReaderWatch(path, path.parent / "gone")
    watch.tell()
    assert not readers.wait(path.parent / "gone", 0)
    watch.close()
