# SPDX-License-Identifier: GPL-3.0-or-later
"""What could not be had at the start is served as soon as it can be, and no longer told of."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from ports import free_port

from appliance.process import sockets
from appliance.process.children import Spec
from appliance.process.sockets import DnsSockets
from appliance.start.inventory import House
from appliance.start.late_ports import LatePorts
from appliance.start.wanted_ports import Missing
from store.base.sentences import say
from store.config.settings import Settings

SPECS = [Spec("worker-1", "", worker=True), Spec("recorder", ""), Spec("webui", "")]


class FakeSupervisor:
    def __init__(self) -> None:
        self.renewed: list[str] = []
        self.regular: list[Callable[[], None]] = []

    def every(self, seconds: float, action: Callable[[], None]) -> None:
        self.regular.append(action)

    def renew(self, specs: list[Spec]) -> None:
        self.renewed += [spec.role for spec in specs]


class FakeBinder:
    def __init__(self) -> None:
        self.free = False

    def dns(self, endpoint: tuple[str, int], sets: int) -> DnsSockets | None:
        return DnsSockets(endpoints=[endpoint]) if self.free else None

    def encrypted(self, kind: str, endpoint: tuple[str, int]) -> socket.socket | None:
        return socket.socket() if self.free else None

    def web(self, endpoint: tuple[str, int]) -> socket.socket | None:
        return socket.socket() if self.free else None


def house_with(tmp_path: Path, missing: Missing) -> House:
    made = House(tmp_path, tmp_path, Settings(), DnsSockets(), socket.socket(), ("0.0.0.0", 80))
    made.troubles[missing.word] = missing.sentence
    made.missing = [missing]
    return made


@pytest.mark.parametrize(("setting", "renewed"), [("dns", ["worker-1"]), ("web", ["webui"])])
def test_a_port_that_comes_free_is_served(tmp_path: Path, setting: str, renewed: list[str]) -> None:
    missing = Missing(setting, ("127.0.0.1", 5353), False, say("It is busy."))
    house, supervisor, binder = house_with(tmp_path, missing), FakeSupervisor(), FakeBinder()
    late = LatePorts(house, house.missing, binder, lambda: SPECS)  # type: ignore[arg-type]
    late.watch(supervisor)  # type: ignore[arg-type]
    (again,) = supervisor.regular
    again()
    assert house.troubles and not supervisor.renewed
    binder.free = True
    again()
    again()
    assert not house.troubles and supervisor.renewed == renewed
    assert (house.dns.endpoints if setting == "dns" else [house.web_endpoint]) == [("127.0.0.1", 5353)]
    for sock in (house.web, *house.more_web):
        sock.close()


@pytest.mark.process
def test_one_of_encrypted_dns_is_waited_for_from_when_it_is_wanted(tmp_path: Path) -> None:
    endpoint = ("127.0.0.1", free_port())
    busy = socket.create_server(endpoint)
    missing = Missing("https", endpoint, False, say("It is busy."))
    house, supervisor = house_with(tmp_path, missing), FakeSupervisor()
    late = LatePorts(house, house.missing, None, lambda: SPECS)
    busy.close()
    late.again(supervisor)  # type: ignore[arg-type]
    assert not house.encrypted and not supervisor.renewed, "there is no certificate, and nobody named it"
    house.certified = True
    late.again(supervisor)  # type: ignore[arg-type]
    assert house.encrypted.bound == {"https": (f"127.0.0.1:{endpoint[1]}",)}
    assert supervisor.renewed == ["encrypted"] and not house.troubles
    for sock in (house.web, *house.encrypted.socks["https"]):
        sock.close()


@pytest.mark.process
def test_one_of_encrypted_dns_that_was_named_is_bound_by_who_has_the_power(tmp_path: Path) -> None:
    missing = Missing("dot", ("127.0.0.1", 853), False, say("It is busy."))
    house, supervisor, binder = house_with(tmp_path, missing), FakeSupervisor(), FakeBinder()
    house.encrypted.named.add("dot")
    binder.free = True
    LatePorts(house, house.missing, binder, lambda: SPECS).again(supervisor)  # type: ignore[arg-type]
    assert len(house.encrypted.socks["dot"]) == 1 and supervisor.renewed == ["encrypted"]
    for sock in (house.web, *house.encrypted.socks["dot"]):
        sock.close()


def test_an_address_that_appears_is_told_of_no_more_and_nobody_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Missing("dns", ("192.0.2.77", 53), True, say("It is not here."))
    house, supervisor = house_with(tmp_path, missing), FakeSupervisor()
    house.dns.endpoints, house.dns.absent = [missing.endpoint], {missing.endpoint}
    late = LatePorts(house, house.missing, None, lambda: SPECS)
    here = [False]
    monkeypatch.setattr(sockets, "is_here", lambda address: here[0])
    late.again(supervisor)  # type: ignore[arg-type]
    assert house.dns.here == [] and house.troubles
    here[0] = True
    late.again(supervisor)  # type: ignore[arg-type]
    assert house.dns.here == [missing.endpoint] and not house.troubles and not supervisor.renewed
    house.web.close()
