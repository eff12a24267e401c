# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log tells: kinds by names asked, and a router that stands for all, until it is mended."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from network import own_addresses, routes
from resolver.recorder import identify, log_insight
from store.base import db, status
from store.base.hidden_home import Cause, HiddenHome
from store.config import devices
from store.devices import sightings_store
from store.log import querylog

pytestmark = pytest.mark.database

ROUTER, PHONE, OURS = "192.168.1.1", "192.168.1.20", "127.0.0.1"
NOW = 1_790_000_000.0


class Log:
    """A log that tells what a test says: queries by device in the last hours and minutes, names by device."""

    def __init__(self) -> None:
        self.hours: dict[int, int] = {}
        self.minutes: dict[int, int] = {}
        self.names: dict[int, list[str]] = {}

    def name_queries(self, *_: object) -> list[Any]:
        return [SimpleNamespace(device_id=number, name=name) for number in self.names for name in self.names[number]]

    def device_queries(self, from_us: int, to_us: int) -> dict[int, int]:
        return self.minutes if to_us - from_us < 3_600_000_000 else self.hours

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def ids(state: Path) -> dict[str, int]:
    with closing(db.connect(state / "config.db")) as con:
        return {at: sightings_store.sighted(con, at) for at in (ROUTER, PHONE, OURS)}


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(routes, "router", lambda: ROUTER)
    monkeypatch.setattr(identify, "named_by_itself", lambda address: "fritz")
    monkeypatch.setattr(own_addresses, "towards", lambda address: "192.168.1.5")
    monkeypatch.setattr(log_insight, "_CONTAINER", ())
    made = Log()
    monkeypatch.setattr(log_insight, "open_reader", lambda _: made)
    return made


def look(state: Path, log: Log) -> HiddenHome:
    return log_insight.look(state, NOW, lambda _: log)  # type: ignore[arg-type, return-value]


def test_a_router_that_asks_for_all_is_told_until_devices_ask_for_themselves(
    ids: dict[str, int], log: Log, state: Path
) -> None:
    log.hours = {ids[ROUTER]: 500, ids[OURS]: 9000}
    hidden = look(state, log)
    assert (hidden.cause, hidden.address, hidden.share) == (Cause.ROUTER, ROUTER, 1.0), "our own queries do not count"
    assert (hidden.brand, hidden.here) == ("FRITZ!Box", ("192.168.1.5",))
    log.minutes = {ids[PHONE]: 20, 77: 20, 78: 20}
    assert not look(state, log).cause


def test_kinds_are_learnt_from_names(ids: dict[str, int], log: Log, state: Path) -> None:
    log.names = {ids[PHONE]: ["epdg.epc.mnc001.mcc262.pub.3gppnetwork.org"], 99: ["api.lgtvsdp.com"]}
    look(state, log)
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        assert devices.devices(con, ids[PHONE])[0].found_kind == "phone"


def test_many_kinds_behind_one_address(ids: dict[str, int], log: Log, state: Path) -> None:
    log.hours = {ids[PHONE]: 500}
    log.names = {ids[PHONE]: ["a.pub.3gppnetwork.org", "api.lgtvsdp.com", "ctest.cdn.nintendo.net"]}
    hidden = look(state, log)
    assert (hidden.cause, hidden.address) == (Cause.MASKED, PHONE)


@pytest.mark.process
def test_a_run_tells_what_it_saw_in_its_status(ids: dict[str, int], state: Path) -> None:
    """Without a log it says that there was nothing to look at, and tells nothing."""
    command = [sys.executable, "-m", "resolver.recorder.log_insight", "--state", str(state), "--run", str(state)]
    assert subprocess.run(command, check=False).returncode == log_insight.UNREAD
    assert status.read(state).insight is None
    querylog.open_log(state / "querylog.db").close()
    assert subprocess.run(command, check=False).returncode == 0
    told = status.read_live(state).insight
    assert told is not None and not told.hidden_home.cause
