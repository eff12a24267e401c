# SPDX-License-Identifier: GPL-3.0-or-later
"""What the keeper does when, with a probe and a server in memory; test_whole.py has real ones."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dhcp import keeper
from dhcp.keeper import Keeper
from dhcp.lease_plan import Uplink
from store.base import db, status
from store.base.process_status import DhcpState, DhcpStatus
from store.config import edit
from store.config.session import engine

pytestmark = pytest.mark.database

LINKS = [{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.1.2", "prefixlen": 24}]}]


class Probe:
    """One that is over at once; `answers` are on the link."""

    answers: set[str] = set()  # noqa: RUF012 - the link's
    begun = 0

    def __init__(self, interface: str) -> None:
        self.interface, self.servers = interface, Probe.answers | {"192.168.1.2"}
        Probe.begun += 1

    def over(self) -> bool:
        return True

    def close(self) -> None:
        pass


class Server:
    def __init__(self, state: Path) -> None:
        self.pid, self.error, self.text = 0, "", ""

    def rest(self, now: float) -> float:
        return float("inf")

    def sources(self) -> list[object]:
        return []

    def serve(self, text: str, now: float) -> None:
        self.pid, self.text = 77, text

    def stop(self) -> None:
        self.pid = 0


class Home:
    def __init__(self, folder: Path) -> None:
        self.state, self.run, self.now = folder / "state", folder / "run", 1000.0
        db.open_config(self.state)
        self.run.mkdir()
        self.keeper = Keeper(self.state, self.run, {})

    def put(self, **values: object) -> None:
        edit.put_settings(engine(self.state), values)

    def turns(self, count: int = 4, seconds: float = 0.5) -> DhcpStatus:
        for _ in range(count):
            self.now += seconds
            self.keeper.turn(self.now)
        answer = status.read(self.run).dhcp
        assert answer is not None
        return answer


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr(keeper, "Probe", Probe)
    monkeypatch.setattr(keeper, "Server", Server)
    monkeypatch.setattr(keeper, "uplink", lambda: Uplink("eth0", "192.168.1.1"))
    monkeypatch.setattr(keeper.own_addresses, "links", lambda: LINKS)
    Probe.answers, Probe.begun = set(), 0
    made = Home(tmp_path)
    yield made
    made.keeper.stop()


ON = {"dhcp": "on", "dhcp_from": "192.168.1.100", "dhcp_to": "192.168.1.200"}


def test_while_it_is_off_nobody_is_asked(home: Home) -> None:
    assert home.turns().state is DhcpState.OFF and Probe.begun == 0


def test_it_serves_where_nobody_else_does_and_follows_edits(home: Home) -> None:
    home.put(**ON)
    now = home.turns()
    assert (now.state, now.server_pid, now.others) == (DhcpState.SERVING, 77, ())
    home.put(dhcp_lease_minutes=60)
    home.turns()
    assert ",60m" in home.keeper._server.text
    (home.state / "telltale.toml").write_text("dhcp_lease_minutes = 90\n")
    home.turns()
    assert ",90m" in home.keeper._server.text
    home.put(dhcp="off")
    assert home.turns().state is DhcpState.OFF and home.keeper._server.pid == 0


def test_it_rests_while_nothing_is_to_be_looked_at(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: home.now)
    home.turns()
    assert home.keeper.rest() == keeper.REST_SECONDS
    monkeypatch.setattr(Probe, "over", lambda _probe: False)
    home.put(**ON)
    home.turns()
    assert home.keeper.rest() == keeper.WATCH_SECONDS, "offers are waited for"
    monkeypatch.setattr(Probe, "over", lambda _probe: True)
    home.turns()
    assert home.keeper.rest() == keeper.REST_SECONDS
    written = (home.run / "dhcp.json").stat().st_mtime_ns
    home.turns()
    assert (home.run / "dhcp.json").stat().st_mtime_ns == written, "what says the same is seldom written anew"


def test_an_address_that_comes_is_seen_soon(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper.own_addresses, "links", list)
    home.put(**ON)
    assert home.turns().state is DhcpState.WRONG
    monkeypatch.setattr(keeper.own_addresses, "links", lambda: LINKS)
    assert home.turns(4, keeper.SETTLE_SECONDS).state is DhcpState.WRONG, "nobody told of it"
    monkeypatch.setattr(home.keeper._links, "heard", lambda: True)
    assert home.turns(4, keeper.MOVED_SECONDS).state is DhcpState.SERVING


def test_it_waits_while_somebody_else_serves_and_begins_when_they_are_gone(home: Home) -> None:
    Probe.answers = {"192.168.1.1"}
    home.put(**ON)
    now = home.turns()
    assert (now.state, now.server_pid, now.others) == (DhcpState.REFUSED, 0, ("192.168.1.1",))
    assert "192.168.1.1" in now.error
    Probe.answers = set()
    now = home.turns(4, keeper.AGAIN_SECONDS)
    assert (now.state, now.error) == (DhcpState.SERVING, "")


def test_a_household_may_know_better(home: Home) -> None:
    Probe.answers = {"192.168.1.1"}
    home.put(**ON, dhcp_beside_others="on")
    now = home.turns()
    assert now.state is DhcpState.SERVING and now.others == ("192.168.1.1",) and now.allowed_beside


def test_another_that_appears_is_told_and_ends_nothing(home: Home) -> None:
    home.put(**ON)
    home.turns()
    Probe.answers = {"192.168.1.9"}
    now = home.turns(5, keeper.STILL_SECONDS / 2)
    assert (now.state, now.others) == (DhcpState.SERVING, ("192.168.1.9",))


def test_what_cannot_be_served_is_said_and_what_is_served_goes_on(home: Home) -> None:
    home.put(dhcp="on")
    now = home.turns()
    assert now.state is DhcpState.WRONG and "dhcp_from" in now.error
    home.put(**ON)
    assert home.turns().state is DhcpState.SERVING
    home.put(dhcp_to="192.168.9.9")
    now = home.turns()
    assert now.state is DhcpState.SERVING and "192.168.9.9" in now.error and now.server_pid == 77


@pytest.mark.parametrize("fault", ["locked", "gone", "garbage"])
def test_what_cannot_be_read_ends_nothing_and_is_read_once_it_can_be(
    home: Home, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_MS", 50)  # it is waited for at each look
    home.put(**ON)
    assert home.turns().state is DhcpState.SERVING
    file = home.state / "config.db"
    with closing(sqlite3.connect(file)) as con:
        if fault == "locked":
            con.execute("PRAGMA locking_mode = EXCLUSIVE")
            con.execute("BEGIN EXCLUSIVE")
            con.execute("UPDATE setting SET value = value")
        elif fault == "gone":
            file.rename(home.state / "aside")
        else:
            file.rename(home.state / "aside")
            file.write_bytes(b"garbage" * 1000)
        now = home.turns(4, keeper.LOOK_SECONDS)
        assert (now.state, now.server_pid) == (DhcpState.SERVING, 77)
    if fault != "locked":
        (home.state / "aside").replace(file)
    home.put(dhcp="off")
    assert home.turns().state is DhcpState.OFF


def test_a_storm_of_changes_is_one_look_now_and_then(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = list[float]()
    monkeypatch.setattr(home.keeper, "_make_plan", lambda: plans.append(home.now))
    monkeypatch.setattr(home.keeper._links, "heard", lambda: True)
    home.turns(600, 0.1)
    assert 2 <= len(plans) <= 60 / keeper.MOVED_SECONDS + 1
    assert not home.keeper.sources(), "nobody is woken for what is to be looked at anyway"
