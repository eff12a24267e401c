# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor on what runs. That it says what all others say: test_processes_agree.py."""

from dataclasses import replace
from pathlib import Path

from observed import observed

from appliance.doctor import processes
from appliance.doctor.examined import BAD, OK, WARNING, Finding
from native.finder import Way
from store.base.process_status import (
    ChildState,
    ChildStatus,
    RecorderStatus,
    SupervisorStatus,
    UpdaterStatus,
    WorkerStatus,
)

SUPERVISOR = SupervisorStatus(children=tuple(map(ChildStatus, ("webui", "worker-1", "recorder"))))
WORKERS = {"worker-1": WorkerStatus()}
WELL = {"supervisor": SUPERVISOR, "workers": WORKERS, "recorder": RecorderStatus(), "updater": UpdaterStatus()}


def test_what_is_well_is_said_in_three_lines(prepared: Path) -> None:
    """The updater was started by hand once, and is none of them."""
    assert list(processes.health(observed(prepared, **WELL))) == [
        Finding("processes", OK, "4 processes run."),
        Finding("code", OK, "Plain Python."),
        Finding("query log", OK, "The query log is written, and no record was dropped."),
    ]


def test_code_that_was_compiled_since_the_start_is_a_note(prepared: Path) -> None:
    _, code, since, _ = processes.health(replace(observed(prepared, **WELL), way=Way.COMPILED))
    assert (code.state, code.text, since.state) == (OK, "Plain Python.", WARNING)
    assert since.cure == "Restart Telltale; it takes it up."


def test_what_does_not_do_its_work_is_bad(prepared: Path) -> None:
    failing = SupervisorStatus(children=(ChildStatus("webui", state=ChildState.FAILING),))
    found = list(processes.health(observed(prepared, **WELL | {"supervisor": failing}, answers=False)))
    assert [(f.check, f.state) for f in found] == [
        ("dns_silent", BAD), ("restarting", BAD), ("code", OK), ("query log", OK)
    ]  # fmt: skip
    assert all(finding.cure for finding in found[:2])


def test_what_is_worth_knowing_is_a_note(prepared: Path) -> None:
    dropped = {"worker-1": WorkerStatus(dropped=3), "worker-2": WorkerStatus(dropped=4)}
    found = list(processes.health(observed(prepared, **WELL | {"workers": dropped})))
    assert [(finding.check, finding.state) for finding in found] == [
        ("dropped", WARNING), ("processes", OK), ("code", OK)
    ]  # fmt: skip
    assert found[0].text.startswith("7 queries")


def test_nothing_is_said_to_run_where_nothing_does(prepared: Path) -> None:
    found = list(processes.health(observed(prepared, answers=False)))
    assert [(finding.check, finding.state) for finding in found] == [("dns_silent", BAD), ("not_running", BAD)]
