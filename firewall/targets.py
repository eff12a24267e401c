# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses that serve DNS and nothing else, and vendors' HTTP resolvers, with the company behind each: firewall/data.

A line is `network<TAB>company<TAB>source`; the files are written by hand and sorted, which a test holds.
"""

from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network
from pathlib import Path

from network.address_sets import Elements, elements
from wire.addresses import Address, Network


@dataclass(frozen=True, slots=True)
class Target:
    """One network, who runs it, and how we know."""

    network: Network
    company: str
    source: str


@dataclass(frozen=True, slots=True)
class Targets:
    """Both files, read."""

    doh: tuple[Target, ...]
    httpdns: tuple[Target, ...]

    @property
    def doh_elements(self) -> Elements:
        """The networks of DNS services."""
        return elements(target.network for target in self.doh)

    @property
    def httpdns_elements(self) -> Elements:
        """The networks of HTTP resolvers."""
        return elements(target.network for target in self.httpdns)

    def of_vendor(self, name: str) -> tuple[Network, ...]:
        """The addresses of a vendor's own HTTP resolvers, by its name in any letters; none for another name."""
        return tuple(target.network for target in self.httpdns if target.company.lower() == name.lower())

    @property
    def vendors(self) -> tuple[str, ...]:
        """The names that `of_vendor` knows, sorted."""
        return tuple(sorted({target.company for target in self.httpdns}, key=str.lower))

    def company_of(self, address: Address) -> str | None:
        """Who runs the address, as far as the files know."""
        for target in (*self.httpdns, *self.doh):
            if target.network.version == address.version and address in target.network:
                return target.company
        return None


@cache
def load() -> Targets:
    """Both files; raises ValueError when one does not read."""
    return Targets(_read("doh.tsv"), _read("httpdns.tsv"))


@cache
def shared() -> tuple[Target, ...]:
    """Networks that many web sites share."""
    return _read("shared.tsv")


def _read(name: str) -> tuple[Target, ...]:
    text = (Path(__file__).parent / "data" / name).read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return tuple(Target(ip_network(network), company, source) for network, company, source in rows)
