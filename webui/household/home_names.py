# SPDX-License-Identifier: GPL-3.0-or-later
"""Names by which devices of the home are found, as its local names stand: who says each, and what became of others."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from network.address_sets import is_mac
from resolver.answer import home_zone
from store.base.sentences import say
from store.config.choices import NameSource
from store.config.settings import Settings
from store.local import device_names, forwards, local_records
from store.local.device_names import label_of

MAX_SHOWN = 500  # of one page; a search finds the others

SOURCES: Mapping[str, str] = {
    NameSource.LEASE: say("told by DHCP"), NameSource.HOSTS: say("from this machine’s hosts file"),
    NameSource.PTR: say("told by the router (PTR)"), NameSource.MDNS: say("as it calls itself (mDNS)"),
    NameSource.SSDP: say("as it calls itself (UPnP)"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HomeName:
    """A device's name in DNS; "" where it has none. `source`: who says so; `told`: what else is to be said of it."""

    name: str
    addresses: tuple[str, ...]
    device: int
    called: str
    source: str
    told: str


def home_names(config: sqlite3.Connection, settings: Settings) -> list[HomeName]:
    """Of every device that is called anything, by name; [] where devices have no names. Raises sqlite3.Error."""
    domain = settings.home_domain
    if not domain:
        return []
    records = local_records.load(config)
    zone = home_zone.build(settings.own_name, domain, records, forwards.load(config))
    names = device_names.load(config, zone.may_claim)
    owned = {record.name for record in records}
    made = [_home_name(row, names, domain, owned) for row in config.execute(_DEVICES)]
    return sorted(made, key=lambda each: (not each.told, not each.name, each.name, each.device))


_DEVICES = """SELECT d.id, d.name, d.found_name, d.found_from, group_concat(c.address)
    FROM device d JOIN client c ON c.device_id = d.id
    WHERE d.name IS NOT NULL OR d.found_name IS NOT NULL GROUP BY d.id"""


def _home_name(
    row: tuple[int, str | None, str | None, str | None, str], names: device_names.DeviceNames, domain: str,
    owned: Iterable[str],
) -> HomeName:  # fmt: skip
    number, given, found_name, found_from, addresses = row
    label = next((names.labels[packed] for packed in _packed(addresses) if packed in names.labels), "")
    by_hand = bool(given and label_of(given))
    wanted = label_of(given) if given and by_hand else label_of((found_name or "").partition(".")[0])
    source = say("the name that it was given") if by_hand else SOURCES.get(found_from or "", "")
    shown = tuple(str(ip_address(each)) for each in names.addresses.get(label, ()))
    why = _told(wanted, label, domain, owned)
    if wanted and not label and not _can_be_met(addresses):
        why = say("No address of it leads there.")
    return HomeName(f"{label}.{domain}" if label else "", shown, number, given or found_name or "", source, why)


def _told(wanted: str, label: str, domain: str, owned: Iterable[str]) -> str:
    """Why it is not called what it would be; "" where it is."""
    if not wanted:
        return say("Nothing of its name can stand in DNS.")
    if label == wanted:
        return ""
    name = f"{wanted}.{domain}"
    if {wanted, name} & set(owned):
        return say("{name} is a record of your own, which goes before it.", name=name)
    if label:
        return say("{name} was taken already, so it has a number behind.", name=name)
    return say("{name} is not free for it: the name is taken, or no device may claim it by itself.", name=name)


def _can_be_met(addresses: str) -> bool:
    """Whether others can be led to one of its addresses: a loopback or link-local one is only this machine's."""
    return any(not (at.is_loopback or at.is_link_local) for at in map(ip_address, _texts(addresses)))


def _texts(addresses: str) -> Iterable[str]:
    """Addresses alone, without MACs, which are all that a trusted router tells of some, and without interfaces."""
    return (text.partition("%")[0] for text in addresses.split(",") if not is_mac(text))


def _packed(addresses: str) -> Iterable[bytes]:
    return (ip_address(text).packed for text in _texts(addresses))
