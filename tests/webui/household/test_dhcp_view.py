# SPDX-License-Identifier: GPL-3.0-or-later
from network.lease_lines import Lease
from store.local.static_leases import StaticLease
from webui.household import dhcp_view
from webui.household.dhcp_view import MAX_LEASES, LeaseForm

MAC, OTHER = "02:00:5e:00:00:11", "02:00:5e:00:00:22"
KEPT = (StaticLease(MAC, "192.168.1.5", "nas"), StaticLease(OTHER, "192.168.1.6"))


def test_what_was_typed_stands_in_place_of_what_is_stored() -> None:
    typed = LeaseForm(OTHER, "x", "y", "z", wrong={"mac": "no"})
    shown = dhcp_view.static(KEPT, typed, {OTHER: 4}, {4: "TV"})
    assert [(form.which, form.mac, form.device_name, dict(form.problems)) for form in shown] == [
        (MAC, MAC, "", {}), (OTHER, "x", "TV", {"mac": "no"}),
    ]  # fmt: skip


def test_leases_with_their_devices_no_more_than_a_page_holds() -> None:
    rows = [Lease("192.168.1.9", MAC, "nas", 7), Lease("192.168.1.8", None, None)]
    rows += [Lease("192.168.2.1", OTHER, None)] * MAX_LEASES
    shown = dhcp_view.leases(rows, KEPT[:1], {MAC: 4}, {4: "NAS"})
    assert (shown[0].device, shown[0].device_name, shown[0].static, shown[0].ends) == (4, "NAS", True, 7)
    assert (shown[1].mac, shown[1].name, shown[1].device, shown[1].static) == ("", "", None, False)
    assert len(shown) == MAX_LEASES
