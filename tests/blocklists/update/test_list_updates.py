# SPDX-License-Identifier: GPL-3.0-or-later
"""One run does what is due, says when something will be again, and falls asleep."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS, until

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.update import list_updates
from store.base import status
from store.base.db import connect, open_config
from store.base.process_status import UpdaterStatus
from store.base.pulse import ASLEEP
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


def said(run: Path) -> UpdaterStatus:
    told = status.read_updater(run)
    assert told is not None
    return told


@pytest.fixture
def begin(state: Path, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    words = ["--state", str(state), "--run", str(tmp_path)]
    command = [sys.executable, "-m", "blocklists.update.list_updates", *words]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    begun = list[subprocess.Popen[str]]()

    def start() -> subprocess.Popen[str]:
        begun.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ))
        return begun[-1]

    yield start
    for child in begun:
        child.kill()
        child.communicate()


def test_a_run_fetches_what_is_due_and_falls_asleep(
    state: Path, tmp_path: Path, begin: Callable[[], subprocess.Popen[str]], serve: Any
) -> None:
    added = lists.add_blocklist(edit.engine(state), serve.sending(b"ads.example\n"))
    run = begin()
    _, log = run.communicate(timeout=HANG_SECONDS)
    assert run.returncode == ASLEEP and "Traceback" not in log
    assert blocked(state, "ads.example", added)
    assert time.time() < said(tmp_path).due <= time.time() + 24 * 3600 and said(tmp_path).pid != run.pid


def test_it_ends_cleanly_in_the_middle_of_a_download(
    state: Path, begin: Callable[[], subprocess.Popen[str]], serve: Any
) -> None:
    begun = []

    def endless(con: socket.socket, _: str) -> None:
        con.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            con.sendall(b"ads.example\n")
            begun.append(1)
            time.sleep(0.02)

    lists.add_blocklist(edit.engine(state), serve(endless))
    run = begin()
    until(lambda: len(begun) > 3)
    run.send_signal(signal.SIGTERM)
    _, log = run.communicate(timeout=HANG_SECONDS)
    assert run.returncode == 0 and "Traceback" not in log
    assert list((state / "lists").iterdir()) == []
    with connect(state / "config.db", read_only=True) as con:
        assert list_status.installed(con)[0].status.checked_at is None
    con.close()


@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 999])
def test_an_index_that_is_deleted_emptied_or_written_over_is_made_again(
    state: Path, tmp_path: Path, content: bytes | None
) -> None:
    list_updates.work_apart(state, tmp_path, {})
    path = list_files.index_path(state)
    path.unlink() if content is None else path.write_bytes(content)
    list_updates.work_apart(state, tmp_path, {})
    assert len(Index.open(path)) > 100


def test_failures_are_remembered_from_one_run_to_the_next(state: Path, tmp_path: Path) -> None:
    added = lists.add_blocklist(edit.engine(state), "http://127.0.0.1:9/list")
    first = list_updates.work_apart(state, tmp_path, {}) - time.time()
    with closing(connect(state / "config.db")) as con:  # as long ago as it waits for
        list_status.note(con, added, lambda known: replace(known, checked_at=int(time.time()) - 3600))
    second = list_updates.work_apart(state, tmp_path, {}) - time.time()
    assert second > first and said(tmp_path).failures == {added: 2} and "Not fetched" in said(tmp_path).errors[added]
    third = list_updates.work_apart(state, tmp_path, {}) - time.time()  # nothing is due, and nothing forgotten
    assert third > first and said(tmp_path).failures == {added: 2} and "Not fetched" in said(tmp_path).errors[added]


def test_what_keeps_all_from_being_updated_is_told_once_and_tried_again_soon(
    state: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    added = lists.add_blocklist(edit.engine(state), "http://127.0.0.1:9/list")
    list_updates.work_apart(state, tmp_path, {})
    index = list_files.index_path(state).parent
    index.rename(tmp_path / "aside")
    index.write_bytes(b"a file where a folder must be")
    for _ in range(3):
        assert 0 < list_updates.work_apart(state, tmp_path, {}) - time.time() <= list_updates.TROUBLE_SECONDS
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"Lists cannot be updated: {said(tmp_path).trouble}"
    ]
    assert said(tmp_path).trouble and set(said(tmp_path).errors) == {added} == set(said(tmp_path).failures)
    index.unlink()
    (tmp_path / "aside").rename(index)
    list_updates.work_apart(state, tmp_path, {})
    assert not said(tmp_path).trouble and said(tmp_path).failures == {added: 1}
