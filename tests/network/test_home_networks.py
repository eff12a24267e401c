# SPDX-License-Identifier: GPL-3.0-or-later
"""Which addresses are the home's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.home_networks import home_networks, home_test, is_at_home, link_prefixes, link_routes, prefixes, routes
from wire.addresses import AT_HOME

LINES = """\
00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
20010db8000100020000000000000003 04 40 00 80     eth0
20010db800010002aaaabbbbccccdddd 04 40 00 01     eth0
20010db8000900000000000000000001 05 80 00 80      vpn
2a000000000000000000000000000001 06 20 00 80      isp
"""


def test_the_prefixes_of_this_machine_s_links_are_the_home_s(tmp_path: Path) -> None:
    (tmp_path / "if_inet6").write_text(LINES)
    assert [str(network) for network in link_prefixes(tmp_path / "if_inet6")] == ["2001:db8:1:2::/64"]


ROUTES = """\
20010db800070000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000400 00000001 00000000 00000001     eth0
20010db8000500000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000400 00000001 00000000 00000001     eth0
20010db8000600000000000000000000 40 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
20010db8000800000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000400 00000001 00000000 00000201       lo
20010db8000900000000000000000005 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001     eth0
20000000000000000000000000000000 03 00000000000000000000000000000000 00 00000000000000000000000000000000 00000400 00000001 00000000 00000001      wg0
fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000003 00000000 00000003     eth0
"""  # noqa: E501


def test_a_network_that_only_a_route_tells_of_is_the_home_s_too(tmp_path: Path) -> None:
    """opnsense#3797: the address is a /128, and the prefix an on-link route."""
    (tmp_path / "ipv6_route").write_text(ROUTES)
    assert [str(network) for network in link_routes(tmp_path / "ipv6_route")] == ["2001:db8:5::/64"]
    assert link_routes(tmp_path / "missing") == ()


def test_without_ipv6_there_are_none(tmp_path: Path) -> None:
    assert link_prefixes(tmp_path / "missing") == ()


def test_what_is_the_home_s_follows_the_kernel_s_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interfaces, ways = tmp_path / "if_inet6", tmp_path / "ipv6_route"
    monkeypatch.setattr("network.home_networks.IF_INET6", interfaces)
    monkeypatch.setattr("network.home_networks.IPV6_ROUTE", ways)

    def beside(*allowed: str) -> list[str]:
        return [str(network) for network in home_networks(allowed)[len(AT_HOME) :]]

    assert beside() == [] and beside("192.0.2.0/24") == ["192.0.2.0/24"]
    interfaces.write_text(LINES)
    assert beside() == ["2001:db8:1:2::/64"]
    ways.write_text(ROUTES)
    assert beside() == ["2001:db8:1:2::/64", "2001:db8:5::/64"]
    interfaces.write_text(LINES.replace("20010db800010002", "20010db800010003"))
    assert beside() == ["2001:db8:1:3::/64", "2001:db8:5::/64"]
    interfaces.write_bytes(b"\xff" + LINES.encode())
    assert beside() == ["2001:db8:5::/64"], "what is no table says nothing"
    interfaces.write_text("\n" * 200_000)
    assert beside() == ["2001:db8:5::/64"]
    ways.unlink()
    assert beside() == []


WORD = st.text("0123456789abcdefg", min_size=1, max_size=40)


@given(st.lists(st.lists(WORD, max_size=7).map(" ".join), max_size=8).map("\n".join))
def test_a_table_in_another_form_admits_nobody_by_accident(table: str) -> None:
    assert all(network.prefixlen >= 56 for network in (*prefixes(table), *routes(table)))


def test_no_public_address_is_at_home_by_itself() -> None:
    shared = "100.64.0.0/10"  # RFC 6598: between a provider's router and the home's
    assert all(network.is_private or network.is_link_local or str(network) == shared for network in AT_HOME)


@pytest.mark.parametrize(
    ("client", "inside"),
    [
        ("192.168.1.20", True), ("::ffff:192.168.1.20", True), ("fe80::1%eth0", True), ("127.0.0.1", True),
        ("100.64.0.1", True), ("203.0.113.7", True), ("203.0.114.7", False), ("0.0.0.0", False), ("2a02::5", False),
    ],
)  # fmt: skip
def test_who_is_at_home(client: str, inside: bool) -> None:
    networks = home_networks(["203.0.113.0/24"])
    assert is_at_home(client, networks) is home_test(networks)(client) is inside


@pytest.mark.parametrize("client", ["", "name.example", "192.168.1.0/24"])
def test_what_is_no_address_is_a_value_error(client: str) -> None:
    with pytest.raises(ValueError, match="not appear"):
        is_at_home(client, home_networks([]))
