# SPDX-License-Identifier: GPL-3.0-or-later
"""What the home itself says of names: local records, names of its devices, domains that go to other servers. Pure.

    by hand: a record, a device's name; and the way back from their addresses
    the nearest of: a domain that is forwarded, a wildcard (RFC 4592; of two for the same domain the wildcard)
    a device's name as it was found

There is no zone around a record: names beside it go on to whoever knows them. `tops` and `near` tell nearly every
query by one look that nothing here is about its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import NamedTuple

from resolver.answer.local_names import HOST_TYPES, OUR_TOPS
from resolver.upstream import route
from resolver.upstream.route import Route
from store.certificates.designated_resolver import NOBODY, Designated
from store.config.custom_responses import Answer
from store.local import local_records
from store.local.device_names import DeviceNames
from store.local.forwards import Forward
from store.local.local_records import LocalRecord
from wire import zones
from wire.names import address_of_reverse
from wire.types import DS, type_name

RECORDS, DEVICES = "records", "devices"  # what stands in place of a blocklist id in the log


class HomeAnswer(NamedTuple):
    """What a name of the home has, by which record or whose name (`rule`), and where from: RECORDS or DEVICES."""

    answer: Answer
    rule: str
    origin: str


@dataclass(slots=True)
class HomeZone:
    """Records and forwards are those of a snapshot; `devices` is put in anew when somebody comes or is named."""

    own_name: str = ""
    domain: str = ""  # of the home; "": devices have no names
    records: dict[str, list[LocalRecord]] = field(default_factory=dict)
    forwards: dict[str, Route] = field(default_factory=dict)
    pointers: dict[bytes, str] = field(default_factory=dict)  # packed address → the first name that has it
    between: frozenset[str] = frozenset()  # every name that there is, records or not
    tops: frozenset[str] = OUR_TOPS
    near: frozenset[str] = frozenset()
    closed: bool = False  # nobody else has names below the domain
    devices: DeviceNames = field(default_factory=DeviceNames)
    designated: Designated = NOBODY  # how to ask us encrypted; put in anew when that changes

    def find(self, name: str, qtype: int) -> HomeAnswer | None:
        """What the home has for a name; None where it has none of its own, or where its domain is forwarded."""
        owned = self.records.get(name)
        if owned is not None:
            return _of_records(owned, name, qtype)
        pointed = self._pointer(name, by_hand=True)
        if pointed is not None:
            return pointed
        if self._label(name) in self.devices.by_hand:
            return self._device(name, qtype)
        wildcard, domain = self._wildcard(name), self._forwarded(name, qtype)
        if wildcard is not None and (domain is None or len(wildcard) - 2 >= len(domain)):
            return _of_records(self.records[wildcard], name, qtype)
        if domain is not None:
            return None
        return self._device(name, qtype) or self._pointer(name, by_hand=False)

    def route(self, name: str, qtype: int) -> Route | None:
        """Where a name goes that `find` has nothing for: the longest domain decides. None: no forward is about it."""
        domain = self._forwarded(name, qtype)
        return None if domain is None else self.forwards[domain]

    def exists(self, name: str) -> bool:
        """Whether there are names of the home below this one, so that it must not be denied (RFC 8020)."""
        return name in self.between or (bool(self.devices.addresses) and name == self.domain)

    def keeps(self, name: str) -> bool:
        """Whether nobody else is asked about `name`, as it is below the home's domain, and that one of a home."""
        return self.closed and (name == self.domain or name.endswith(f".{self.domain}"))

    def may_claim(self, label: str, by_hand: bool) -> bool:
        """Whether a device may be called so: not where anybody else has a word on the name."""
        name = f"{label}.{self.domain}"
        if {label, name} & self.records.keys() or self.own_name in (label, name):
            return False
        return by_hand or (self._wildcard(name) is None and self._forwarded(name, 0) is None)

    def _label(self, name: str) -> str:
        """What a device would be called that has this name: the name alone, or below the home's domain."""
        if not self.domain:
            return ""
        label, dot, rest = name.partition(".")
        return label if not dot or rest == self.domain else ""

    def _device(self, name: str, qtype: int) -> HomeAnswer | None:
        label = self._label(name)
        packed = self.devices.addresses.get(label)
        if packed is None or (label == name and zones.is_zone(label) and qtype not in HOST_TYPES):
            return None  # of a device called tv, what is no host's is asked of that country's zone
        records = (("A" if len(each) == 4 else "AAAA", str(ip_address(each))) for each in packed)
        return HomeAnswer(Answer(records=tuple(records)), f"{label}.{self.domain}", DEVICES)

    def _pointer(self, name: str, *, by_hand: bool) -> HomeAnswer | None:
        """The way back from an address to its name: a record's, or of a device that was named by hand, or found."""
        packed = address_of_reverse(name)
        if packed is None:
            return None
        if by_hand and packed in self.pointers:
            target = self.pointers[packed]
            return HomeAnswer(_to(target), f"{target} has this address", RECORDS)
        label = self.devices.labels.get(packed)
        if label is None or (label in self.devices.by_hand) is not by_hand:
            return None
        target = f"{label}.{self.domain}"
        return HomeAnswer(_to(target), f"{target} has this address", DEVICES)

    def _wildcard(self, name: str) -> str | None:
        if not self.records:
            return None
        above = name.partition(".")[2]
        if above == self.domain and self._label(name) in self.devices.by_hand:
            return None
        return local_records.covering(self.records, self.between, name)

    def _forwarded(self, name: str, qtype: int) -> str | None:
        """The longest domain that is forwarded and that `name` is, or is below.

        DS stands in the zone above (RFC 4034 section 5): of a domain that is forwarded, whoever validates gets the
        proof from there that it is not signed.
        """
        if qtype == DS:
            name = name.partition(".")[2]
        while name and self.forwards:
            if name in self.forwards:
                return name
            name = name.partition(".")[2]
        return None


def build(own_name: str, domain: str, records: Iterable[LocalRecord], forwards: Iterable[Forward]) -> HomeZone:
    """Put together what the home says; `devices` are still missing."""
    by_name: dict[str, list[LocalRecord]] = {}
    pointers: dict[bytes, str] = {}
    for record in records:
        by_name.setdefault(record.name, []).append(record)
        if record.type in ("A", "AAAA") and not record.name.startswith("*."):
            pointers.setdefault(ip_address(record.value).packed, record.name)
    routes = {forward.domain: route.to_servers(forward.upstreams, forward.domain) for forward in forwards}
    names = [name.removeprefix("*.") for name in by_name] + [*routes, domain]
    tops = frozenset(name for name in names if name and "." not in name)
    near = {_end(name) for name in names if "." in name and name.rpartition(".")[2] not in OUR_TOPS}
    return HomeZone(
        own_name, domain, by_name, routes, pointers, local_records.existing(by_name), OUR_TOPS | tops, frozenset(near),
        bool(domain) and not zones.is_public(domain),
    )  # fmt: skip


def _end(name: str) -> str:
    """The last two labels."""
    return name[name.rfind(".", 0, name.rfind(".")) + 1 :]


def _of_records(records: list[LocalRecord], name: str, qtype: int) -> HomeAnswer:
    answer = Answer(records=tuple((record.type, record.value) for record in records))
    wanted = type_name(qtype)
    record = next((record for record in records if record.type in (wanted, "CNAME")), None)
    return HomeAnswer(answer, str(record) if record else f"{records[0].name} has no {wanted}", RECORDS)


def _to(name: str) -> Answer:
    return Answer(records=(("PTR", name),))
