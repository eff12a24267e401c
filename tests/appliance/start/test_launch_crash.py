# SPDX-License-Identifier: GPL-3.0-or-later
"""An appliance with machine code that crashes goes on answering in plain Python, says so, and starts so the next time.

Where `make compiled` was not called there is nothing of this to see.
"""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from running_appliance import RunningAppliance, StartAppliance, Telltale
from seen_processes import children
from waiting import until

from native import crash_mark, finder
from native.finder import VARIABLE, Way
from store.base import status
from wire import names

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(
        not names or finder.running().way != Way.COMPILED, reason="there is no machine code: `make compiled`"
    ),
]
TOLD = "Compiled code crashed 2 times; plain Python does its work."


def way_of(one: RunningAppliance) -> Way:
    said = status.read_live(one.run).supervisor
    return said.code.way if said else Way.PLAIN


def pid_of(one: RunningAppliance, role: str) -> int | None:
    return one.children().get(role, {}).get("pid")


def is_plain(one: RunningAppliance, role: str) -> bool:
    """Whether there is no machine code of ours in its memory."""
    try:
        return b"/native/built/" not in Path(f"/proc/{pid_of(one, role)}/maps").read_bytes()
    except OSError:
        return False


def crash(one: RunningAppliance, role: str, signum: int) -> None:
    """End a child as a fault would, and wait until there is another.

    Its status says nothing of it: a fork of who stands by writes that one's.
    """
    until(lambda: pid_of(one, role))
    old = pid_of(one, role)
    assert old is not None
    os.kill(old, signum)
    until(lambda: pid_of(one, role) not in (None, old))


def test_dns_goes_on_in_plain_python_and_the_next_start_is_plain(
    state: Path, appliance: StartAppliance, telltale: Telltale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    one = appliance(state)
    until(lambda: one.answers() and way_of(one) == Way.COMPILED)
    crash(one, "worker-1", signal.SIGSEGV)
    until(one.answers)
    assert way_of(one) == Way.COMPILED and not is_plain(one, "worker-1")
    crash(one, "worker-1", signal.SIGILL)
    until(one.answers)
    until(lambda: all(is_plain(one, role) for role in ("worker-1", "worker-2")))
    until(lambda: one.answers() and way_of(one) == Way.CRASHED)
    where = {"TELLTALE_RUN": str(one.run)}
    assert TOLD in telltale("health", "--state", str(state), **where).stdout
    doctor = telltale("doctor", "--state", str(state), **where).stdout
    assert TOLD in doctor and "`make compiled`" in doctor
    crash(one, "recorder", signal.SIGKILL)
    until(lambda: one.is_up("recorder"))
    assert is_plain(one, "recorder"), "whatever starts from now on is plain"
    for role in ("worker-1", "worker-2"):
        crash(one, role, signal.SIGKILL)
    until(one.answers)
    assert one.stop() == 0
    assert one.said().count("compiled code crashed 2 times") == 1 and "Traceback" not in one.said()
    assert crash_mark.crashes(state) == 2
    again = appliance(state)
    until(lambda: again.answers() and way_of(again) == Way.CRASHED)
    assert is_plain(again, "worker-1")
    assert TOLD in telltale("--state", str(state), "--version").stdout
    assert again.stop() == 0


def test_a_supervisor_that_died_of_it_starts_plain(
    state: Path, appliance: StartAppliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    one = appliance(state)
    until(lambda: one.answers() and way_of(one) == Way.COMPILED)
    assert one.stop(signal.SIGBUS) == -signal.SIGBUS
    again = appliance(state)
    until(lambda: again.answers() and way_of(again) == Way.CRASHED)
    assert again.stop() == 0
    (state / crash_mark.NAME).unlink()
    third = appliance(state)
    until(lambda: third.answers() and way_of(third) == Way.COMPILED)
    assert third.stop() == 0


def test_who_stands_by_dies_as_its_fork_did(
    state: Path, appliance: StartAppliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the supervisor hears of it: a packet that kills a worker would kill the fork that takes it over."""
    monkeypatch.delenv(VARIABLE, raising=False)
    one = appliance(state)
    until(lambda: one.answers() and one.is_up("worker-1") and one.is_up("worker-2"))  # nobody's fork answers yet
    standing = pid_of(one, "worker-2")
    assert standing

    def its_fork_dies() -> bool:
        """An owner that is stopped is started anew soon, and on a busy machine maybe before anybody was forked."""
        with suppress(OSError, TypeError):
            os.kill(pid_of(one, "worker-1"), signal.SIGSTOP)  # type: ignore[arg-type]
        one.response("telltale", 0.3)
        for fork in children(standing):
            os.kill(fork, signal.SIGSEGV)
            return True
        return False

    until(its_fork_dies)
    until(lambda: pid_of(one, "worker-2") not in (None, standing))
    assert "worker-2 was killed by SIGSEGV" in one.said()
    until(one.answers)
    assert one.stop() == 0
