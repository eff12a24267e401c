# SPDX-License-Identifier: GPL-3.0-or-later
"""Where packets go: what is on a link, behind which link the home is, and who leads out of it."""

from pathlib import Path
from typing import Any

import pytest
from namespaces import Home

from network import routes

ROUTES: list[dict[str, Any]] = [
    {"dst": "default", "gateway": "192.168.1.1", "dev": "eth0"},
    {"dst": "192.168.1.0/24", "dev": "eth0", "prefsrc": "192.168.1.2"},
    {"dst": "10.9.0.0/16", "gateway": "192.168.1.7", "dev": "eth0"},
    {"dst": "2001:db8:1::/64", "dev": "eth0"},
    {"dst": "default", "dev": "ppp0"},
    {"dst": "0.0.0.0/1", "dev": "tun0"},
    {"dst": "2000::/3", "dev": "tun0"},
    {"dst": "203.0.113.9", "dev": "ppp0"},
    {"type": "blackhole", "dst": "198.51.100.0/24"},
]


def test_the_home_is_what_needs_no_router() -> None:
    assert routes.on_link(ROUTES) == {"192.168.1.0/24", "2001:db8:1::/64"}


def test_the_home_is_behind_links_with_private_networks() -> None:
    behind = [{"dst": "172.16.5.0/24", "dev": "lan"}, {"dst": "169.254.0.0/16", "dev": "usb0"}, {"dst": "fd00:1::/64"}]
    assert routes.home_links([*ROUTES, *behind]) == {"eth0", "lan", ""}
    assert routes.home_links(ROUTES[3:]) == set()
    wide = [{"dst": wide, "dev": "tun0"} for wide in ("10.0.0.0/7", "0.0.0.0/0", "100.64.0.0/10", "127.0.0.0/8")]
    assert routes.home_links(wide) == set(), "wider than a private network, or none of a home's"


def test_the_router_is_found_in_the_kernel_s_table(tmp_path: Path) -> None:
    table = tmp_path / "route"
    table.write_text(
        "Iface\tDestination\tGateway\tFlags\neth0\t0001A8C0\t00000000\t0001\neth0\t00000000\t0101A8C0\t0003\n"
    )
    assert routes.router(table) == "192.168.1.1"
    table.write_text("Iface\tDestination\tGateway\tFlags\n")
    assert routes.router(table) is None
    assert routes.router(tmp_path / "none") is None


@pytest.mark.netns
def test_the_kernel_tells(home: Home) -> None:
    with home.gateway.inside():
        found, found6 = routes.known_routes()
        assert routes.on_link(found) == {"192.168.77.0/24", "203.0.113.0/24"}
        assert {"2001:db8:77::/64", "2001:db8:ff::/64"} <= routes.on_link(found6)
        assert routes.home_links(found) == {"lan"}
        assert routes.router() == "203.0.113.2"
