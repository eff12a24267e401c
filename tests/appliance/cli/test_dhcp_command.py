# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale dhcp` where nothing runs; tests/dhcp/test_whole.py has a running one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dhcp import asking, dnsmasq_child, switch
from dhcp.lease_plan import Uplink
from network import own_addresses
from store.base import status
from store.base.process_status import DhcpState, DhcpStatus, SupervisorStatus

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]
LINKS = [{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.1.2", "prefixlen": 24}]}]


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "links", lambda: LINKS)
    monkeypatch.setattr(switch, "uplink", lambda: Uplink("eth0", "192.168.1.1"))
    monkeypatch.setattr(dnsmasq_child, "program", lambda: "/usr/sbin/dnsmasq")
    monkeypatch.setattr(asking, "look", lambda run, interface: ())


def test_on_off_and_static_leases(command: Command) -> None:
    assert "DHCP is off" in command("dhcp")[1]
    code, out, _ = command("dhcp", "on", "--from", "192.168.1.100", "--to", "192.168.1.200", "--lease-minutes", "60")
    assert code == 0 and "192.168.1.100 to 192.168.1.200 on eth0" in out and "Telltale does not run" in out
    assert command("dhcp", "static", "02:00:5e:00:00:11", "192.168.1.5", "nas")[0] == 0
    shown = json.loads(command("dhcp", "leases", "--json")[1])
    assert shown["static"] == [{"mac": "02:00:5e:00:00:11", "address": "192.168.1.5", "name": "nas"}]
    assert "192.168.1.5" in command("dhcp", "leases")[1]
    assert command("dhcp", "change", "02-00-5E-00-00-11", "--address", "192.168.1.6", "--name", "")[0] == 0
    shown = json.loads(command("dhcp", "leases", "--json")[1])
    assert shown["static"] == [{"mac": "02:00:5e:00:00:11", "address": "192.168.1.6", "name": ""}]
    assert command("dhcp", "change", "192.168.1.6", "--address", "192.168.1.5")[0] == 0
    assert command("dhcp", "forget", "192.168.1.5")[0] == 0
    assert json.loads(command("dhcp", "--json")[1])["on"] is True
    assert command("dhcp", "off")[0] == 0
    assert json.loads(command("dhcp", "status", "--json")[1])["on"] is False


def test_what_cannot_be_is_said_in_a_sentence(command: Command) -> None:
    code, _, error = command("dhcp", "on", "--from", "192.168.1.100")
    assert code == 1 and "dhcp_to" in error and error.count("\n") == 1
    assert "no MAC address" in command("dhcp", "static", "nas", "192.168.1.5")[2]
    assert "no static lease" in command("dhcp", "forget", "192.168.1.5")[2]


def test_another_server_is_named(command: Command, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.9",))
    code, out, _ = command("dhcp", "check", "--interface", "eth0")
    assert code == 1 and "192.168.1.9" in out
    words = ("dhcp", "on", "--from", "192.168.1.100", "--to", "192.168.1.200")
    code, _, error = command(*words)
    assert code == 1 and "192.168.1.9" in error
    assert command(*words, "--force")[0] == 0
    (state / "run").mkdir(exist_ok=True)
    status.publish(state / "run", "supervisor", SupervisorStatus(may_serve_dhcp=True))
    status.publish(state / "run", "dhcp", DhcpStatus(state=DhcpState.SERVING, others=("192.168.1.9",)))
    assert "192.168.1.9" in command("dhcp")[1]
