# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale run` with its real children on loopback ports: it answers, it survives, and it says what is wrong."""

import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from running_appliance import RunningAppliance, StartAppliance, Telltale
from seen_processes import descriptors, is_alive
from waiting import HANG_SECONDS, until

from appliance.start import launch
from store.base import db
from store.base.pulse import is_stopped
from store.config import lists, session
from wire.names import to_wire

BLOCKED = "data.mistat.xiaomi.com"
def test_a_first_start_answers_and_shows_the_way(tmp_path: Path, appliance: StartAppliance) -> None:
    one = appliance(tmp_path / "new")
    until(lambda: one.blocks(BLOCKED))
    until(lambda: "Pages" in one.said())
    said = one.said()
    assert f"http://127.0.0.1:{one.web}/" in said
    assert "Set-up  code" in said
    assert one.stop() == 0
    assert (tmp_path / "new" / "config.db.bak").exists()


def test_a_toggle_from_the_command_line_acts_within_a_second_or_so(
    state: Path, appliance: StartAppliance, telltale: Telltale
) -> None:
    one = appliance(state)
    until(lambda: one.blocks(BLOCKED))
    assert telltale("lists", "off", "pack:xiaomi", "--state", str(state)).returncode == 0
    until(lambda: not one.blocks(BLOCKED))
    assert telltale("lists", "on", "pack:xiaomi", "--state", str(state)).returncode == 0
    until(lambda: one.blocks(BLOCKED))
    assert telltale("health", "--state", str(state), TELLTALE_RUN=str(one.run)).returncode == 0


def test_signals_that_mean_nothing_here_end_nothing_and_a_second_appliance_is_refused(
    state: Path, appliance: StartAppliance, telltale: Telltale
) -> None:
    one = appliance(state)
    roles = {"recorder", "worker-1", "webui"}
    until(lambda: one.answers() and one.serves_pages())
    before = pids(one, roles)
    for pid in (one.process.pid, *before.values()):
        for signum in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGIO, signal.SIGPROF):
            os.kill(pid, signum)
    second = telltale("run", "--state", str(state), "--dns", "127.0.0.1:0", "--web", "127.0.0.1:0")
    assert second.returncode == 1 and second.stdout == "" and second.stderr.count("\n") == 1
    assert "already runs" in second.stderr
    assert one.process.poll() is None and one.answers(HANG_SECONDS) and one.serves_pages()
    assert pids(one, roles) == before
    os.kill(one.process.pid, signal.SIGKILL)
    one.process.wait()
    again = appliance(state)
    until(again.answers)
    assert again.stop() == 0


def pids(one: RunningAppliance, roles: Iterable[str]) -> dict[str, int]:
    """Of these children, once each of them runs."""
    told = list[dict[str, int | None]]()

    def all_run() -> bool:
        told.append({role: one.children().get(role, {}).get("pid") for role in roles})
        return None not in told[-1].values()

    until(all_run)
    return {role: pid for role, pid in told[-1].items() if pid is not None}


@pytest.mark.slow
def test_each_child_comes_back_when_it_is_killed(state: Path, appliance: StartAppliance) -> None:
    one = appliance(state)
    roles = ("recorder", "worker-1", "webui")
    until(one.answers)
    for role, old in pids(one, roles).items():
        os.kill(old, signal.SIGKILL)
        until(lambda role=role, old=old: pids(one, [role])[role] != old)
        until(one.answers)
    until(one.serves_pages)
    assert one.stop() == 0


