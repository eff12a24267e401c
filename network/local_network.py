# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall stands on: which networks are the home's, and where this machine answers DNS and time. Pure values."""

from dataclasses import dataclass

from network.address_sets import Elements, elements

# A home's own addresses: RFC 1918, RFC 4193, link-local (RFC 3927, RFC 4291). Global ones come from the interfaces.
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
# Destinations that the wall never touches: the home itself, loopback, multicast, broadcast, carrier-grade NAT.
NEVER = (*PRIVATE, "0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "224.0.0.0/3", "::/127", "ff00::/8")


@dataclass(frozen=True, slots=True)
class Situation:
    """Found on this machine; `dns_ports` and `ntp` say what may be redirected here.

    on_link: networks reached without a router; own: this machine's addresses; dns_ports: port by IP version;
    forwards: whether anything passes through this machine at all.
    """

    on_link: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    dns_ports: tuple[tuple[int, int], ...] = ()
    ntp: bool = False
    forwards: bool = True

    def dns_port(self, version: int) -> int | None:
        """The port on which this machine answers DNS over IPv4 or IPv6 on every address, or None."""
        return dict(self.dns_ports).get(version)

    @property
    def home(self) -> Elements:
        """Where clients are."""
        return elements((*PRIVATE, *self.on_link))

    @property
    def never(self) -> Elements:
        """Destinations that are never touched, our own addresses first among them."""
        return elements((*NEVER, *self.on_link, *self.own))
