# SPDX-License-Identifier: GPL-3.0-or-later
"""Static leases: the address, and the name, that a device always gets by DHCP. Checked as values; plain SQL."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from ipaddress import IPv4Address

from store.base.sentences import say

MAX_STATIC = 1000  # of a home; each is a line of dnsmasq's configuration
_DIGITS = re.compile(r"[0-9a-f]{12}", re.ASCII)
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class StaticLease:
    """A MAC address in small letters with colons, an IPv4 address, and one label as name, "" for none."""

    mac: str
    address: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.mac} {self.address}"


class WrongLease(ValueError):  # noqa: N818 - what is wrong is the point
    """A static lease that cannot be; `part` is the name of the field that is wrong."""

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part


def check(mac: str, address: str, name: str = "") -> StaticLease:
    """The lease that is meant. Raises WrongLease with a sentence."""
    hardware = read_mac(mac)
    if int(hardware[:2], 16) & 1 or not hardware.strip("0:"):
        raise WrongLease("mac", say("{mac} is the MAC address of no device.", mac=hardware))
    try:
        wanted = str(IPv4Address(address.strip()))
    except ValueError:
        raise WrongLease("address", say("'{text}' is no IPv4 address.", text=address[:60])) from None
    label = name.strip().lower()
    if label and not _NAME.fullmatch(label):
        raise WrongLease("name", say(
            "'{text}' is no name of a device: up to 63 letters, digits and hyphens, without dots.", text=name[:80]
        ))  # fmt: skip
    return StaticLease(hardware, wanted, label)


def read_mac(text: str) -> str:
    """A MAC address as devices and their makers write it: aa:bb:cc:00:11:22, AA-BB-…, aabb.cc00.1122, aabbcc001122, and
    with digits left out (a:b:…). Raises WrongLease."""
    parts = re.split(r"[:.\s-]", text.strip().lower())
    if len(parts) == 6:
        parts = [part.zfill(2) if part else "?" for part in parts]
    digits = "".join(parts)
    if len(parts) not in (1, 3, 6) or len({len(part) for part in parts}) != 1 or not _DIGITS.fullmatch(digits):
        raise WrongLease("mac", say("'{text}' is no MAC address: write aa:bb:cc:00:11:22.", text=text[:60]))
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def load(con: sqlite3.Connection) -> tuple[StaticLease, ...]:
    """All, by address; a row that is none any more is passed over."""
    leases = []
    for row in con.execute("SELECT mac, address, name FROM dhcp_static LIMIT ?", (MAX_STATIC,)):
        try:
            leases.append(check(*map(str, row)))
        except ValueError:
            continue
    return tuple(sorted(leases, key=lambda lease: int(IPv4Address(lease.address))))
