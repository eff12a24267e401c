# SPDX-License-Identifier: GPL-3.0-or-later
import errno
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.base import status
from store.base.process_status import (
    STALE_SECONDS,
    CacheStatus,
    ChildStatus,
    FirewallStatus,
    RecorderStatus,
    Statuses,
    SupervisorStatus,
    UpdaterStatus,
    UpstreamStatus,
    WorkerStatus,
)


def test_what_is_published_is_read_with_who_wrote_it_and_when(tmp_path: Path) -> None:
    begun, begun_clock = time.time(), time.monotonic()
    upstream = UpstreamStatus("9.9.9.9", True, 1.5, 4, 2)
    worker = WorkerStatus(queries=6, cache=CacheStatus(3, 1024), upstreams=(upstream,))
    assert status.publish(tmp_path, "worker-1", WorkerStatus(queries=5))
    assert status.publish(tmp_path, "worker-1", worker)
    assert status.publish(tmp_path, "recorder", RecorderStatus(error="full"))
    found = status.read(tmp_path)
    read = found.workers["worker-1"]
    assert replace(read, pid=0, time=0.0, clock=0.0) == worker
    assert read.pid == os.getpid() == status.read_pid(tmp_path, "worker-1")
    assert begun <= read.time <= time.time() and begun_clock <= read.clock <= time.monotonic()
    assert found.recorder is not None and found.recorder.error == "full"
    assert (found.supervisor, found.updater, found.firewall) == (None, None, None)


FILES: dict[str, tuple[status.Status, set[str]]] = {
    "supervisor": (SupervisorStatus(children=(ChildStatus("a"),)),
                   {"version", "state", "dns", "web", "read_only", "warnings", "children"}),
    "worker-1": (WorkerStatus(), {"started", "policy_version", "index_generation", "index", "cache", "clients",
                                  "queries", "pending", "dropped", "told", "told_lost", "exchanges", "upstreams"}),
    "recorder": (RecorderStatus(), {"rows", "buffered", "dropped", "last_commit", "error"}),
    "updater": (UpdaterStatus(), {"running", "last_run", "errors", "failures", "due", "index_mark", "trouble"}),
    "firewall": (FirewallStatus(), {"mode", "standing", "switches", "notes", "redirects_to",
                                    "redirects_at", "lowered", "applied", "error",
                                    "counters", "caught", "answers", "lost_answers", "waiting", "unwritten",
                                    "dropped"}),
}  # fmt: skip


@pytest.mark.parametrize("role", FILES)
def test_the_keys_of_the_files_stay(role: str, tmp_path: Path) -> None:
    """During an update a process of another version reads them."""
    said, keys = FILES[role]
    assert status.publish(tmp_path, role, said)
    written = json.loads((tmp_path / f"{role}.json").read_text())
    assert keys | {"pid", "time"} <= written.keys()
    if role == "supervisor":
        assert written["children"] == [
            {"role": "a", "pid": None, "started": None, "restarts_last_minute": 0, "state": "running"}
        ]


def test_workers_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        status.publish(tmp_path, f"worker-{number}", WorkerStatus(queries=number))
    (tmp_path / "worker-x.json").write_text("{}")
    assert list(status.read(tmp_path).workers) == ["worker-1", "worker-2", "worker-10"]


def test_who_is_gone_is_not_among_the_live(tmp_path: Path) -> None:
    status.publish(tmp_path, "recorder", RecorderStatus())
    (tmp_path / "supervisor.json").write_text('{"pid": 1, "time": 1000.0, "clock": 1e-9}')
    assert status.read(tmp_path).supervisor is not None
    live = status.read_live(tmp_path)
    assert live.supervisor is None and live.recorder is not None


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000, '{"x": "' + "x" * 300_000 + '"}', "\x00"])
def test_what_does_not_read_is_left_out(tmp_path: Path, text: str) -> None:
    for role in ("worker-1", "supervisor"):
        (tmp_path / f"{role}.json").write_text(text)
    status.publish(tmp_path, "recorder", RecorderStatus())
    found = status.read(tmp_path)
    assert (found.supervisor, found.workers) == (None, {}) and found.recorder is not None
    assert status.read_pid(tmp_path, "worker-1") is None


def test_a_place_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    assert not status.publish(tmp_path / "missing", "recorder", RecorderStatus(rows=1))
    assert status.read(tmp_path / "missing") == Statuses()


