# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on what runs."""

import resource
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from appliance.doctor import processes
from appliance.doctor.finding import BAD, OK, WARNING, Patient
from store.base import db
from store.config import devices
from store.config.settings import Settings


def patient(state: Path, **status: Any) -> Patient:
    return Patient(state, {}, Settings(), {role.replace("_", "-"): values for role, values in status.items()})


def test_a_child_that_keeps_ending(prepared: Path) -> None:
    bad = patient(prepared, supervisor={"children": [{"role": "webui", "state": "failing"}]})
    assert [(f.state, "webui" in f.text) for f in processes.children(bad)] == [(BAD, True)]
    good = patient(prepared, supervisor={"children": [{"role": "webui", "state": "running"}]})
    assert [f.state for f in processes.children(good)] == [OK]


def test_dropped_records_and_a_log_that_cannot_be_written(prepared: Path) -> None:
    status = {"supervisor": {}, "worker_1": {"dropped": 3}, "worker_2": {"dropped": 4}, "recorder": {"error": "full"}}
    found = list(processes.records(patient(prepared, **status)))
    assert [finding.state for finding in found] == [BAD, WARNING]
    assert "7 records" in found[1].text


def test_one_client_is_a_bridge_or_a_router(state: Path) -> None:
    def seen(*addresses: str) -> str:
        with closing(db.connect(state / "config.db")) as con:
            for address in addresses:
                devices.sighted(con, address, now=1_800_000_000)
        (found,) = processes.clients(patient(state))
        return f"{found.state}: {found.text}"

    assert seen().startswith("warning: No device")
    assert seen("127.0.0.1").startswith("ok")
    assert seen("172.17.0.1").startswith("warning: All queries come from 172.17.0.1")
    assert seen("192.168.1.20").startswith("ok")


def test_a_clock_that_is_long_before_the_installation(prepared: Path) -> None:
    lost = Patient(prepared, {}, Settings(), {}, now=0.0)
    assert [f.state for f in processes.clock(lost)] == [BAD]
    assert [f.state for f in processes.clock(patient(prepared))] == [OK]


def test_few_files(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for hard, states in ((1024, [WARNING]), (65536, []), (resource.RLIM_INFINITY, [])):
        monkeypatch.setattr(resource, "getrlimit", lambda _, hard=hard: (1024, hard))
        assert [f.state for f in processes.limits(patient(prepared))] == states
