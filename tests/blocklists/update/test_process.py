# SPDX-License-Identifier: GPL-3.0-or-later
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS, until

from blocklists.index import list_files
from blocklists.index.index import Index
from blocklists.update import process as update_process
from store.base import status
from store.base.db import connect, open_config
from store.config import edit, list_status, lists

pytestmark = pytest.mark.database


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    open_config(folder)
    return folder


@pytest.fixture
def updater(state: Path, tmp_path: Path) -> Iterator[update_process.Updater]:
    made = update_process.Updater(state, tmp_path, {})
    yield made
    made.watcher.close()


def blocked(state: Path, name: str, blocklist_id: str) -> bool:
    index = Index.open(list_files.index_path(state))
    return index.match(name, index.mask([(blocklist_id, None)])) is not None


def test_a_list_that_is_on_is_fetched_compiled_and_announced(
    state: Path, updater: update_process.Updater, serve: Any
) -> None:
    e = edit.engine(state)
    added = lists.add_blocklist(e, serve.sending(b"ads.example\n"), "Mine")
    before = updater.watcher.index_generation()
    assert updater.work() > time.time()
    assert blocked(state, "ads.example", added)
    assert updater.watcher.index_generation() > before
    assert Index.open(list_files.index_path(state)).generation == updater.watcher.index_generation()


def test_a_list_that_is_off_is_left_alone_but_stays_in_the_index(
    state: Path, updater: update_process.Updater, serve: Any
) -> None:
    e, asked = edit.engine(state), []
    added = lists.add_blocklist(
        e, serve(lambda con, _: (asked.append(1), con.sendall(serve.response(b"ads.example\n"))))
    )
    updater.work()
    edit.set_toggle(e, added, "house", False)
    updater.work([])
    assert len(asked) == 1
    assert blocked(state, "ads.example", added)


def test_what_is_not_due_is_not_fetched_again_unless_it_is_named(
    state: Path, updater: update_process.Updater, serve: Any
) -> None:
    asked: list[str] = []

    def behave(con: socket.socket, request: str) -> None:
        asked.append(request)
        con.sendall(serve.response(b"ads.example\n"))

    added = lists.add_blocklist(edit.engine(state), serve(behave))
    updater.work()
    updater.work()
    assert len(asked) == 1
    updater.work([added])
    assert len(asked) == 2


def test_a_removed_list_leaves_the_index_and_the_disk(state: Path, updater: update_process.Updater, serve: Any) -> None:
    e = edit.engine(state)
    added = lists.add_blocklist(e, serve.sending(b"ads.example\n"))
    updater.work()
    lists.remove_blocklist(e, added)
    updater.work()
    assert not blocked(state, "ads.example", added)
    assert list((state / "lists").iterdir()) == []


def test_a_list_taken_as_an_allow_list_allows(state: Path, updater: update_process.Updater, serve: Any) -> None:
    added = lists.add_blocklist(edit.engine(state), serve.sending(b"good.example\n"), allow=True)
    updater.work()
    index = Index.open(list_files.index_path(state))
    match = index.match("good.example", index.mask([(added, None)]))
    assert match and match.allow


def test_one_failing_list_stops_no_other_and_is_logged_once(
    state: Path, updater: update_process.Updater, serve: Any, caplog: pytest.LogCaptureFixture
) -> None:
    e = edit.engine(state)
    bad = lists.add_blocklist(e, serve.sending(b"<html>log in"), "A bad one")
    good = lists.add_blocklist(e, serve.sending(b"ads.example\n"), "Good")
    updater.work()
    updater.work([bad])
    assert blocked(state, "ads.example", good)
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "A bad one: Refused: it is a web page (perhaps a log-in or error page), not a list. "
        "There is no earlier copy of it."
    ]
    assert set(updater.errors) == {bad}


def test_the_status_says_what_runs_and_what_failed(
    state: Path, updater: update_process.Updater, serve: Any, tmp_path: Path
) -> None:
    seen = []

    def behave(con: socket.socket, _: str) -> None:
        updating = status.read(tmp_path).updater
        seen.append(updating and updating.running)
        con.sendall(serve.response(b""))

    added = lists.add_blocklist(edit.engine(state), serve(behave))
    updater.work()
    assert seen == [added]
    said = status.read(tmp_path).updater
    assert said is not None and said.running is None and "it is empty" in said.errors[added]


def test_an_unknown_list_is_said_to_be_one(updater: update_process.Updater) -> None:
    with pytest.raises(ValueError, match="there is no list 'nope'"):
        updater.work(["nope"])


def process(state: Path, run: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "blocklists.update.process", "--state", str(state), "--run", str(run), *options]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ)


@pytest.mark.process
def test_compiling_alone_makes_an_index_of_the_packs(state: Path, tmp_path: Path) -> None:
    made = process(state, tmp_path, "--compile-only")
    assert made.wait(HANG_SECONDS) == 0, made.communicate()[1]
    made.communicate()
    assert len(Index.open(list_files.index_path(state))) > 100


@pytest.mark.process
def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    made = process(tmp_path / "nothing", tmp_path, "--once")
    _, log = made.communicate(timeout=HANG_SECONDS)
    assert made.returncode == 1
    assert "start Telltale once" in log and "Traceback" not in log


@pytest.fixture
def staying(state: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    child = process(state, tmp_path)
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


def test_an_index_that_is_deleted_while_it_is_used_is_made_again(
    state: Path, updater: update_process.Updater, serve: Any
) -> None:
    updater.work()
    path = list_files.index_path(state)
    assert path.exists() and not updater.index_lost()
    path.unlink()
    assert updater.index_lost() and not updater.index_lost()
    updater.work()
    assert len(Index.open(path)) > 100 and not updater.index_lost()


@pytest.mark.parametrize("content", [b"", b"nonsense" * 999])
def test_an_index_that_is_emptied_or_written_over_is_made_again(
    state: Path, updater: update_process.Updater, serve: Any, content: bytes
) -> None:
    updater.work()
    path = list_files.index_path(state)
    assert not updater.index_lost()
    path.write_bytes(content)
    assert updater.index_lost() and not updater.index_lost()
    updater.work()
    assert len(Index.open(path)) > 100 and not updater.index_lost()


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

    class Updater:
        watcher = type("", (), {"changed": lambda _: False})()

        def index_lost(self) -> bool:
            return False

        def work_apart(self) -> float:
            worked.append(clocks.passed)
            due = clocks.now + 86_400
            clocks.now += jump
            return due

    monkeypatch.setattr(update_process, "time", clocks)
    updater: Any = Updater()
    with pytest.raises(StopIteration):
        update_process._stay(updater, clocks.rest)
    assert len(worked) >= 3
