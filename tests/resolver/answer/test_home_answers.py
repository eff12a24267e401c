# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that lead into a home on purpose, and names that only look like them."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from resolver.answer.home_answers import leads_home_on_purpose

ROUTER, PUBLIC = "192.168.178.1", "9.9.9.9"


def leads(name: str, address: str, upstream: str = PUBLIC) -> bool:
    return leads_home_on_purpose(name, [ip_address(address).packed], upstream)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("dns.msftncsi.com", "fd3e:4f5a:5b81::1"),
        ("192-168-1-5.0123456789abcdef.plex.direct", "192.168.1.5"),
        ("2.0.0.127.zen.spamhaus.org", "127.0.0.2"),
        ("example.com.dbl.spamhaus.org", "127.0.1.2"),
        ("2.0.0.127.bl.spamcop.net", "127.0.0.2"),
        ("2.0.0.127.b.barracudacentral.org", "127.0.0.2"),
        ("example.com.multi.uribl.com", "127.0.0.14"),
    ],
)
def test_these_do(name: str, address: str) -> None:
    assert leads(name, address)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("x.dns.msftncsi.com", "fd3e:4f5a:5b81::1"),
        ("plex.direct.example", "192.168.1.5"),
        ("notplex.direct", "192.168.1.5"),
        ("2.0.0.127.zen.spamhaus.org", "192.168.1.1"),
        ("2.0.0.127.zen.spamhaus.org", "127.0.0.1"),
        ("2.0.0.127.zen.spamhaus.org", "::1"),
        ("2.0.0.127.zen.evil.example", "127.0.0.2"),
        ("www.example", "10.0.0.1"),
    ],
)
def test_these_do_not(name: str, address: str) -> None:
    assert not leads(name, address)


@pytest.mark.parametrize("name", ["fritz.box", "nas.fritz.box", "speedport.ip", "www.routerlogin.net"])
def test_a_router_is_believed_of_its_own_zone_when_it_is_in_the_home(name: str) -> None:
    for upstream in (ROUTER, f"udp://{ROUTER}:53", "[fd00::1]:53", "tcp://10.0.0.1"):
        assert leads(name, ROUTER, upstream)
    for upstream in (PUBLIC, "[2620:fe::fe]:53", ""):
        assert not leads(name, ROUTER, upstream)
    assert not leads(f"{name}.example", ROUTER, ROUTER)
