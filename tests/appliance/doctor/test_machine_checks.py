# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on the machine."""

import os
import resource
from dataclasses import replace
from pathlib import Path

import pytest
from observed import observed

from appliance.doctor import machine_checks
from appliance.doctor.examined import BAD, OK, WARNING
from appliance.doctor.observation import Observation
from firewall import topology
from firewall.topology import Role, Topology
from store.base.process_status import ChildStatus, FirewallStatus, Statuses, SupervisorStatus
from store.config.choices import WallMode
from store.config.settings import Settings


def test_a_clock_that_is_long_before_the_installation(prepared: Path) -> None:
    assert [f.state for f in machine_checks.clock(observed(prepared, now=0.0))] == [BAD]
    assert [f.state for f in machine_checks.clock(observed(prepared))] == [OK]
    assert [f.state for f in machine_checks.clock(observed(prepared, now=9e9))] == [BAD], "in 2255"


@pytest.mark.parametrize(("kept", "state"), [(True, OK), (False, WARNING)])
def test_a_clock_that_nobody_keeps_is_told_of_where_it_matters(
    prepared: Path, kept: bool, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_checks, "_is_kept", lambda: kept)
    assert [f.state for f in machine_checks.clock(observed(prepared))] == [OK], "nothing here depends on it"
    for settings in (Settings(dnssec="validate"), Settings(upstreams=("tls://9.9.9.9#dns.quad9.net",))):
        (found,) = machine_checks.clock(replace(observed(prepared), settings=settings))
        assert found.state == state


def test_the_kernel_is_asked_whether_somebody_keeps_the_clock() -> None:
    assert machine_checks._is_kept() in (True, False)


def test_a_wall_that_sees_nothing_says_why(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topology, "look", lambda: Topology(Role.GATEWAY))
    without = Statuses(supervisor=SupervisorStatus(children=(ChildStatus("worker-1"),)))
    watching = Statuses(supervisor=SupervisorStatus(), firewall=FirewallStatus(standing=True))
    for mode, live, states in (("off", without, []), ("watch", without, [WARNING]), ("watch", watching, [OK])):
        seen = walled(prepared, mode, live)
        assert [finding.state for finding in machine_checks.wall(seen)] == states
    (finding,) = machine_checks.wall(walled(prepared, "watch", without))
    assert "not visible from here" in finding.text and "cap_add" in finding.cure


def walled(state: Path, mode: str, live: Statuses) -> Observation:
    return replace(observed(state), live=live, settings=Settings(wall=WallMode(mode)))
def test_root_is_told_of_with_the_cure(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = observed(prepared)
    assert list(machine_checks.user(seen)) == [], "it does not run"
    running = observed(prepared, supervisor=SupervisorStatus(pid=os.getpid()))
    for uid, states in ((0, [WARNING]), (1000, [])):
        stat = os.stat_result((0o700, 0, 0, 1, uid, uid, 0, 0, 0, 0))
        with monkeypatch.context() as patched:
            patched.setattr(Path, "stat", lambda *_, stat=stat, **__: stat)
            findings = list(machine_checks.user(running))
        assert [found.state for found in findings] == states
        assert all("useradd" in found.cure for found in findings)


def test_few_files(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for hard, states in ((1024, [WARNING]), (65536, []), (resource.RLIM_INFINITY, [])):
        monkeypatch.setattr(resource, "getrlimit", lambda _, hard=hard: (1024, hard))
        assert [f.state for f in machine_checks.limits(observed(prepared))] == states
