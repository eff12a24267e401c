# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from resolver.transport.endpoint import Endpoint, parse_endpoint


@pytest.mark.parametrize(
    ("spec", "endpoint"),
    [
        ("9.9.9.9", Endpoint("9.9.9.9", "9.9.9.9", 53)),
        ("9.9.9.9:5353", Endpoint("9.9.9.9:5353", "9.9.9.9", 5353)),
        ("udp://9.9.9.9", Endpoint("udp://9.9.9.9", "9.9.9.9", 53)),
        ("TCP://9.9.9.9:54", Endpoint("TCP://9.9.9.9:54", "9.9.9.9", 54, scheme="tcp")),
        ("tcp://[2620:fe::fe]:53", Endpoint("tcp://[2620:fe::fe]:53", "2620:fe::fe", 53, scheme="tcp")),
        ("2620:fe::fe", Endpoint("2620:fe::fe", "2620:fe::fe", 53)),
        (
            "https://dns.quad9.net/dns-query",
            Endpoint("https://dns.quad9.net/dns-query", "dns.quad9.net", 443, "https", "dns.quad9.net", "/dns-query"),
        ),
    ],
)
def test_a_spec_is_read_as_people_write_it(spec: str, endpoint: Endpoint) -> None:
    assert parse_endpoint(spec) == endpoint


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("dns.example", "IP address"),
        ("h3://9.9.9.9", "not spoken"),
        ("ftp://9.9.9.9", "unknown"),
        ("9.9.9.9:0", "port 0"),
        ("9.9.9.9:70000", "port"),
        ("", "IP address"),
    ],
)
def test_what_is_no_upstream_says_what_would_do(spec: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_endpoint(spec)
