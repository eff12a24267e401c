# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP as its page shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from network.lease_lines import Lease
from store.base.sentences import say
from store.local.static_leases import StaticLease
from webui.views.settings_view import FieldView

MAX_LEASES = 1000  # of one page; a home has few, and the API has all
# The settings of the form, in its order, with their titles there.
TITLES = {
    "dhcp_from": say("First address"),
    "dhcp_to": say("Last address"),
    "dhcp_router": say("Router (gateway)"),
    "home_domain": say("Domain"),
    "dhcp_lease_minutes": say("Lease time in minutes"),
    "dhcp_interface": say("Network connection"),
    "dhcp_ipv6": say("DNS over IPv6 (router advertisements)"),
}
EXAMPLES = {
    "dhcp_from": "192.168.1.100", "dhcp_to": "192.168.1.200", "dhcp_router": "192.168.1.1", "home_domain": "home.arpa",
    "dhcp_interface": "eth0",
}  # fmt: skip
ADDED = ""  # which static lease a form is about: the new one


@dataclass(frozen=True, slots=True)
class LeaseForm:
    """A static lease as a form: as it is stored, or as it was typed with what is wrong, by part; `which`: its MAC."""

    which: str
    mac: str
    address: str
    name: str
    device: int | None = None
    device_name: str = ""
    wrong: Mapping[str, str] | None = None

    @property
    def problems(self) -> Mapping[str, str]:
        return self.wrong or {}


@dataclass(frozen=True, slots=True)
class LeaseView:
    """Who has an address; `ends`: Unix seconds, 0 for never. The name is as the device says it: hostile, perhaps."""

    address: str
    mac: str
    name: str
    ends: int
    static: bool
    device: int | None
    device_name: str


def fields(every: Iterable[FieldView]) -> list[FieldView]:
    """Those of the form, out of all settings."""
    by_key = {field.key: field for field in every}
    return [replace(by_key[key], title=title) for key, title in TITLES.items()]


def static(rows: Sequence[StaticLease], typed: LeaseForm | None, by_mac: Mapping[str, int],
           names: Mapping[int, str]) -> list[LeaseForm]:  # fmt: skip
    """The static leases, the one that was typed in place of what is stored."""
    made = []
    for row in rows:
        device = by_mac.get(row.mac)
        form = LeaseForm(row.mac, row.mac, row.address, row.name, device, names.get(device or 0, ""))
        if typed is not None and typed.which == row.mac:
            form = replace(typed, device=form.device, device_name=form.device_name)
        made.append(form)
    return made


def leases(
    rows: Sequence[Lease], kept: Iterable[StaticLease], by_mac: Mapping[str, int], names: Mapping[int, str]
) -> list[LeaseView]:
    """In the order of the rows, at most MAX_LEASES."""
    macs = {lease.mac for lease in kept}
    made = []
    for row in rows[:MAX_LEASES]:
        mac = row.mac or ""
        device = by_mac.get(mac)
        made.append(LeaseView(
            row.address, mac, row.name or "", row.ends, mac in macs, device, names.get(device or 0, "")
        ))  # fmt: skip
    return made
