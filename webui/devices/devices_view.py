# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices as the pages show them: what config.db knows of them, with their counts from the query log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.base.sentences import say
from store.config.choices import ClientHow, DeviceKind, NameSource
from store.config.devices import DeviceRow, display_name
from store.devices import device_kinds, kind_rules
from store.log.protocol import LogReader
from store.log.values import Reports
from webui.views.labels import KINDS
from webui.views.ranges import Range

# More devices than a home has are counted only up to here; the rest show no counts.
MAX_COUNTED = 500


# How it is known whose an address is, as the page says it.
WAYS = {
    ClientHow.EDNS: say("a trusted router"),
    ClientHow.MAC: say("its MAC address"),
    ClientHow.LEASE: say("a DHCP lease"),
    ClientHow.HAND: say("you"),
    ClientHow.ADDRESS: say("the address alone"),
}
# Whose word its name is.
NAMED_BY = {
    NameSource.HAND: say("you"),
    NameSource.LEASE: say("a DHCP lease"),
    NameSource.HOSTS: say("a hosts file"),
    NameSource.PTR: say("the router"),
    NameSource.MDNS: say("the device, by mDNS"),
    NameSource.SSDP: say("the device, by UPnP"),
}


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One line of the devices page. last_seen, first_seen: Unix seconds; reports None: it asked for no tracking.

    `kind_said` is a guess where there is no `given_kind`.
    """

    id: int
    name: str
    given_name: str | None
    found_name: str | None
    maker: str | None
    mac: str | None
    addresses: tuple[str, ...]
    first_seen: float
    last_seen: float | None
    queries: int = 0
    blocked: int = 0
    reports: Reports | None = None
    kind: str = DeviceKind.UNKNOWN
    kind_said: str = ""
    given_kind: str | None = None
    kind_reason: str = ""
    named_by: str = ""
    groups: tuple[int, ...] = ()

    @property
    def unnamed(self) -> bool:
        """Whether nobody, no person and no network, has a name for it."""
        return not (self.given_name or self.found_name)

    @property
    def tracking(self) -> int:
        """Its look-ups for tracking."""
        return self.reports.all.lookups if self.reports else 0

    @property
    def through(self) -> int:
        """How many of them got through."""
        return self.tracking - self.reports.all.blocked - self.reports.all.failed if self.reports else 0


def lines(rows: Iterable[DeviceRow], reader: LogReader, span: Range) -> list[DeviceView]:
    """All devices, the busiest first, then the latest seen."""
    seen = reader.devices_seen()
    with reader.counts(span.from_us, span.to_us) as counts:
        reports, tops = counts.reporters(), counts.top("devices", limit=MAX_COUNTED, last=False)
    asked = {int(top.key): (top.queries, top.blocked) for top in tops if top.key}
    made = [line(row, seen, asked.get(row.id, (0, 0)), reports.get(row.id)) for row in rows]
    return sorted(made, key=lambda view: (-view.queries, -(view.last_seen or 0), view.name.casefold()))


def line(
    row: DeviceRow,
    seen: Mapping[int, tuple[int, int]],
    counts: tuple[int, int] = (0, 0),
    reports: Reports | None = None,
) -> DeviceView:
    kind = device_kinds.kind_of(row.given_kind, row.found_kind)
    return DeviceView(
        id=row.id,
        name=display_name(row),
        given_name=row.name,
        found_name=row.found_name,
        maker=row.maker,
        mac=row.mac,
        addresses=row.addresses,
        first_seen=row.first_seen,
        last_seen=seen[row.id][1] / 1_000_000 if row.id in seen else None,
        queries=counts[0],
        blocked=counts[1],
        reports=reports,
        kind=kind,
        kind_said=KINDS[kind],
        given_kind=row.given_kind,
        groups=row.groups,
        named_by=NAMED_BY[row.name_from] if row.name_from else "",
        kind_reason="" if row.given_kind else kind_rules.reason_said(row.kind_reason),
    )


def others(names: Mapping[int, str], number: int) -> list[tuple[int, str]]:
    """(id, name) of the devices that one may be one with, by name."""
    rest = ((other, name) for other, name in names.items() if other != number)
    return sorted(rest, key=lambda pair: pair[1].casefold())
