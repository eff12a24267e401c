# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisor with real child processes: they come back, they end in order, and nothing ends the loop."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from seen_processes import is_alive
from waiting import HANG_SECONDS, until

from appliance.process.children import Spec
from appliance.process.supervisor import Supervisor
from native.finder import VARIABLE
from store.base.pulse import ASLEEP

pytestmark = pytest.mark.process

# A supervisor of fake children, each a line of Python, given as JSON: [[role, code, is worker], …].
SUPERVISOR = """
import json, os, sys
from pathlib import Path
from appliance.process.children import Spec
from appliance.process import supervisor
from appliance.process.supervisor import Supervisor
from store.base import logs
supervisor.STOP_SECONDS = supervisor.WORKERS_STOP_SECONDS = supervisor.LISTEN_SECONDS = float(sys.argv[3])
logs.setup("supervisor")
run = Path(sys.argv[1])
children = json.loads(sys.argv[2])
def main(words):
    exec(words[0], {})
specs = [
    Spec(role, "__main__", (code,), worker=worker, drains=role == "recorder", sleeps=role == "webui")
    for role, code, worker in children
]
def daily():
    raise OSError("the disk is full")
raise SystemExit(Supervisor(specs, run, {**os.environ, "RUN": str(run)}, daily=daily).main())
"""
# Reports as a worker does, notes its end in a file that all share, and ends when it is asked to. An exception would be
# lost where the signal comes while a file is being closed.
GOOD = """
import os, signal, time
def end(*_):
    with open(os.environ["RUN"] + "/order", "a") as order:
        order.write("{role}\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
while True:
    open(os.environ["RUN"] + "/{role}.json", "w").write('{{"pid": ' + str(os.getpid()) + "}}")
    time.sleep(0.1)
"""


def good(role: str, worker: bool = False) -> tuple[str, str, bool]:
    return role, GOOD.format(role=role), worker


