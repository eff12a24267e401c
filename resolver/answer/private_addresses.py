# SPDX-License-Identifier: GPL-3.0-or-later
"""What leads into a home: the addresses that are private everywhere, and those behind this network's own NAT64 prefix.

The network tells its prefix by the answer to `ipv4only.arpa` (RFC 7050): the two well-known addresses, behind it. A
process has one network around it, so this knowledge is the process's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv6Network

from wire import addresses
from wire.addresses import LOCAL, PRIVATE_FIRST_BYTES, clothed, first_bytes, holder
from wire.embedded import nat64_prefix
from wire.message import Response

PREFIXES_MAX = 8  # RFC 7050 expects one, or two while a network changes it
FIRST_BYTES = set(PRIVATE_FIRST_BYTES)  # of private addresses, for who looks at many

_WELL_KNOWN = (bytes((192, 0, 0, 170)), bytes((192, 0, 0, 171)))
_everywhere = addresses.is_private
_here: Callable[[bytes], bool] | None = None


def is_private(packed: bytes) -> bool:
    """Whether a public name must not lead to this address (4 or 16 bytes)."""
    return _everywhere(packed) or (_here is not None and len(packed) == 16 and _here(packed))


def prefixes(answer: Response) -> tuple[IPv6Network, ...]:
    """The network's NAT64 prefixes by the answer to AAAA of `ipv4only.arpa`, sorted; none where there is no NAT64."""
    mapped = (nat64_prefix(each, _WELL_KNOWN) for each in answer.addresses if len(each) == 16)
    return tuple(sorted({prefix for prefix in mapped if prefix is not None})[:PREFIXES_MAX])


def learn(known: Iterable[IPv6Network]) -> None:
    """From now on these are the network's NAT64 prefixes."""
    global _here
    networks = clothed(LOCAL, known)
    _here = holder(networks) if networks else None
    FIRST_BYTES.clear()
    FIRST_BYTES.update(PRIVATE_FIRST_BYTES, first_bytes(networks))
