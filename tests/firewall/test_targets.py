# SPDX-License-Identifier: GPL-3.0-or-later
import ipaddress

import pytest

from firewall import targets
from network.address_sets import elements
from wire.addresses import SPARED


@pytest.mark.parametrize("name", ["doh", "httpdns"])
def test_lines_are_sorted_sourced_and_of_the_internet(name: str) -> None:
    rows = getattr(targets.load(), name)
    order = [(row.company.lower(), row.network.version, row.network) for row in rows]
    assert order == sorted(order)
    assert len({row.network for row in rows}) == len(rows)
    assert all(row.company and row.source for row in rows)
    assert all(row.network.is_global for row in rows)
    spared = elements(SPARED)
    assert not [row for row in rows if row.network.network_address in spared]


def test_no_set_takes_a_wide_range() -> None:
    """A wide range would hold web sites one day."""
    rows = [*targets.load().doh, *targets.load().httpdns]
    assert not [row for row in rows if row.network.prefixlen < (24 if row.network.version == 4 else 32)]


def test_an_address_has_its_company() -> None:
    found = targets.load()
    assert found.company_of(ipaddress.ip_address("8.8.8.8")) == "Google"
    assert found.company_of(ipaddress.ip_address("110.43.0.85")) == "Xiaomi"
    assert found.company_of(ipaddress.ip_address("2606:4700:4700::1111")) == "Cloudflare"
    assert found.company_of(ipaddress.ip_address("192.0.2.1")) is None


def test_a_vendor_by_its_name() -> None:
    found = targets.load()
    assert found.of_vendor("xiaomi") == tuple(row.network for row in found.httpdns if row.company == "Xiaomi") != ()
    assert found.of_vendor("Nobody") == ()
    assert found.vendors[:2] == ("Alibaba", "Baidu")