def test_where_there_is_no_room_for_another_file_the_one_that_is_there_is_written_over(
    shared_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status.publish(shared_memory, "recorder", RecorderStatus(rows=1, error="a long word " * 9))
    monkeypatch.setattr(Path, "replace", full)
    assert status.publish(shared_memory, "recorder", RecorderStatus(rows=2))
    read = status.read(shared_memory).recorder
    assert read is not None and (read.rows, read.error) == (2, "")
    assert [path.name for path in shared_memory.iterdir()] == ["recorder.json"]
    assert not status.publish(shared_memory, "recorder", RecorderStatus(error="x" * 3_000_000)), "more than it takes"
    assert status.read(shared_memory).recorder == read, "and it stays as it was"
    assert not status.publish(shared_memory, "worker-1", WorkerStatus()), "there is none"


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def shared_memory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as made:
        yield Path(made)


@pytest.mark.parametrize("role", ["../secret", "worker-", "worker-0", "worker-x", "webui", "recorder"])
def test_a_role_says_what_is_its_own(tmp_path: Path, role: str) -> None:
    with pytest.raises(ValueError, match=role):
        status.publish(tmp_path, role, WorkerStatus())


def test_the_run_directory(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen"
    assert status.run_dir(tmp_path, {"TELLTALE_RUN": str(chosen)}) == chosen and chosen.is_dir()
    found = status.run_dir(tmp_path / "state", {})
    assert found.is_dir() and found == status.run_dir(tmp_path / "x" / ".." / "state", {})
    assert found != status.run_dir(tmp_path / "other", {})
    assert found.stat().st_mode & 0o777 == 0o700
    for made in (found, status.run_dir(tmp_path / "other", {})):
        made.rmdir()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="there is no /dev/shm")
def test_a_directory_that_somebody_else_laid_there_is_not_used(tmp_path: Path) -> None:
    state = tmp_path / "state"
    taken = status.run_dir(state, {})
    taken.rmdir()
    taken.symlink_to(tmp_path)
    try:
        assert status.run_dir(state, {}) == state / "run"
    finally:
        taken.unlink()


def test_where_memory_is_full_who_starts_goes_elsewhere_and_who_reads_looks_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, spare = tmp_path / "state", tmp_path / "state" / "run"
    state.mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(os, "posix_fallocate", full)
        assert status.run_dir(state, {}) == spare and status.find_run_dir(state, {}) == spare
        assert status.publish(spare, "supervisor", SupervisorStatus())
        used = status._in_memory(state)
        assert not used.exists(), "nothing is left where nothing is told"
        used.mkdir(mode=0o700)
        (used / "supervisor.json").write_text("{}")  # of an earlier run
        assert status.run_dir(state, {}) == spare == status.find_run_dir(state, {})
    try:
        assert status.run_dir(state, {}) == used == status.find_run_dir(state, {}), "there is room again"
        assert [path.name for path in used.iterdir()] == ["supervisor.json"]
    finally:
        shutil.rmtree(used)


def test_who_runs_elsewhere_stays_there_whoever_comes_once_there_is_room(tmp_path: Path) -> None:
    state, spare = tmp_path / "state", tmp_path / "state" / "run"
    spare.mkdir(parents=True)
    status.publish(spare, "supervisor", SupervisorStatus())
    path = spare / "supervisor.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "pid": os.getppid()}))
    assert status.run_dir(state, {}) == spare == status.find_run_dir(state, {})
    path.write_text(json.dumps({**json.loads(path.read_text()), "clock": time.monotonic() - 2 * STALE_SECONDS}))
    try:
        assert status.run_dir(state, {}) == status._in_memory(state) == status.find_run_dir(state, {})
    finally:
        shutil.rmtree(status._in_memory(state), ignore_errors=True)


def test_who_only_reads_creates_nothing_and_finds_the_same_place(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    assert status.find_run_dir(state, {"TELLTALE_RUN": "/chosen"}) == Path("/chosen")
    assert status.find_run_dir(state, {}) == state / "run"
    assert list(state.iterdir()) == []
    used = status.run_dir(state, {})
    try:
        assert status.find_run_dir(state, {}) == used
    finally:
        used.rmdir()


def test_a_status_that_stays_the_same_is_written_seldom(tmp_path: Path) -> None:
    teller, path = status.Teller(tmp_path, "recorder"), tmp_path / "recorder.json"

    def is_written(said: RecorderStatus, seconds: float) -> bool:
        path.unlink(missing_ok=True)
        teller.tell(said, seconds)
        return path.exists()

    one, other = RecorderStatus(rows=1), RecorderStatus(rows=2)
    later = 2.0 + status.SAME_SECONDS
    told = [(one, 0.0), (one, 1.0), (other, 2.0), (other, later), (other, later + 1)]
    assert [is_written(*each) for each in told] == [True, False, True, True, False]


def test_what_could_not_be_written_is_tried_again(tmp_path: Path) -> None:
    teller, run = status.Teller(tmp_path / "run", "recorder"), tmp_path / "run"
    teller.tell(RecorderStatus(rows=1), 0.0)
    run.mkdir()
    teller.tell(RecorderStatus(rows=1), 1.0)
    assert (run / "recorder.json").exists()
