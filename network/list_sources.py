# SPDX-License-Identifier: GPL-3.0-or-later
"""From which addresses a list may be fetched: the Internet and the home's own network, but never this machine itself.

A source, or a server that redirects, could otherwise make the appliance ask services that trust it because the question
comes from itself: its own web pages, a cloud's metadata.
"""

from __future__ import annotations

import os
import re
import socket
from enum import Enum, auto
from ipaddress import IPv4Address, ip_address

from network import own_addresses
from wire.addresses import AT_HOME, LINK_LOCAL, LOOPBACK, MULTICAST, SITE_LOCAL, UNSPECIFIED, Address, holder
from wire.embedded import behind

# Set to 1, sources on loopback are taken: for tests, and for a mirror that runs on the appliance itself.
SWITCH = "TELLTALE_LOOPBACK_SOURCES"
# Where clouds tell a machine its secrets, beyond link-local addresses.
METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")))
_is_here = holder((*LOOPBACK, *UNSPECIFIED))
_is_of_a_link = holder((*LINK_LOCAL, *MULTICAST))
_is_at_home = holder((*AT_HOME, *SITE_LOCAL))
_NUMBERS = re.compile(r"(?:0x)?[0-9a-f]+(?:\.(?:0x)?[0-9a-f]+){0,3}", re.IGNORECASE)
# Names that lead to this machine or into a home, whoever answers for them.
_HERE = ("localhost",)
_HOME_ENDS = ("local", "lan", "home", "internal", "home.arpa", "localdomain", "box")


class Unfit(Enum):
    """Why no list may come from an address: this machine itself, one link's, where a cloud keeps secrets."""

    HERE = auto()
    LINK = auto()
    METADATA = auto()


def forbidden(address: Address) -> Unfit | None:
    """What is wrong with fetching from this address, or None."""
    address = behind(address)
    if address in METADATA or address == IPv4Address("169.254.169.254"):
        return Unfit.METADATA
    if _is_here(address.packed):
        return None if os.environ.get(SWITCH) == "1" else Unfit.HERE
    if _is_of_a_link(address.packed):
        return Unfit.LINK
    # The way to oneself begins and ends here.
    return Unfit.HERE if own_addresses.towards(str(address)) == address else None


def host_forbidden(host: str) -> Unfit | None:
    """The same of a host as it is typed, as far as it can be told without asking anybody."""
    if host.lower().rstrip(".").rpartition(".")[2] in _HERE:
        return None if os.environ.get(SWITCH) == "1" else Unfit.HERE
    address = literal(host)
    return forbidden(address) if address is not None else None


def is_home_host(host: str) -> bool:
    """Whether who typed this host meant one in the home: its address, or a name that only a home has."""
    address = literal(host)
    if address is not None:
        return _is_at_home(behind(address).packed)
    name = host.lower().rstrip(".")
    return "." not in name or name.endswith(tuple(f".{end}" for end in _HOME_ENDS))


def leads_home(address: Address) -> bool:
    """Whether this is an address of a home."""
    return _is_at_home(behind(address).packed)


def literal(host: str) -> Address | None:
    """The address that a host in a URL is, in whatever spelling (2130706433, 0x7f.1, ::ffff:…); None for a name."""
    bare = host.strip("[]").partition("%")[0]
    try:
        return ip_address(bare)
    except ValueError:
        pass
    if not _NUMBERS.fullmatch(bare) or not (bare[0].isdigit()):
        return None
    try:
        return IPv4Address(socket.inet_aton(bare))
    except OSError:
        return None
