# SPDX-License-Identifier: GPL-3.0-or-later
"""Static leases: the address, and the name, that a device always gets by DHCP. Checked as values; plain SQL."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from ipaddress import IPv4Address

from network.address_sets import BadElement
from network.address_sets import mac as parse_mac
from store.base.sentences import say

MAX_STATIC = 1000  # of a home; each is a line of dnsmasq's configuration
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class StaticLease:
    """A MAC address in small letters with colons, an IPv4 address, and one label as name, "" for none."""

    mac: str
    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.mac} {self.address}"


def check(mac: str, address: str, name: str = "") -> StaticLease:
    """The lease that is meant. Raises ValueError with a sentence."""
    try:
        hardware = parse_mac(mac.strip())
    except BadElement:
        raise ValueError(say("'{text}' is no MAC address: write aa:bb:cc:00:11:22.", text=mac[:60])) from None
    if int(hardware[:2], 16) & 1 or not hardware.strip("0:"):
        raise ValueError(say("{mac} is the MAC address of no device.", mac=hardware))
    try:
        wanted = str(IPv4Address(address.strip()))
    except ValueError:
        raise ValueError(say("'{text}' is no IPv4 address.", text=address[:60])) from None
    label = name.strip().lower()
    if label and not _NAME.fullmatch(label):
        raise ValueError(say("'{text}' is no name of a device: up to 63 letters, digits and hyphens, without dots.",
                             text=name[:80]))  # fmt: skip
    return StaticLease(hardware, wanted, label)


def load(con: sqlite3.Connection) -> tuple[StaticLease, ...]:
    """All, by address; a row that is none any more is passed over."""
    leases = []
    for row in con.execute("SELECT mac, address, name FROM dhcp_static LIMIT ?", (MAX_STATIC,)):
        try:
            leases.append(check(*map(str, row)))
        except ValueError:
            continue
    return tuple(sorted(leases, key=lambda lease: int(IPv4Address(lease.address))))
