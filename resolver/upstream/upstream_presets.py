# SPDX-License-Identifier: GPL-3.0-or-later
"""Public DNS servers to choose from, with what their operators say of them; and those that the provider gave."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from store.base.sentences import mark, recall
from store.config.upstream_specs import check_upstream

_FILE = Path(__file__).with_name("upstream_presets.toml")
RESOLV_CONF = (Path("/run/systemd/resolve/resolv.conf"), Path("/etc/resolv.conf"))
MAX_RESOLV_CONF = 64 * 1024  # a page of lines by hand
MAX_SERVERS = 3  # that resolv.conf may name (resolv.conf(5))
# The words of the data file that people read.
WORDS = frozenset({
    mark("malware"), mark("nothing"), mark("malware and adult sites"), mark("ads, tracking and phishing"),
    mark("phishing"), mark("ads, tracking and malware"), mark("yes"), mark("no"), mark("not said"),
    mark("no addresses of clients"), mark("deleted within 25 hours"), mark("none"), mark("none in plain DNS"),
    mark("addresses for 24 to 48 hours, longer without them"), mark("sums without addresses"),
    mark("Switzerland"), mark("USA"), mark("Czechia"), mark("Germany"), mark("Canada"), mark("Cyprus"),
    mark("Sweden"),
})  # fmt: skip


class How(StrEnum):
    """In the clear, over TLS (DoT) or over HTTPS (DoH)."""

    PLAIN = "plain"
    TLS = "tls"
    HTTPS = "https"


Entry = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Preset:
    """An operator's servers by SPEC, in plain DNS; none: it answers encrypted DNS alone.

    `tls`: the name in their certificate; `https`: the SPEC over HTTPS; `source`: where the operator says all that.
    """

    id: str
    title: str
    filters: str
    dnssec: str
    logging: str
    operator: str
    country: str
    servers: tuple[str, ...]
    servers_ipv6: tuple[str, ...]
    tls: str
    https: str
    source: str

    @property
    def every(self) -> tuple[str, ...]:
        return self.servers + self.servers_ipv6

    @property
    def known(self) -> frozenset[str]:
        """Every SPEC that `specs` gives."""
        return frozenset(spec for how in How for spec in self.specs(how, ipv6=True))

    def specs(self, how: How, *, ipv6: bool = False) -> tuple[str, ...]:
        """As the setting takes them; over TLS by address and name, so that nobody is asked where they are."""
        plain = self.every if ipv6 else self.servers
        if how is How.PLAIN:
            return plain
        if how is How.HTTPS:
            return (self.https,)
        addresses = (spec.removesuffix(":53") for spec in plain)
        return tuple(f"tls://{address}#{self.tls}" for address in addresses) or (f"tls://{self.tls}",)


@dataclass(frozen=True, slots=True)
class Unusable:
    """One that people look for and that cannot be chosen."""

    title: str
    source: str


@cache
def presets() -> tuple[Preset, ...]:
    """In the order of the page."""
    return tuple(_preset(entry) for entry in _data()["preset"])


@cache
def gone() -> tuple[Unusable, ...]:
    return tuple(_unusable(entry) for entry in _data()["gone"])


def of_provider(files: Iterable[Path] = RESOLV_CONF) -> tuple[str, ...]:
    """The servers that this machine was given by its router or provider, without itself; () where it says none."""
    for path in files:
        try:
            lines = path.read_text("utf-8", "replace")[:MAX_RESOLV_CONF].splitlines()
        except OSError:
            continue
        named = (line.split()[1] for line in lines if line.startswith("nameserver") and len(line.split()) > 1)
        servers = [spec for text in named if (spec := _spec(text))]
        if servers:
            return tuple(servers[:MAX_SERVERS])
    return ()


def _spec(text: str) -> str:
    """As the setting takes it; "" for this machine itself, and for what is no address."""
    try:
        address = ip_address(text)
        spec = check_upstream(f"[{text}]:53" if address.version == 6 else text)
    except ValueError:
        return ""
    return "" if address.is_loopback else spec


def _preset(entry: Entry) -> Preset:
    title, filters, dnssec, logging, country = (
        recall(_text(entry, key)) for key in ("title", "filters", "dnssec", "logging", "country")
    )
    operator = _text(entry, "operator")
    servers, servers_ipv6 = (tuple(entry[key]) for key in ("servers", "servers_ipv6"))
    return Preset(_text(entry, "id"), title, filters, dnssec, logging, operator, country, servers, servers_ipv6,
                  _text(entry, "tls"), _text(entry, "https"), _text(entry, "source"))  # fmt: skip


def _unusable(entry: Entry) -> Unusable:
    return Unusable(_text(entry, "title"), _text(entry, "source"))


def _text(entry: Entry, key: str) -> str:
    value = entry[key]
    assert isinstance(value, str)
    return value


def _data() -> dict[str, list[Entry]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
