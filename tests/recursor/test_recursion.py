# SPDX-License-Identifier: GPL-3.0-or-later
"""Our own resolver asks an internet of the test's own, in network namespaces: who is asked for what is captured."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import checked_home as homes
import dns.flags
import name_servers
import namespaces
import pytest
import signed_zones
from checked_home import CheckedHome, errors
from dns.rcode import NOERROR, NXDOMAIN, SERVFAIL
from name_servers import UPSTREAM, NameServers
from waiting import until

from store.base.process_status import RecursorState

pytestmark = pytest.mark.netns


@dataclass(slots=True)
class Street:
    """A home that asks by itself, and the internet that it asks."""

    home: CheckedHome
    internet: NameServers
    number: int = 0
    missing: int = 0
    last: str = ""

    def new(self, zone: str = "good") -> str:
        """A name that nobody asked yet."""
        self.number += 1
        assert self.number <= signed_zones.ONCE
        return f"n{self.number}.deep.down.{zone}.lab"

    def never(self) -> str:
        """A name that there is not, in a zone that proves nothing of others."""
        self.missing += 1
        self.last = f"never{self.missing}.plain.lab"
        return self.last

    def who_answers(self, zone: str = "good") -> str:
        """Who answers a new name, as the record says it."""
        name = self.new(zone)
        assert self.home.ask(name).rcode() == NOERROR
        return self.home.worker.key_of(name).upstream


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    namespaces.require()
    if reason := homes.missing():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("recursion")
    with name_servers.serving(folder) as internet:
        settings = {
            "recursive": "on", "upstreams": [UPSTREAM], "upstream_timeout_ms": 300,
            "dnssec_anchors": str(internet.zones.anchors), "recursive_hints": str(internet.zones.hints),
        }  # fmt: skip
        with homes.living(folder, settings, internet.home.inside) as home:
            yield Street(home, internet)


def test_names_are_looked_up_from_the_root_down_and_checked(street: Street) -> None:
    for zone, vouched in (("good", True), ("nsec3", True), ("plain", False)):
        answer = street.home.ask(f"www.{zone}.lab")
        assert answer.rcode() == NOERROR and bool(answer.flags & dns.flags.AD) is vouched
        assert "198.51.100.7" in answer.to_text()
    assert street.home.ask("nobody.good.lab").rcode() == NXDOMAIN
    assert street.home.worker.key_of("www.good.lab").upstream == "unbound"


@pytest.mark.parametrize(
    ("zone", "code"), [("bogus", 6), ("expired", 7), ("future", 8), ("unsigned", 9), ("nosig", 10)]
)
def test_what_does_not_stand_the_check_is_no_answer(street: Street, zone: str, code: int) -> None:
    for _ in range(2):
        answer = street.home.ask(f"www.{zone}.lab")
        assert answer.rcode() == SERVFAIL and not answer.answer and errors(answer) == [code]


def test_no_server_hears_more_of_a_name_than_it_needs(street: Street) -> None:
    name = street.new()
    assert street.home.ask(name).rcode() == NOERROR
    captured = street.internet.captured
    until(lambda: name in captured.names("zones"))
    assert captured.names("root") <= {".", "lab", "arpa"}, "arpa: where the network's NAT64 would be told (RFC 7050)"
    assert all(name.count(".") <= 1 or name == "ns.lab" for name in captured.names("lab")), captured.names("lab")
    assert {seen.server for seen in captured.seen if seen.name == name} == {"zones"}


def test_nobody_else_is_asked_in_no_other_way(street: Street) -> None:
    for zone in ("good", "plain", "nsec3"):
        street.home.ask(street.new(zone))
    captured = street.internet.captured
    assert {seen.server for seen in captured.seen} <= {"root", "lab", "zones"}
    assert {seen.port for seen in captured.seen} == {53} and {port for _, port in captured.others} <= {53}


def _stands_still(pid: int) -> bool:
    """Whether each thread has stopped: on a busy machine one may answer for a moment yet."""
    with suppress(OSError):  # one has ended meanwhile
        states = [(task / "stat").read_text().rpartition(") ")[2][:1] for task in Path(f"/proc/{pid}/task").iterdir()]
        return set(states) == {"T"}
    return False


@contextmanager
def halted(pids: list[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    until(lambda: all(_stands_still(pid) for pid in pids))
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_without_a_fallback_nothing_new_is_answered_and_what_was_asked_is(street: Street) -> None:
    home = street.home
    assert home.ask("www.good.lab").rcode() == NOERROR
    with halted([home.keeper.pid]):
        os.kill(home.recursor.server_pid, signal.SIGKILL)
        until(lambda: home.ask(street.never()).rcode() == SERVFAIL)
        assert home.ask("www.good.lab").rcode() == NOERROR
    until(lambda: home.ask(street.never()).rcode() == NXDOMAIN)
    assert not street.internet.captured.names("upstream"), "they were never asked"


def test_the_upstreams_are_asked_while_it_is_down_and_no_longer(street: Street) -> None:
    home = street.home
    home.put(recursive_fallback="on", dnssec_insecure=["elsewhere.example"])
    assert home.ask(street.new()).rcode() == NOERROR
    with halted([home.keeper.pid]):
        os.kill(home.recursor.server_pid, signal.SIGKILL)
        until(lambda: street.who_answers() == UPSTREAM)  # the one before serves for some seconds, if it is asked
        name = street.new()
        answer = home.ask(name)
        assert answer.rcode() == NOERROR and not answer.flags & dns.flags.AD
        until(lambda: name in street.internet.captured.names("upstream"))
    until(lambda: home.recursor.state is RecursorState.SERVING and home.ask(street.new()).flags & dns.flags.AD)
    until(lambda: street.who_answers() == "unbound")  # a slow one is not waited for


def test_the_upstreams_are_asked_while_the_internets_name_servers_are_silent(street: Street) -> None:
    home, servers = street.home, street.internet.servers
    home.put(recursive_fallback="on", dnssec_insecure=[])
    with halted([servers[what].pid for what in ("root", "lab", "zones")]):
        assert street.who_answers("nsec3") == UPSTREAM
        for _ in range(3):  # who asks next does not wait for what will not come
            assert street.who_answers("nsec3") == UPSTREAM
        until(lambda: home.worker.status().nowhere)
        assert [word for word, *_ in home.recursor.problems(nowhere=True)] == ["recursor_alone"]
    until(lambda: home.ask(street.never()) and not home.worker.status().nowhere)
    until(lambda: home.ask(street.never()) and home.worker.key_of(street.last).upstream == "unbound")
    assert home.ask("www.bogus.lab").rcode() == SERVFAIL, "what is forged is none: no upstream is asked instead"

