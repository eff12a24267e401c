# SPDX-License-Identifier: GPL-3.0-or-later
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS, until

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.update import list_updates
from blocklists.update.list_updates import ListUpdates
from store.base import status
from store.base.db import connect, open_config
from store.config import edit, list_status, lists

pytestmark = [pytest.mark.database, pytest.mark.process]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    open_config(folder)
    return folder


def blocked(state: Path, name: str, blocklist_id: str) -> bool:
    index = Index.open(list_files.index_path(state))
    return index.match(name, index.mask([(blocklist_id, None)])) is not None


@pytest.fixture
def staying(state: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    words = ["--state", str(state), "--run", str(tmp_path)]
    command = [sys.executable, "-m", "blocklists.update.list_updates", *words]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ)
    yield child
    child.kill()
    child.communicate()


def test_the_process_fetches_what_is_added_and_ends_cleanly(
    state: Path, staying: subprocess.Popen[str], serve: Any
) -> None:
    until(list_files.index_path(state).exists)
    added = lists.add_blocklist(edit.engine(state), serve.sending(b"ads.example\n"))
    until(lambda: blocked(state, "ads.example", added))
    staying.send_signal(signal.SIGTERM)
    _, log = staying.communicate(timeout=HANG_SECONDS)
    assert staying.returncode == 0
    assert "Traceback" not in log


def test_the_process_ends_cleanly_in_the_middle_of_a_download(
    state: Path, staying: subprocess.Popen[str], serve: Any
) -> None:
    begun = []

    def endless(con: socket.socket, _: str) -> None:
        con.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            con.sendall(b"ads.example\n")
            begun.append(1)
            time.sleep(0.02)

    lists.add_blocklist(edit.engine(state), serve(endless))
    until(lambda: len(begun) > 3)
    staying.send_signal(signal.SIGTERM)
    _, log = staying.communicate(timeout=HANG_SECONDS)
    assert staying.returncode == 0 and "Traceback" not in log
    assert list((state / "lists").iterdir()) == []
    with connect(state / "config.db", read_only=True) as con:
        assert list_status.installed(con)[0].status.checked_at is None
    con.close()


@pytest.fixture
def updates(state: Path, tmp_path: Path) -> ListUpdates:
    """At rest: all that was to be done is."""
    made = ListUpdates(state, tmp_path, {})
    settle(made)
    return made


def settle(updates: ListUpdates) -> None:
    """What it wrote itself counts as an edit too, and there is no end of what comes in the same moment as another."""
    until(lambda: not updates.changed() or not updates.work_apart())


def test_what_was_done_is_done(state: Path, updates: ListUpdates) -> None:
    assert list_files.index_path(state).exists() and not updates.changed()


def test_an_edit_is_work(state: Path, updates: ListUpdates, serve: Any) -> None:
    added = lists.add_blocklist(edit.engine(state), serve.sending(b"ads.example\n"))
    assert updates.changed()
    updates.work_apart()
    assert blocked(state, "ads.example", added)


@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 999])
def test_an_index_that_is_deleted_emptied_or_written_over_is_made_again(
    state: Path, updates: ListUpdates, content: bytes | None
) -> None:
    path = list_files.index_path(state)
    path.unlink() if content is None else path.write_bytes(content)
    assert updates.changed()
    updates.work_apart()
    assert len(Index.open(path)) > 100


def test_failures_are_remembered_from_one_time_to_the_next(state: Path, updates: ListUpdates, tmp_path: Path) -> None:
    added = lists.add_blocklist(edit.engine(state), "http://127.0.0.1:9/list")
    first = updates.work_apart() - time.time()
    with closing(connect(state / "config.db")) as con:  # as long ago as it waits for
        list_status.note(con, added, lambda known: replace(known, checked_at=int(time.time()) - 3600))
    second = updates.work_apart() - time.time()
    said = status.read(tmp_path).updater
    assert second > first and said is not None and "Not fetched" in said.errors[added]


@pytest.mark.parametrize("jump", [-3 * 365 * 86_400, 3 * 365 * 86_400])
def test_a_clock_that_jumps_keeps_no_list_from_its_update(jump: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clocks:
        now, passed = 1_800_000_000.0, 0.0

        def time(self) -> float:
            return self.now

        def monotonic(self) -> float:
            return self.passed

        def rest(self) -> None:
            self.now, self.passed = self.now + 1, self.passed + 1
            if self.passed > 7300:
                raise StopIteration

    clocks, worked = Clocks(), list[float]()

    class Fake(ListUpdates):
        def __init__(self) -> None:
            """Of no directory."""

        def changed(self) -> bool:
            return False

        def work_apart(self) -> float:
            worked.append(clocks.passed)
            due = clocks.now + 86_400
            clocks.now += jump
            return due

    monkeypatch.setattr(list_updates, "time", clocks)
    with pytest.raises(StopIteration):
        list_updates._stay(Fake(), clocks.rest)
    assert len(worked) >= 3