@contextmanager
def supervised(
    run: Path, *children: tuple[str, str, bool], stop_seconds: float = HANG_SECONDS
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SUPERVISOR, str(run), json.dumps(children), str(stop_seconds)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def status(run: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((run / "supervisor.json").read_text())
    except (OSError, ValueError):
        return {"children": []}
    return found


def child(run: Path, role: str) -> dict[str, Any]:
    return next((row for row in status(run)["children"] if row["role"] == role), {})


def pid_of(run: Path, role: str) -> int:
    """Of one look, since with the next it may be between two lives."""
    pids: list[int] = []
    until(lambda: (pid := child(run, role).get("pid")) and not pids.append(pid))
    return pids[0]


def stop(process: subprocess.Popen[str], signum: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(signum)
    _, log = process.communicate(timeout=HANG_SECONDS)
    return process.returncode, log


def test_a_killed_child_comes_back_and_is_counted(tmp_path: Path) -> None:
    with supervised(tmp_path, good("worker-1", True), good("webui")) as process:
        for role in ("worker-1", "webui"):
            old = pid_of(tmp_path, role)
            os.kill(old, signal.SIGKILL)
            until(lambda role=role, old=old: child(tmp_path, role).get("pid") not in (None, old))
            assert child(tmp_path, role)["restarts_last_minute"] == 1
        code, log = stop(process)
    assert code == 0
    assert log.count("was killed by SIGKILL; it is started again in 0.1 s") == 2
    assert "Traceback" not in log


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_workers_end_first_and_nothing_is_left(tmp_path: Path, signum: int) -> None:
    roles = ("recorder", "worker-1", "worker-2", "webui")
    with supervised(tmp_path, *(good(role, role.startswith("worker")) for role in roles)) as process:
        pids = [pid_of(tmp_path, role) for role in roles]
        until(lambda: all((tmp_path / f"{role}.json").exists() for role in roles))
        code, _ = stop(process, signum)
    assert code == 0
    order = (tmp_path / "order").read_text().split()
    assert sorted(order[:2]) == ["worker-1", "worker-2"]
    assert sorted(order[2:]) == ["recorder", "webui"]
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_one_that_keeps_ending_is_reported_while_the_others_live(tmp_path: Path) -> None:
    with supervised(tmp_path, good("worker-1", True), ("recorder", "raise SystemExit(3)", False)) as process:
        until(lambda: child(tmp_path, "recorder").get("state") == "failing")
        assert child(tmp_path, "worker-1")["state"] == "running"
        _, log = stop(process)
    assert "recorder ended with code 3" in log
    assert log.count("recorder has been restarted 5 times within a minute") == 1


def test_one_that_sleeps_is_left_asleep_and_started_as_it_is_wanted_by_then(tmp_path: Path) -> None:
    """A port that came late is served once somebody wakes it."""
    made = Supervisor([Spec("webui", "fake", ("before",), sleeps=True)], tmp_path, {})
    asleep = made.children[0]
    asleep.asleep = True
    made.renew([Spec("webui", "fake", ("with the late port",), sleeps=True)])
    assert asleep.asleep and asleep.spec.arguments == ("with the late port",)


def test_one_that_falls_asleep_is_not_restarted_and_no_fault(tmp_path: Path) -> None:
    falls = f"raise SystemExit({ASLEEP})"
    with supervised(tmp_path, ("webui", falls, False), good("worker-1", True)) as process:
        until(lambda: child(tmp_path, "webui").get("state") == "asleep")
        os.kill(pid_of(tmp_path, "worker-1"), signal.SIGKILL)
        until(lambda: child(tmp_path, "worker-1").get("restarts_last_minute") == 1)
        assert child(tmp_path, "webui") == {
            "role": "webui", "pid": None, "started": None, "restarts_last_minute": 0, "state": "asleep"
        }
        code, log = stop(process)
    assert code == 0 and log.count("webui started") == 1 and "webui ended" not in log


def test_a_child_that_does_not_end_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "open(os.environ['RUN'] + '/deaf', 'w'); signal.pause()"
    )
    with supervised(tmp_path, ("webui", deaf, False), stop_seconds=0.5) as process:
        until((tmp_path / "deaf").exists)
        code, log = stop(process)
    assert code == 0
    assert "webui did not end in time; it is killed" in log


def test_a_recorder_that_is_still_starting_is_not_told_to_end_before_it_can_hear(tmp_path: Path) -> None:
    role, code, _ = good("recorder")
    with supervised(tmp_path, (role, "import time; time.sleep(0.7)\n" + code, False)) as process:
        pid_of(tmp_path, "recorder")
        code_of_exit, _ = stop(process)
    assert code_of_exit == 0
    assert (tmp_path / "order").read_text() == "recorder\n"


def test_a_hangup_restarts_the_workers_one_after_another(tmp_path: Path) -> None:
    with supervised(tmp_path, good("worker-1", True), good("worker-2", True), good("webui")) as process:
        before = {role: pid_of(tmp_path, role) for role in ("worker-1", "worker-2", "webui")}
        until(lambda: all((tmp_path / f"{role}.json").exists() for role in before))
        process.send_signal(signal.SIGHUP)
        until(lambda: child(tmp_path, "worker-2").get("pid") not in (None, before["worker-2"]))
        after = {role: pid_of(tmp_path, role) for role in before}
        restarts = child(tmp_path, "worker-1")["restarts_last_minute"]
        stop(process)
    assert after["webui"] == before["webui"]
    assert after["worker-1"] != before["worker-1"]
    assert restarts == 0
    assert (tmp_path / "order").read_text().split()[:2] == ["worker-1", "worker-2"]


def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    with supervised(tmp_path, good("worker-1", True), good("webui")) as process:
        pids = [pid_of(tmp_path, role) for role in ("worker-1", "webui")]
        until(lambda: all((tmp_path / f"{role}.json").exists() for role in ("worker-1", "webui")))
        process.kill()
        until(lambda: not any(map(is_alive, pids)))


def test_what_fails_beside_the_loop_is_logged_and_survived(tmp_path: Path) -> None:
    with supervised(tmp_path, good("worker-1", True)) as process:
        pid_of(tmp_path, "worker-1")
        code, log = stop(process)
    assert code == 0
    assert "WARNING the disk is full" in log


def test_machine_code_that_crashes_in_what_is_no_child_counts_too(tmp_path: Path) -> None:
    """A run of moments and one of what makes ready: two are enough, and all that starts from then on is plain."""
    environ: dict[str, str] = {}
    supervisor = Supervisor([], tmp_path, environ)
    supervisor.note_end(True, 0, "evidence ended")
    supervisor.note_end(True, -signal.SIGILL, "prepare was killed by SIGILL")
    assert not environ
    supervisor.note_end(True, -signal.SIGSEGV, "evidence was killed by SIGSEGV")
    assert environ == {VARIABLE: "off"}
