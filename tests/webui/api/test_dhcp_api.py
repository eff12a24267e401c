# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dhcp import asking, dnsmasq_child, switch
from dhcp.lease_plan import Uplink
from network import own_addresses
from store.base import status
from store.base.process_status import DhcpState, DhcpStatus, SupervisorStatus

LINKS = [{"ifname": "eth0", "addr_info": [{"family": "inet", "local": "192.168.1.2", "prefixlen": 24}]}]
ON = {"on": True, "from": "192.168.1.100", "to": "192.168.1.200"}


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "links", lambda: LINKS)
    monkeypatch.setattr(switch, "uplink", lambda: Uplink("eth0", "192.168.1.1"))
    monkeypatch.setattr(dnsmasq_child, "program", lambda: "/usr/sbin/dnsmasq")
    monkeypatch.setattr(asking, "look", lambda run, interface: ())


@pytest.fixture
def run(bare: TestClient) -> Path:
    folder: Path = bare.app.state.ui.run  # type: ignore[attr-defined]
    status.publish(folder, "supervisor", SupervisorStatus(may_serve_dhcp=True))
    return folder


def test_it_is_turned_on_changed_and_off(bare: TestClient, run: Path) -> None:
    now = bare.put("/dhcp", json=ON).json()
    assert (now["on"], now["state"], now["from"], now["to"]) == (True, "looking", "192.168.1.100", "192.168.1.200")
    status.publish(run, "dhcp", DhcpStatus(state=DhcpState.SERVING, interface="eth0"))
    now = bare.put("/dhcp", json={"lease_minutes": 60, "ipv6": True}).json()
    assert (now["on"], now["state"], now["interface"], now["lease_minutes"], now["ipv6"]) == (
        True, "serving", "eth0", 60, True,
    )  # fmt: skip
    assert bare.put("/dhcp", json={"on": False}).json()["on"] is False


def test_another_server_is_a_conflict_that_names_it(
    bare: TestClient, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.9",))
    response = bare.put("/dhcp", json=ON)
    assert response.status_code == 409 and "192.168.1.9" in response.json()["detail"]
    assert bare.get("/dhcp").json()["on"] is False
    assert bare.put("/dhcp", json={**ON, "force": True}).json()["beside_others"] is True
    assert bare.put("/settings", json={"dhcp_interface": "eth0"}).status_code == 200
    assert bare.post("/dhcp/check").json() == {"interface": "eth0", "others": ["192.168.1.9"]}


def test_settings_are_checked_as_the_switch_is(
    bare: TestClient, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"dhcp": "on", "dhcp_from": "192.168.1.100", "dhcp_to": "192.168.1.200"}
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.9",))
    refused = bare.put("/settings", json=wanted)
    assert refused.status_code == 409 and refused.json() == bare.put("/dhcp", json=ON).json()
    assert bare.put("/settings", json={"dhcp": "on"}).status_code == 422
    monkeypatch.setattr(asking, "look", lambda run, interface: ())
    assert bare.put("/settings", json=wanted).status_code == 200
    assert bare.get("/dhcp").json()["on"] is True


def test_where_nobody_can_serve_it_that_is_said(bare: TestClient, run: Path) -> None:
    status.publish(run, "supervisor", SupervisorStatus())
    response = bare.put("/dhcp", json=ON)
    assert response.status_code == 422 and "NET_RAW" in response.json()["detail"]


@pytest.mark.parametrize("wrong", [{"to": "10.0.0.1"}, {"from": "x"}, {"lease_minutes": 0}, {"interface": "a b"}])
def test_what_cannot_be_served_is_refused(bare: TestClient, run: Path, wrong: dict[str, object]) -> None:
    assert bare.put("/dhcp", json={**ON, **wrong}).status_code == 422


def test_static_leases(bare: TestClient) -> None:
    lease = {"mac": "02:00:5e:00:00:11", "address": "192.168.1.5", "name": "nas"}
    assert bare.post("/dhcp/static", json=lease).json() == lease
    assert bare.get("/dhcp").json()["static"] == [lease]
    assert bare.post("/dhcp/static", json=lease).status_code == 422
    changed = {**lease, "address": "192.168.1.6"}
    assert bare.put("/dhcp/static/0200.5E00.0011", json=changed).json() == changed
    assert bare.put("/dhcp/static/192.168.1.5", json=changed).status_code == 404
    assert bare.put("/dhcp/static/192.168.1.6", json=lease).json() == lease
    assert bare.delete("/dhcp/static/192.168.1.5").status_code == 204
    assert bare.delete("/dhcp/static/192.168.1.5").status_code == 404
