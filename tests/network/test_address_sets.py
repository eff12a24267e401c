# SPDX-License-Identifier: GPL-3.0-or-later
import ipaddress
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network import address_sets
from network.address_sets import BadElement, address, elements, mac


def test_networks_are_sorted_joined_and_split_by_family() -> None:
    found = elements(["192.0.2.128/25", "2001:DB8::1", "192.0.2.5/25", "10.0.0.1"])
    assert [str(network) for network in found.v4] == ["10.0.0.1/32", "192.0.2.0/24"]
    assert [str(network) for network in found.v6] == ["2001:db8::1/128"]
    assert ipaddress.ip_address("192.0.2.9") in found
    assert ipaddress.ip_address("2001:db8::2") not in found


@pytest.mark.parametrize(
    "text", ["", "8.8.8.8; flush ruleset", "8.8.8.8 }", "example.org", "1.2.3", "::1%eth0 }", "a" * 500]
)
def test_what_is_no_network_never_reaches_a_set(text: str) -> None:
    with pytest.raises(BadElement):
        elements([text])


@given(st.lists(st.ip_addresses(), max_size=50))
def test_what_goes_in_is_found_and_nothing_overlaps(given: list[ipaddress.IPv4Address | ipaddress.IPv6Address]) -> None:
    found = elements(map(str, given))
    assert all(one in found for one in given)
    assert not any(first.overlaps(second) for first, second in itertools.pairwise(found.v4))
    assert not any(first.overlaps(second) for first, second in itertools.pairwise(found.v6))


def test_a_set_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_sets, "MAX_ELEMENTS", 3)
    assert len(elements(["192.0.2.1", "192.0.2.3", "192.0.2.5", "2001:db8::1"]).v4) == 3
    with pytest.raises(BadElement, match="More than 3"):
        elements(["192.0.2.1", "192.0.2.3", "192.0.2.5", "192.0.2.7"])


def test_addresses_as_clients_write_them() -> None:
    assert str(address("fe80::1%eth0")) == "fe80::1"
    assert str(address("::ffff:192.0.2.1")) == "192.0.2.1"
    with pytest.raises(BadElement):
        address("192.0.2.0/24")


def test_mac_addresses() -> None:
    assert mac("AA-bb:CC:00:11:22") == "aa:bb:cc:00:11:22"
    for wrong in ("aa:bb:cc:00:11", "aa:bb:cc:00:11:2g", "aabb.cc00.1122", "aa:bb:cc:00:11:22 }"):
        with pytest.raises(BadElement):
            mac(wrong)
