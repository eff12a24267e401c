# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever of a running appliance is stopped comes back, DNS within seconds; nothing outlives a killed supervisor."""

import os
import signal
from pathlib import Path

import pytest
from running_appliance import RunningAppliance, StartAppliance
from seen_processes import is_alive
from waiting import until

from store.base.pulse import is_stopped

pytestmark = pytest.mark.process


def pid_of(one: RunningAppliance, role: str) -> int:
    """Of one look, since with the next it may be between two lives."""
    pids: list[int] = []
    until(lambda: (pid := one.children().get(role, {}).get("pid")) and not pids.append(pid))
    return pids[0]


def test_each_child_that_is_stopped_comes_back_and_dns_with_it(state: Path, appliance: StartAppliance) -> None:
    one = appliance(state)
    until(lambda: one.answers() and one.serves_pages() and one.is_up("recorder") and one.is_up("worker-2"))
    for roles in (("worker-1", "worker-2"), ("recorder",), ("webui",)):
        before = {role: pid_of(one, role) for role in roles}
        for pid in before.values():
            os.kill(pid, signal.SIGSTOP)
            until(lambda pid=pid: is_stopped(pid))
        until(lambda before=before: all(pid_of(one, role) != pid for role, pid in before.items()))
        until(one.answers)
    until(lambda: one.serves_pages() and one.is_up("recorder"))
    assert one.stop() == 0


def test_nobody_outlives_a_supervisor_that_was_killed_not_even_who_was_stopped(
    state: Path, appliance: StartAppliance
) -> None:
    one = appliance(state)
    until(lambda: one.answers() and one.serves_pages() and one.is_up("recorder"))
    pids = [pid_of(one, role) for role in ("worker-1", "worker-2", "recorder", "webui")]
    pids += [pid for child in one.children().values() if (pid := child["pid"]) and pid not in pids]
    for role in ("recorder", "webui"):
        os.kill(pid_of(one, role), signal.SIGSTOP)
    one.process.kill()
    one.process.wait()
    until(lambda: not any(map(is_alive, pids)))
