# SPDX-License-Identifier: GPL-3.0-or-later
"""What each address of the home has announced so far. Bounded whatever is sent, and pure.

Each packet counts for the address that it came from alone, so that nobody gives a name to another's address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from network import mdns
from network.friendly_names import friendly_name
from network.mdns import Announced
from network.upnp_description import Description
from store.config.choices import NameSource
from store.devices.kind_rules import Signs

ADDRESSES_MAX = 2000  # of a home and its visitors; of more, those that changed least lately go. Some 2 KB each.
WORDS_MAX = 24  # of each sort, of one address


@dataclass(frozen=True, slots=True)
class Heard:
    """Of one address: names by their source (`mdns_rank`: how good, 0 is the best), and what may tell its kind."""

    mdns_name: str | None = None
    mdns_rank: int = 99
    ssdp_name: str | None = None
    hosts: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    upnp_types: tuple[str, ...] = ()
    maker: str = ""

    @property
    def names(self) -> dict[NameSource, str]:
        """What it calls itself, by source."""
        given = {NameSource.MDNS: self.mdns_name, NameSource.SSDP: self.ssdp_name}
        return {source: name for source, name in given.items() if name}

    @property
    def signs(self) -> Signs:
        return Signs(models=self.models, services=self.services, upnp_types=self.upnp_types, names=self.hosts)


class AnnouncementBook:
    """One per recorder; used by one thread, `of` by any."""

    def __init__(self) -> None:
        self._heard: dict[str, Heard] = {}

    def of(self, address: str) -> Heard | None:
        return self._heard.get(address)

    def hosts(self, address: str) -> tuple[str, ...]:
        """Host names that an address has shown to be its own."""
        return heard.hosts if (heard := self._heard.get(address)) else ()

    def take_mdns(self, announced: Announced) -> bool:
        """Note what a device announced by mDNS; whether anything of it is new."""
        if not announced.hosts and not announced.services:
            return False
        before = self._heard.get(announced.address, Heard())
        hosts = _joined(before.hosts, announced.hosts, mdns.HOSTS_MAX)
        rank, name = mdns.name_of(announced) or (before.mdns_rank, before.mdns_name)
        if rank > before.mdns_rank:
            rank, name = before.mdns_rank, before.mdns_name
        return self._put(announced.address, replace(
            before,
            mdns_name=name,
            mdns_rank=rank,
            hosts=hosts,
            services=_joined(before.services, (service.type for service in announced.services), WORDS_MAX),
            models=_joined(before.models, _models(announced), WORDS_MAX),
        ))  # fmt: skip

    def take_upnp_type(self, address: str, kind: str) -> bool:
        """Note a type that a device announced by SSDP; whether it is new."""
        if not kind.lower().startswith("urn:"):
            return False
        before = self._heard.get(address, Heard())
        return self._put(address, replace(before, upnp_types=_joined(before.upnp_types, (kind,), WORDS_MAX)))

    def take_description(self, address: str, description: Description) -> bool:
        """Note what a device's description says; whether anything of it is new."""
        before = self._heard.get(address, Heard())
        return self._put(address, replace(
            before,
            ssdp_name=friendly_name(description.friendly_name) or before.ssdp_name,
            upnp_types=_joined(before.upnp_types, (description.type,), WORDS_MAX),
            models=_joined(before.models, (description.model,), WORDS_MAX),
            maker=friendly_name(description.manufacturer) or before.maker,
        ))  # fmt: skip

    def _put(self, address: str, heard: Heard) -> bool:
        if self._heard.get(address) == heard:
            return False
        self._heard.pop(address, None)
        if len(self._heard) >= ADDRESSES_MAX:
            self._heard.pop(next(iter(self._heard)))
        self._heard[address] = heard
        return True


def _joined(before: tuple[str, ...], words: Iterable[str], most: int) -> tuple[str, ...]:
    """Those from before and new ones, while there is room."""
    return tuple(dict.fromkeys((*before, *filter(None, words))))[:most]


def _models(announced: Announced) -> list[str]:
    """Models that TXT records tell; a HomeKit device tells its category instead."""
    models = []
    for service in announced.services:
        models += [service.text[key] for key in ("model", "am", "md", "ty", "rpmd") if service.text.get(key)]
        if service.type == "_hap._tcp" and service.text.get("ci", "").isdigit():
            models.append(f"ci={service.text['ci']}")
    return models
