# SPDX-License-Identifier: GPL-3.0-or-later
"""From where lists may come, in every spelling."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from network import list_sources, own_addresses


@pytest.fixture(autouse=True)
def _loopback_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLTALE_LOOPBACK_SOURCES", raising=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "169.254.169.254", "169.254.1.1", "fe80::1", "224.0.0.1", "ff02::1", "fd00:ec2::254", "100.100.100.200",
        "168.63.129.16",
    ],
)  # fmt: skip
def test_where_no_list_may_come_from(address: str) -> None:
    assert list_sources.forbidden(ip_address(address))


@pytest.mark.parametrize("address", ["192.168.1.2", "10.0.0.7", "fd00::7", "9.9.9.9", "2620:fe::9"])
def test_the_internet_and_the_home_may_be_asked(address: str) -> None:
    assert list_sources.forbidden(ip_address(address)) is None


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "localhost", "x.localhost",
     "LOCALHOST.", "169.254.169.254", "0xA9FEA9FE", "[fe80::1%eth0]", "0", "[::]"],
)  # fmt: skip
def test_what_is_typed_is_refused_in_every_spelling(host: str) -> None:
    assert list_sources.host_forbidden(host)


@pytest.mark.parametrize("host", ["lists.example.com", "192.168.1.5", "nas.lan", "9.9.9.9", "1e100.net", "dead.beef"])
def test_what_may_be_typed(host: str) -> None:
    assert list_sources.host_forbidden(host) is None


def test_our_own_address_in_the_home_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_addresses, "towards", ip_address)
    assert list_sources.forbidden(ip_address("192.168.1.2")) is list_sources.Unfit.HERE
    monkeypatch.setattr(own_addresses, "towards", lambda other: ip_address("192.168.1.2"))
    assert list_sources.forbidden(ip_address("192.168.1.3")) is None


@pytest.mark.parametrize(
    ("host", "home"),
    [("192.168.1.5", True), ("3232235781", True), ("nas", True), ("nas.lan", True), ("x.home.arpa", True),
     ("lists.example.com", False), ("9.9.9.9", False), ("lan.example.com", False)],
)  # fmt: skip
def test_whether_the_home_was_meant(host: str, home: bool) -> None:
    assert list_sources.is_home_host(host) is home
