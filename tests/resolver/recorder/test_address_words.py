# SPDX-License-Identifier: GPL-3.0-or-later
"""A router goes before the kernel, the kernel before a lease."""

from types import SimpleNamespace
from typing import Any

import pytest
from made_network import Net

from resolver.recorder import address_words
from resolver.recorder.address_words import AddressWords
from store.config.choices import ClientHow
from store.devices.sightings_store import Sighting

ADDRESS, PI, TV, PHONE = "192.168.1.5", "b8:27:eb:01:02:03", "00:00:f0:0a:0b:0c", "ac:bb:cc:00:00:01"


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Net:
    return Net(monkeypatch)


def words(lease: str | None = None) -> AddressWords:
    files: Any = SimpleNamespace(of=lambda address, now: lease and SimpleNamespace(mac=lease))
    return AddressWords(lambda: files)


def test_the_surest_word_counts(net: Net) -> None:
    nobody, said = words(), words(PHONE)
    assert nobody.sighting(ADDRESS) == Sighting(ADDRESS, None, ClientHow.ADDRESS) and not nobody.is_sure(ADDRESS)
    assert said.sighting(ADDRESS) == Sighting(ADDRESS, PHONE, ClientHow.LEASE) and said.is_sure(ADDRESS)
    net.macs = {ADDRESS: TV}
    said.neighbours.read()
    assert said.sighting(ADDRESS) == Sighting(ADDRESS, TV, ClientHow.MAC) and said.is_sure(ADDRESS)
    assert said.hear(ADDRESS, PI) and not said.hear(ADDRESS, PI)
    assert said.sighting(ADDRESS) == Sighting(ADDRESS, PI, ClientHow.EDNS)


def test_whom_a_router_tells_without_a_mac_is_somebody(net: Net) -> None:
    told = words()
    told.hear(ADDRESS, "")
    assert told.is_sure(ADDRESS) and told.sighting(ADDRESS) == Sighting(ADDRESS, None, ClientHow.EDNS)
    assert told.neighbour("no address") is None and not told.is_sure("no address")


def test_what_routers_told_is_bounded(net: Net, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_words, "TOLD_MAX", 5)
    told = words()
    for number in range(30):
        told.hear(f"192.168.1.{number}", PI)
        assert len(told.told) <= 5
