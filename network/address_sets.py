# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses and networks on their way into a set of the kernel: each is parsed before it is rendered. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network

from wire.addresses import Address, Network, parse

# Of one set and family. The largest lists of addresses known have some 50,000; the kernel takes a second for them.
MAX_ELEMENTS = 65_536


class BadElement(ValueError):  # noqa: N818 - named for what it is
    """Something that is no address or network, or too many of them; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Elements:
    """Networks of both families, sorted, without overlaps, at most MAX_ELEMENTS of each."""

    v4: tuple[IPv4Network, ...] = ()
    v6: tuple[IPv6Network, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.v4 or self.v6)

    def __contains__(self, address: Address) -> bool:
        own: tuple[Network, ...] = self.v4 if address.version == 4 else self.v6
        return any(address in network for network in own)


NONE = Elements()


def elements(texts: Iterable[str | Network]) -> Elements:
    """The networks in `texts`, host bits cleared, joined where they touch. Raises BadElement."""
    v4: list[IPv4Network] = []
    v6: list[IPv6Network] = []
    for text in texts:
        network = _network(text)
        if isinstance(network, IPv4Network):
            v4.append(network)
        else:
            v6.append(network)
        if max(len(v4), len(v6)) > MAX_ELEMENTS:
            raise BadElement(f"More than {MAX_ELEMENTS} addresses in one set; take shorter lists.")
    return Elements(tuple(collapse_addresses(v4)), tuple(collapse_addresses(v6)))


def address(text: str) -> Address:
    """One address without an interface; an IPv4 address in IPv6 clothes (::ffff:192.0.2.1) counts as IPv4."""
    try:
        return parse(text)
    except ValueError:
        raise BadElement(f"'{text[:60]}' is no address.") from None


def mac(text: str) -> str:
    """A MAC address in small letters with colons. Raises BadElement."""
    parts = text.lower().replace("-", ":").split(":")
    if len(parts) != 6 or not all(len(part) == 2 and set(part) <= set("0123456789abcdef") for part in parts):
        raise BadElement(f"'{text[:60]}' is no MAC address.")
    return ":".join(parts)


def is_mac(text: str) -> bool:
    """Whether it is a MAC address in the form of `mac`."""
    return len(text) == 17 and text.count(":") == 5 and set(text) <= set("0123456789abcdef:")


def is_private_mac(text: str) -> bool:
    """Whether a MAC address in that form is locally administered: made up by its device, so it names no maker."""
    return bool(int(text[:2], 16) & 2)


def _network(text: str | Network) -> Network:
    if isinstance(text, IPv4Network | IPv6Network):
        return text
    try:
        if "%" in text:  # Python takes any text for the name of an interface
            raise ValueError
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise BadElement(f"'{text[:60]}' is no address or network.") from None
