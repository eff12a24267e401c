# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which names and addresses this machine is met."""

from ipaddress import ip_address

import pytest

from network.address_flags import OwnAddress
from store.certificates import certificate_names
from store.config.known_settings import Settings


def own(address: str, temporary: bool = False, deprecated: bool = False) -> OwnAddress:
    return OwnAddress(ip_address(address), False, temporary, deprecated)


def test_the_names_of_a_home() -> None:
    assert certificate_names.names(Settings()) == (
        "telltale.home.arpa", "*.telltale.home.arpa", "telltale", "localhost",
    )  # fmt: skip
    assert certificate_names.names(Settings(own_name="dns.example.net", web_names=("pages.example.net",))) == (
        "dns.example.net", "*.dns.example.net", "pages.example.net", "localhost",
    )  # fmt: skip
    assert certificate_names.server_name(Settings(home_domain="")) == "telltale.home.arpa"
    assert certificate_names.device_name("tv", Settings(home_domain="lan")) == "tv.telltale.lan"


def test_addresses_that_last_come_first_and_others_not_at_all() -> None:
    held = certificate_names.addresses([
        own("fe80::1"), own("2001:db8::5"), own("2001:db8::77", temporary=True), own("2001:db8::9", deprecated=True),
        own("192.168.1.2"), own("fd00::2"), own("127.0.0.1"), own("::1"),
    ])  # fmt: skip
    assert held == ("127.0.0.1", "::1", "192.168.1.2", "2001:db8::5", "fd00::2")


def test_addresses_are_bounded() -> None:
    many = [own(f"10.0.0.{number}") for number in range(200)]
    assert len(certificate_names.addresses(many)) == certificate_names.MAX_ADDRESSES


@pytest.mark.parametrize(("name", "covered"), [
    ("a.example.net", True), ("tv.dns.example.net", True), ("dns.example.net", False), ("x.tv.dns.example.net", False),
    ("example.net", False),
])  # fmt: skip
def test_a_wildcard_stands_for_one_label(name: str, covered: bool) -> None:
    assert certificate_names.covers(("a.example.net", "*.dns.example.net"), name) is covered


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert certificate_names.holds(("FD00:0:0:0::2", "10.0.0.1"), "fd00::2")
    assert not certificate_names.holds(("10.0.0.1",), "10.0.0.2")
