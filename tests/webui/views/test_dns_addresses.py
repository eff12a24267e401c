# SPDX-License-Identifier: GPL-3.0-or-later
"""Where to point a device's DNS."""

from dataclasses import replace
from ipaddress import ip_address

from store.config.settings import Settings
from webui.views.dns_addresses import dns_addresses

HERE = ip_address("192.168.1.5")


def test_named_addresses_are_said_with_their_port() -> None:
    settings = replace(Settings(), dns=("192.168.1.5:53", "192.168.1.5:5300", "[fd00::5]:53"))
    assert dns_addresses(settings, None) == ["192.168.1.5", "192.168.1.5 port 5300", "fd00::5"]


def test_any_address_becomes_one_that_others_can_use() -> None:
    settings = replace(Settings(), dns=("0.0.0.0:53", "[::]:53", "192.168.1.5:53"))
    assert dns_addresses(settings, HERE) == ["192.168.1.5"]
    assert dns_addresses(replace(settings, dns=("0.0.0.0:5300",)), HERE) == ["192.168.1.5 port 5300"]


def test_without_a_way_out_nothing_is_made_up() -> None:
    assert dns_addresses(replace(Settings(), dns=("0.0.0.0:53", "[::]:53")), None) == []
