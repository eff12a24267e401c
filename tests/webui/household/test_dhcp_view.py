# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace
from ipaddress import IPv4Network

from network.lease_lines import Lease
from store.local.static_leases import StaticLease
from webui.household import dhcp_view

MAC, OTHER = "02:00:5e:00:00:11", "02:00:5e:00:00:22"
KEPT = (StaticLease(MAC, "192.168.1.5", "nas"), StaticLease(OTHER, "192.168.1.6"))


def test_a_static_lease_says_which_address_its_device_has_until_then() -> None:
    given = [Lease("192.168.1.5", MAC, None), Lease("192.168.1.9", OTHER, None)]
    shown = dhcp_view.static(KEPT, given, {OTHER: 4}, {4: "TV"})
    assert [(each.which, each.device_name, each.now) for each in shown] == [(MAC, "", ""), (OTHER, "TV", "192.168.1.9")]


def test_a_range_counts_each_address_once_and_none_outside() -> None:
    given = [Lease("192.168.1.5", MAC, None), Lease("192.168.1.99", None, None)]
    full = dhcp_view.range_of("192.168.1.1", "192.168.1.10", given, KEPT)
    assert full is not None and (full.size, full.given, full.kept, full.free) == (10, 1, 1, 8)
    assert dhcp_view.range_of("", "192.168.1.10", given, KEPT) is None
    assert dhcp_view.range_of("192.168.1.10", "192.168.1.1", given, KEPT) is None


def test_what_lies_outside_the_network_is_told() -> None:
    (line,) = dhcp_view.conflicts([], KEPT[:1], IPv4Network("10.0.0.0/8"))
    assert "lies outside the network 10.0.0.0/8" in str(line)
    assert dhcp_view.conflicts([], KEPT, None) == []


def test_leases_with_their_devices_no_more_than_a_page_holds() -> None:
    rows = [Lease("192.168.1.9", MAC, "nas", 7), Lease("192.168.1.8", None, None)]
    shown = dhcp_view.leases(rows, KEPT[:1], {MAC: 4}, {4: "NAS"})
    assert (shown[0].device, shown[0].device_name, shown[0].static, shown[0].ends) == (4, "NAS", True, 7)
    assert (shown[1].mac, shown[1].name, shown[1].device, shown[1].static) == ("", "", None, False)
    assert dhcp_view.leases(rows, (), {MAC: 4}, {4: "NAS"}, "nas 1.9") == [replace(shown[0], static=False)]
    assert dhcp_view.leases(rows, (), {}, {}, "nobody") == []
