# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine becomes a gateway, and goes back by itself when the home is not online with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from firewall import gateway
from firewall.firewall_wanted import GATEWAY_FILE
from firewall.gateway import GatewayError
from network import routes

ONE_ARM: list[dict[str, Any]] = [
    {"dst": "default", "gateway": "192.168.1.1", "dev": "eth0"},
    {"dst": "192.168.1.0/24", "dev": "eth0"},
]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "TRY_SECONDS", 0.01)


def test_what_is_planned_for_one_connection() -> None:
    made = gateway.plan(ONE_ARM, [])
    assert (made.uplink, made.router, made.one_armed) == ("eth0", "192.168.1.1", True)
    assert dict(made.switches) == {
        "net/ipv4/ip_forward": "1",
        "net/ipv4/conf/all/send_redirects": "0",
        "net/ipv4/conf/eth0/send_redirects": "0",
    }
    assert 'oifname "eth0"' in made.table
    assert any("goes past it" in sentence for sentence in made.sentences)


def test_what_is_planned_for_two_and_ipv6() -> None:
    routes = [*ONE_ARM[:1], {"dst": "10.0.0.0/24", "dev": "lan"}]
    made = gateway.plan(routes, [{"dst": "default", "gateway": "fe80::1", "dev": "eth0"}])
    assert not made.one_armed
    assert list(dict(made.switches).items())[-2:] == [
        ("net/ipv6/conf/eth0/accept_ra", "2"),
        ("net/ipv6/conf/all/forwarding", "1"),
    ]


def test_without_a_way_out_there_is_nothing_to_lead_to() -> None:
    with pytest.raises(GatewayError, match="no default route"):
        gateway.plan(ONE_ARM[1:], [])


def small(system: Path) -> None:
    for path, value in (("net/ipv4/ip_forward", "0"), ("net/ipv4/conf/all/send_redirects", "1"),
                        ("net/ipv4/conf/eth0/send_redirects", "1")):  # fmt: skip
        (system / path).parent.mkdir(parents=True, exist_ok=True)
        (system / path).write_text(value + "\n")


@pytest.mark.netns
def test_it_goes_back_by_itself_when_its_check_fails(alone: Any, tmp_path: Path) -> None:
    system, state, boot = tmp_path / "sys", tmp_path / "state", tmp_path / "boot.conf"
    small(system)
    state.mkdir()
    alone.run("nft", "-f", "-", stdin="table ip docker { set s { type ipv4_addr\n}\n}\n")
    before = alone.ruleset()

    def online() -> bool:
        """Until the forwarding is switched on."""
        return (system / "net/ipv4/ip_forward").read_text().strip() == "0"

    with alone.inside():
        with pytest.raises(GatewayError, match="taken back at once"):
            gateway.apply(gateway.plan(ONE_ARM, []), state, online, system, boot)
        assert alone.ruleset() == before
        assert (system / "net/ipv4/conf/eth0/send_redirects").read_text().strip() == "1"
        assert list(state.iterdir()) == []
        assert not boot.exists()
        with pytest.raises(GatewayError, match="not online now"):
            gateway.apply(gateway.plan(ONE_ARM, []), state, lambda: False, system, boot)
        gateway.apply(gateway.plan(ONE_ARM, []), state, lambda: True, system, boot)
        assert "masquerade" in alone.ruleset()
        assert "net.ipv4.ip_forward = 1" in boot.read_text()
        # Once more, as after an update: the way back stays the one to the beginning.
        gateway.apply(gateway.plan(ONE_ARM, []), state, lambda: True, system, boot)
        assert json.loads((state / GATEWAY_FILE).read_text())["before"]["net/ipv4/ip_forward"] == "0"
        alone.run("nft", "delete", "table", "inet", gateway.TABLE)
        assert gateway.restore(state)
        assert not gateway.restore(state)
        assert gateway.remove(state, system, boot)
        assert alone.ruleset() == before
        assert (system / "net/ipv4/ip_forward").read_text().strip() == "0"
        assert not gateway.remove(state, system, boot)


@pytest.mark.netns
def test_a_phone_reaches_the_internet_through_it(home: Any, tmp_path: Path) -> None:
    home.gateway.run("sysctl", "-qw", "net.ipv4.ip_forward=0")
    home.internet.ip("route del 192.168.77.0/24 via 203.0.113.1")
    try:
        assert home.connect("198.51.100.5", 443, wait=1.0) != "open"
        with home.gateway.inside():
            made = gateway.plan(*routes.known_routes())
            assert not made.one_armed
            gateway.apply(made, tmp_path, lambda: True, boot=tmp_path / "none" / "boot.conf")
        assert home.connect("198.51.100.5", 443) == "open"
        assert any("198.51.100.5 203.0.113.1" in line for line in home.reached())
        with home.gateway.inside():
            gateway.remove(tmp_path, boot=tmp_path / "none" / "boot.conf")
        assert home.gateway.ruleset() == ""
        assert home.gateway.run("sysctl", "-n", "net.ipv4.ip_forward").stdout.strip() == "0"
    finally:
        home.gateway.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        home.internet.ip("route replace 192.168.77.0/24 via 203.0.113.1")
