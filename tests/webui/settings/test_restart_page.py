# SPDX-License-Identifier: GPL-3.0-or-later
"""What waits for a restart, who can be asked for one, and that its end is told."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from store.base import status
from store.base.process_status import Statuses, SupervisorStatus, WorkerStatus
from store.config import edit
from webui.settings import restarting


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, int]]]:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(restarting.os, "kill", lambda pid, number: sent.append((pid, number)))
    yield sent


def supervised(newcomer: Any, **fields: Any) -> None:
    status.publish(newcomer.home.run, "supervisor", SupervisorStatus(
        wanted_dns=("0.0.0.0:53", "[::]:53"), wanted_web="0.0.0.0:80", workers=1, **fields,
    ))  # fmt: skip


def test_a_setting_that_waits_for_a_restart_is_told(newcomer: Any) -> None:
    supervised(newcomer)
    assert 'id="restart"' not in newcomer.get("/settings").text
    edit.put_settings(newcomer.engine(), {"workers": 3})
    newcomer.form("/settings/speed", workers="2")
    page = newcomer.get("/settings/speed").text
    assert "Takes a restart: Resolver workers" in page
    assert "please end and start it where you started it" in page and "Restart now" not in page
    assert newcomer.form("/settings/restart/all").status_code == 409


def test_workers_are_replaced_and_the_end_is_told(newcomer: Any, signals: list[tuple[int, int]]) -> None:
    supervised(newcomer)
    status.publish(newcomer.home.run, "worker-1", WorkerStatus())
    where = newcomer.form("/settings/restart/workers").headers["location"]
    assert signals == [(os.getpid(), signal.SIGHUP)]
    assert where.startswith("/settings/health?restarted=workers.") and where.endswith("#restart")
    stamp = where.partition("=")[2].partition("#")[0]
    assert "It is starting anew." in newcomer.get(where).text
    part = newcomer.get("/settings/restart", params={"before": stamp}, headers={"HX-Request": "true"}).text
    assert "It is starting anew." in part and f"before={stamp}" in part
    old = f"workers.{stamp.split('.')[1]}.1"
    part = newcomer.get("/settings/restart", params={"before": old}, headers={"HX-Request": "true"}).text
    assert "Done: it has started anew." in part and "hx-get" not in part


def test_without_an_appliance_nothing_is_asked(newcomer: Any, signals: list[tuple[int, int]]) -> None:
    assert newcomer.form("/settings/restart/workers").status_code == 503 and signals == []


def test_all_of_it_is_done_once_another_supervisor_is_there() -> None:
    statuses = Statuses(supervisor=SupervisorStatus(pid=8))
    now = "9999999999"
    assert restarting.is_done(statuses, f"all.{now}.7") and not restarting.is_done(statuses, f"all.{now}.8")
    assert not restarting.is_done(replace(statuses, supervisor=None), f"all.{now}.7")
    assert restarting.is_done(replace(statuses, supervisor=None), "all.1.7"), "nobody waits for ever"


@pytest.mark.parametrize("text", ["", "all", "all.", "all.x.1", "some.1.2", "all.1.-2", "workers.1.²"])
def test_what_is_no_stamp_is_none(text: str) -> None:
    assert not restarting.is_stamp(text)
