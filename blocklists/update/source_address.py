# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a list may come from: the Internet and the home's own network, but never this machine itself.

A source, or a server that redirects, could otherwise make the appliance ask services that trust it because the question
comes from itself: its own web pages, a cloud's metadata. So names are resolved here, every address is looked at, and
the connection goes to just that address: a name that changes its mind in between gains nothing.
"""

import asyncio
import os
import socket
from ipaddress import IPv4Address, ip_address

from wire.addresses import LINK_LOCAL, LOOPBACK, MULTICAST, NAT64, UNSPECIFIED, Address, holder

# Set to 1, sources on loopback are taken: for tests, and for a mirror that runs on the appliance itself.
SWITCH = "TELLTALE_LOOPBACK_SOURCES"
# Where clouds tell a machine its secrets, beyond link-local addresses.
METADATA = frozenset(map(ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192")))
_is_here = holder((*LOOPBACK, *UNSPECIFIED))
_is_of_a_link = holder((*LINK_LOCAL, *MULTICAST))


class Forbidden(Exception):  # noqa: N818 - what the source is
    """A source leads to where none may. The text is a clause that follows the list's title and "was not fetched:"."""


def forbidden(address: Address) -> str | None:
    """Return what is wrong with fetching from this address, or None."""
    address = _behind(address)
    if address in METADATA or address == IPv4Address("169.254.169.254"):
        return f"its server has the address {address}, where a cloud keeps secrets"
    if _is_here(address.packed):
        return None if os.environ.get(SWITCH) == "1" else f"its server has the address {address}, this machine itself"
    if _is_of_a_link(address.packed):
        return f"its server has the address {address}, which is of one link and no place for a list"
    return None


async def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of `host`; raise `Forbidden` when one of them is, OSError when there is none."""
    try:
        found = [ip_address(host.strip("[]").partition("%")[0])]
    except ValueError:
        loop = asyncio.get_running_loop()
        answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in answers]
    for address in found:
        if reason := forbidden(address):
            raise Forbidden(reason)
    return list(dict.fromkeys(str(_behind(address)) for address in found))


def _behind(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
