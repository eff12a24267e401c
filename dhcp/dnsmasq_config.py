# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as dnsmasq's configuration. Pure; every value in it was parsed before, so no line can be another option's."""

from __future__ import annotations

from pathlib import Path

from dhcp.lease_plan import DhcpPlan

# How often routers say again what they advertise; devices keep our DNS server for some of these.
ADVERTISE_SECONDS = 60

_ALWAYS = (
    "port=0",  # DNS is ours
    "bind-dynamic",
    "no-hosts",
    "no-resolv",
    "dhcp-authoritative",
    # A device that is called wpad would be asked by others for their proxy (CERT VU#598349).
    "dhcp-name-match=set:nameless,wpad",
    "dhcp-name-match=set:nameless,localhost",
    "dhcp-ignore-names=tag:nameless",
    "quiet-dhcp",
    "quiet-dhcp6",
    "quiet-ra",
)


def render(plan: DhcpPlan, leases: Path) -> str:
    """The text of the file; `leases` is where dnsmasq keeps them."""
    minutes = f"{plan.lease_minutes}m"
    lines = [
        "# Written by Telltale: what is changed here is written over.",
        *_ALWAYS,
        f"interface={plan.interface}",
        f"dhcp-leasefile={leases}",
        f"dhcp-lease-max={plan.size + len(plan.static)}",
        f"dhcp-range={plan.first},{plan.last},{plan.network.netmask},{minutes}",
        f"dhcp-option=option:router,{plan.router}",
        f"dhcp-option=option:dns-server,{plan.own}",
        *([f"domain={plan.domain}"] if plan.domain else []),
        *("dhcp-host=" + ",".join(filter(None, (kept.mac, kept.address, kept.name, minutes))) for kept in plan.static),
        *(_advertised(plan) if plan.ipv6 else ()),
    ]
    return "\n".join(lines) + "\n"


def _advertised(plan: DhcpPlan) -> tuple[str, ...]:
    """Router advertisements that name us as DNS server and say that we are no router (a lifetime of 0, RFC 4861)."""
    return (
        "enable-ra",
        f"dhcp-range=::,constructor:{plan.interface},ra-only",
        f"ra-param={plan.interface},{ADVERTISE_SECONDS},0",
        "dhcp-option=option6:dns-server,[fe80::]",  # our link-local address, which no provider changes
        *([f"dhcp-option=option6:domain-search,{plan.domain}"] if plan.domain else ()),
    )
