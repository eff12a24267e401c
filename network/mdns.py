# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices announce by multicast DNS (RFC 6762, RFC 6763), and how they are asked. Pure.

Anybody on the link can say anything in the name of others, and a sleep proxy rightly does. So only what a device says
of itself counts: a host name whose address is the very one that the packet came from, and services on such a host.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address

from network.friendly_names import friendly_name
from wire.names import Malformed, read_labels, skip_name, to_wire
from wire.resource_records import walk
from wire.types import AAAA, IN, PTR, SRV, TXT, A

GROUP, PORT = "224.0.0.251", 5353
# Asked now and then; what a device has besides it says with them, or when it comes.
ASKED = (
    "_services._dns-sd._udp", "_googlecast._tcp", "_airplay._tcp", "_raop._tcp", "_companion-link._tcp", "_hap._tcp",
    "_ipp._tcp", "_printer._tcp", "_pdl-datastream._tcp", "_scanner._tcp", "_sonos._tcp", "_spotify-connect._tcp",
    "_smb._tcp", "_ssh._tcp", "_workstation._tcp", "_device-info._tcp", "_androidtvremote2._tcp", "_amzn-wplay._tcp",
    "_nvstream._tcp", "_http._tcp", "_axis-video._tcp", "_rfb._tcp", "_apple-mobdev2._tcp", "_matter._tcp",
)  # fmt: skip
RECORDS_MAX = 200  # of a packet; one with all that a busy speaker has holds some forty
HOSTS_MAX = 4  # names of one device
SERVICES_MAX = 40
_TEXTS_MAX = 32  # entries of one TXT record
_VALUE_MAX = 128
_LOCAL = ".local."
# It tells a model, and has no host of its own: it counts beside a service of the same name that has.
_OF_ANOTHER = "_device-info._tcp"
_HEADER = struct.Struct(">6H")
_RESPONSE, _NO_FLUSH = 0x8000, 0x7FFF  # a flag; a class without the bit that says that the record is the only one
_TOLD = frozenset({A, AAAA, PTR, SRV, TXT})
_NAME_IN = {PTR: 0, SRV: 6}  # bytes of the data before its name: of SRV priority, weight and port