def test_a_busy_port_is_told_in_one_sentence(state: Path, telltale: Telltale) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        done = telltale("run", "--state", str(state), "--dns", f"127.0.0.1:{port}", "--web", "127.0.0.1:0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"port {port}" in done.stderr
    assert f"process {os.getpid()}" in done.stderr


def test_a_corrupt_config_is_restored_and_said(state: Path, appliance: StartAppliance) -> None:
    engine = session.engine(state)
    assert lists.blocklists(engine)
    shutil.copy(state / "config.db", state / "config.db.bak")
    (state / "config.db").write_bytes(b"this is no database" * 500)
    one = appliance(state)
    until(lambda: one.blocks(BLOCKED))
    until(lambda: "restored from the copy" in one.said())
    assert list(state.glob("config.db.corrupt-*"))


def test_a_corrupt_index_is_compiled_anew(state: Path, appliance: StartAppliance) -> None:
    path = state / "index" / "current.idx"
    path.write_bytes(path.read_bytes()[:1000])
    one = appliance(state)
    until(lambda: one.blocks(BLOCKED))
    until(lambda: "compiled anew" in one.said())


def read_only(folder: Path) -> bool:
    """Make a folder read-only even for root; False where that cannot be done."""
    if os.geteuid() != 0:
        folder.chmod(0o500)
        return True
    for command in (["mount", "--bind", folder, folder], ["mount", "-o", "remount,ro,bind", folder]):
        if subprocess.run(command, check=False, capture_output=True).returncode != 0:
            return False
    return True


def writable_again(folder: Path) -> None:
    if os.geteuid() == 0:
        subprocess.run(["umount", "-l", folder], check=False)
    else:
        folder.chmod(0o700)


def test_a_read_only_directory_still_answers_dns(state: Path, appliance: StartAppliance) -> None:
    if not read_only(state):
        pytest.skip("this machine does not allow read-only mounts")
    try:
        one = appliance(state)
        until(lambda: one.blocks(BLOCKED))
        until(lambda: "cannot be written" in one.said())
        until(lambda: one.serves_pages() and one.fallbacks())
        writable_again(state)
        until(lambda: not one.fallbacks() and one.is_up("recorder"))
        until(lambda: (state / "querylog.db").exists())
        assert one.stop() == 0
    finally:
        writable_again(state)


def test_a_read_only_directory_with_nothing_in_it_is_fatal(tmp_path: Path, telltale: Telltale) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    if not read_only(folder):
        pytest.skip("this machine does not allow read-only mounts")
    try:
        done = telltale("run", "--state", str(folder), "--dns", "127.0.0.1:0", "--web", "127.0.0.1:0")
    finally:
        writable_again(folder)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "make it writable" in done.stderr


def test_dns_is_answered_from_a_newer_database_which_is_left_alone(state: Path, appliance: StartAppliance) -> None:
    with closing(sqlite3.connect(state / "config.db")) as con:
        con.execute("PRAGMA user_version = 9999")
    before = (state / "config.db").read_bytes()
    one = appliance(state)
    until(lambda: one.blocks(BLOCKED))
    until(lambda: "install the newer Telltale" in one.said() and "worker-2" in one.children())
    assert not {"webui", "recorder"} & set(one.children())
    until(lambda: any("newer" in text for text in one.fallbacks()))
    assert (state / "config.db").read_bytes() == before
    with closing(sqlite3.connect(state / "config.db")) as con:  # the newer Telltale took it back
        con.execute(f"PRAGMA user_version = {db.migrate(state / 'config.db.bak')}")
    until(lambda: one.serves_pages() and one.is_up("recorder"))
    until(lambda: not one.fallbacks())


def test_records_are_kept_when_it_stops(state: Path, appliance: StartAppliance) -> None:
    counts = [0]

    def ended_in_time() -> bool:
        """Nobody had to be killed: on a busy machine that may be, and then what waited there is lost."""
        one = appliance(state)
        until(lambda: one.answers() and one.is_up("recorder"))  # on a busy machine it begins long after DNS
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            for number in range(50):
                query = bytes([0, number]) + b"\1\0\0\1\0\0\0\0\0\0" + to_wire(BLOCKED) + b"\0\1\0\1"
                sock.sendto(query, ("127.0.0.1", one.port))
            sock.settimeout(HANG_SECONDS)
            for _ in range(50):
                sock.recv(512)
        assert one.stop() == 0
        with closing(sqlite3.connect(state / "querylog.db")) as con:
            sql = "SELECT count(*) FROM queries WHERE name = ? AND verdict = 'BLOCK'"
            counts.append(con.execute(sql, (BLOCKED,)).fetchone()[0])
        return "did not end in time" not in one.said()

    until(ended_in_time)
    assert counts[-1] - counts[-2] == 50


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_becomes_the_user_that_is_named(tmp_path: Path, appliance: StartAppliance) -> None:
    tmp_path.chmod(0o711)
    for folder in tmp_path.parents[:3]:  # with several cores at work the folder lies one deeper
        folder.chmod(folder.stat().st_mode | 0o011)
    one = appliance(tmp_path / "new", "--user", "nobody")
    until(lambda: one.answers() or one.process.poll() is not None)
    if one.process.poll() is not None:
        pytest.skip(f"the interpreter cannot be read by another user here: {one.said()[-200:]}")
    nobody = pwd.getpwnam("nobody").pw_uid
    assert Path(f"/proc/{one.process.pid}").stat().st_uid == nobody
    assert (tmp_path / "new" / "config.db").stat().st_uid == nobody


def test_a_worker_that_hangs_leaves_its_queries_to_the_one_that_stands_by(
    state: Path, appliance: StartAppliance
) -> None:
    one = appliance(state)
    until(lambda: one.blocks(BLOCKED))
    until(lambda: one.is_up("worker-2"))  # from then on it watches its siblings' sockets

    def another_answers() -> bool:
        """The only worker with sockets of its own does nothing, from before the question until after the answer: on a
        busy machine it may be started anew meanwhile, and then the answer proves nothing."""
        first = pids(one, ["worker-1"])["worker-1"]
        with suppress(ProcessLookupError):
            os.kill(first, signal.SIGSTOP)
        try:
            until(lambda: is_stopped(first) or not is_alive(first))
            return one.blocks(BLOCKED) and is_stopped(first)
        finally:
            with suppress(ProcessLookupError):
                os.kill(first, signal.SIGCONT)

    until(another_answers)
    assert one.stop() == 0


def listens(pid: int, port: int) -> bool:
    """Whether a process has the socket that listens for TCP on a loopback port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (inode,) = [row[9] for row in rows if row[1] == f"0100007F:{port:04X}" and row[3] == "0A"]
    return f"socket:[{inode}]" in descriptors(pid).values()


def test_workers_beyond_the_cores_stand_by(state: Path, appliance: StartAppliance) -> None:
    cores = len(os.sched_getaffinity(0))
    one = appliance(state, "--workers", str(cores + 2))
    until(lambda: one.blocks(BLOCKED))
    until(lambda: all(one.is_up(f"worker-{number}") for number in range(1, cores + 3)))
    own = [listens(pid, one.port) for pid in pids(one, [f"worker-{n}" for n in range(1, cores + 3)]).values()]
    assert own == [True] * cores + [False] * 2
    for _ in range(30):
        assert one.answers(HANG_SECONDS), "wherever the kernel sends a query, somebody has the socket"
    assert one.stop() == 0


@pytest.mark.parametrize(("workers", "cores", "answering"), [(1, 4, 1), (4, 4, 4), (4, 2, 2), (3, 1, 1)])
def test_no_more_workers_have_sockets_than_there_are_cores(
    monkeypatch: pytest.MonkeyPatch, workers: int, cores: int, answering: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert launch.answering(workers) == answering
    assert launch.processes(workers) >= 2
