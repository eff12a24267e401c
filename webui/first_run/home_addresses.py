# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which addresses this appliance is met at home, and which router is before it. Pure, but `look`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, IPv6Network, ip_address

from network import address_flags, own_addresses, routes
from network.address_flags import OwnAddress
from store.base import router_guides
from store.config.devices import DeviceRow
from store.config.endpoints import parse_endpoint
from store.config.settings import Settings

DNS_PORT = 53
_UNIQUE_LOCAL = IPv6Network("fc00::/7")  # RFC 4193


@dataclass(frozen=True, slots=True)
class HomeAddresses:
    """`here`, `here6`: what a router is given, "" where there is none; `lasting6`: that it stays when the provider's
    prefix changes; `lent`: that a DHCP server lends `here`; `port`: of DNS, which a router cannot be told; `way_out`:
    this machine's own in the home, where `here` leads nowhere from a router."""

    here: str
    here6: str = ""
    lasting6: bool = True
    lent: bool = False
    router: str = ""
    port: int = DNS_PORT
    way_out: str = ""

    @property
    def loopback(self) -> bool:
        """Whether DNS is answered for this machine alone."""
        return bool(self.here) and ip_address(self.here).is_loopback

    @property
    def to_enter(self) -> str:
        """What the router's field takes, or will once DNS is answered there; "" where that is not known."""
        return self.way_out if self.loopback else self.here


def look(settings: Settings) -> HomeAddresses:
    return of(address_flags.own(), str(own_addresses.way_out() or ""), routes.router() or "", settings.dns)


def of(own: Sequence[OwnAddress], way_out: str, router: str, dns: Iterable[str]) -> HomeAddresses:
    """An address that DNS is answered on alone comes before the way out."""
    endpoints = [parse_endpoint(text, DNS_PORT) for text in dns]
    named = [address for address, _ in endpoints if ":" not in address and not ip_address(address).is_unspecified]
    here = next(iter(named), "") or way_out
    ports = [port for _, port in endpoints]
    here6 = _best6(own) if any(":" in address for address, _ in endpoints) else ""
    lent = any(str(row.address) == here and not row.permanent for row in own)
    port = DNS_PORT if not ports or DNS_PORT in ports else ports[0]
    met = HomeAddresses(here, here6, not here6 or not IPv6Address(here6).is_global, lent, router, port)
    return replace(met, way_out=way_out) if met.loopback else met


def brand(router: str, rows: Iterable[DeviceRow]) -> str:
    """What the router seems to be, by what is known of it as a device."""
    row = next((row for row in rows if router and router in row.addresses), None)
    return router_guides.brand_of([row.name or "", row.found_name or "", row.maker or ""]) if row else ""


def _best6(own: Iterable[OwnAddress]) -> str:
    """One that lasts: unique local, then of the provider, then link-local; none that is given up again soon."""
    lasting = [row.address for row in own if not row.temporary and not row.deprecated]
    mine = [address for address in lasting if isinstance(address, IPv6Address)]
    chosen = [address for address in mine if address in _UNIQUE_LOCAL]
    chosen += [address for address in mine if address.is_global]
    chosen += [address for address in mine if address.is_link_local]
    return str(chosen[0]) if chosen else ""
