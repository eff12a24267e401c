# SPDX-License-Identifier: GPL-3.0-or-later
"""Where to point a device's DNS."""

from dataclasses import replace

from store.config.settings import Settings
from webui.views.dns_addresses import own_addresses


def test_named_addresses_are_said_with_their_port() -> None:
    settings = replace(Settings(), dns=("192.168.1.5:53", "192.168.1.5:5300", "[fd00::5]:53"))
    assert own_addresses(settings) == ["192.168.1.5", "192.168.1.5 port 5300", "fd00::5"]


def test_any_address_becomes_one_that_others_can_use() -> None:
    for address in own_addresses(Settings()):
        assert address not in ("0.0.0.0", "::")