# Services whose instances carry a name that people gave, the best first; `key`: where TXT has it instead.
_NAMED: tuple[tuple[str, str], ...] = (
    ("_googlecast._tcp", "fn"), ("_airplay._tcp", ""), ("_raop._tcp", ""), ("_sonos._tcp", ""),
    ("_androidtvremote2._tcp", ""), ("_companion-link._tcp", ""), ("_amzn-wplay._tcp", "n"), ("_ipp._tcp", ""),
    ("_printer._tcp", ""), ("_pdl-datastream._tcp", ""), ("_hap._tcp", ""), ("_smb._tcp", ""), ("_rfb._tcp", ""),
    ("_nvstream._tcp", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """A service type without its domain (`_ipp._tcp`), the instance's name, and its TXT by key in small letters."""

    type: str
    instance: str
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Announced:
    """What the device at `address` said of itself. Names are as they came."""

    address: str
    hosts: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()


def read(packet: bytes, sender: str, hosts: Collection[str] = ()) -> Announced:
    """What a packet tells of its sender; nothing for a question, and of one that is cut off what reads.

    `hosts`: names that the sender had shown to be its own before.
    """
    records = list[_Record]()
    with suppress(Malformed, struct.error):
        for place in _places(packet):
            with suppress(Malformed):  # a name that leads nowhere: devices in homes send such, and good ones beside it
                records.append(_record(packet, *place))
    return _of(sender, records, hosts)


def questions() -> list[bytes]:
    """Packets that ask everybody for all of `ASKED`."""
    asked = [to_wire(service + _LOCAL) + struct.pack(">2H", PTR, IN) for service in ASKED]
    return [_HEADER.pack(0, 0, len(asked), 0, 0, 0) + b"".join(asked)]


def name_of(announced: Announced) -> tuple[int, str] | None:
    """The name by which people know it: one given to a service, else its host name; None where none is fit to show.

    The number says how good it is: 0 is the best.
    """
    for rank, (kind, key) in enumerate(_NAMED):
        for service in announced.services:
            if service.type == kind:
                text = service.text.get(key, "") if key else service.instance
                if name := friendly_name(text.rpartition("@")[2]):
                    return rank, name
    return next(((len(_NAMED), name) for host in announced.hosts if (name := friendly_name(host))), None)


_Record = tuple[str, int, bytes, str]  # owner, type, data, and the name that stands in it, "" where none is looked for


def _places(packet: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Of records of a response that tell something: offset of the owner, type, where the data begins and ends.

    Raises Malformed, struct.error where no more can be read.
    """
    _, flags, asked, *counts = _HEADER.unpack_from(packet)
    if not flags & _RESPONSE:
        return
    position = _HEADER.size
    for _ in range(asked):
        position = skip_name(packet, position) + 4
    for owner, rtype, rclass, ttl, start, end in walk(packet, position, min(sum(counts), RECORDS_MAX)):
        if rtype in _TOLD and rclass & _NO_FLUSH == IN and ttl:
            yield owner, rtype, start, end


def _record(packet: bytes, owner: int, rtype: int, start: int, end: int) -> _Record:
    target = _name(packet, start + _NAME_IN[rtype]) if rtype in _NAME_IN else ""
    return _name(packet, owner), rtype, packet[start:end], target


def _name(packet: bytes, position: int) -> str:
    """In its own letters, of whatever script, with a dot at its end. Raises Malformed."""
    labels = read_labels(packet, position, any_way=True)  # avahi's pointers lead forwards, too
    return "".join(f"{label.decode('utf-8', 'replace')}." for label in labels)


def _of(sender: str, records: Collection[_Record], known: Collection[str]) -> Announced:
    own, instances, targets, texts = dict[str, str](), dict[str, str](), dict[str, str](), dict[str, bytes]()
    for name, rtype, data, target in records:
        key = name.lower()
        if rtype in (A, AAAA) and _is(data, sender) and len(own) < HOSTS_MAX:
            own[key] = name
        elif rtype == PTR:
            instances[target.lower()] = target
        elif rtype == SRV:
            instances[key], targets[key] = name, target.lower()
        elif rtype == TXT:
            instances.setdefault(key, name)
            texts[key] = data
    mine = {*own, *(name.lower() + _LOCAL for name in known)}
    services = [
        Service(kind, instance, dict(_entries(texts.get(key, b""))))
        for key, alias in instances.items()
        for instance, kind in _split(alias)
        if targets.get(key) in mine or kind == _OF_ANOTHER
    ]
    named = {service.instance for service in services if service.type != _OF_ANOTHER}
    services = [service for service in services if service.instance in named][:SERVICES_MAX]
    return Announced(sender, tuple(map(_host, own.values())), tuple(services))


def _is(packed: bytes, sender: str) -> bool:
    try:
        return len(packed) in (4, 16) and ip_address(packed) == ip_address(sender)
    except ValueError:
        return False


def _host(name: str) -> str:
    return name[: -len(_LOCAL)] if name.lower().endswith(_LOCAL) else name.rstrip(".")


def _split(alias: str) -> Iterator[tuple[str, str]]:
    """(instance, type) of `Instance._type._tcp.local.`; an instance may have dots."""
    rest, dot, transport = alias.removesuffix(".").removesuffix(".local").rpartition("._")
    instance, both, kind = rest.rpartition("._")
    if dot and both and transport.lower() in ("tcp", "udp") and instance:
        yield instance, f"_{kind}._{transport}".lower()


def _entries(text: bytes) -> Iterator[tuple[str, str]]:
    """The `key=value` strings of a TXT record (RFC 6763 section 6), what is cut off left out."""
    position = 0
    for _ in range(_TEXTS_MAX):
        if position >= len(text):
            return
        size = text[position]
        key, _, value = text[position + 1 : position + 1 + size].partition(b"=")
        position += 1 + size
        yield key[:_VALUE_MAX].decode("utf-8", "replace").lower(), value[:_VALUE_MAX].decode("utf-8", "replace")
