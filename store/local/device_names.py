# SPDX-License-Identifier: GPL-3.0-or-later
"""Names by which devices of the home are found in DNS, below the home's domain. Plain sqlite3.

    telltale devices rename 7 "Tom's TV"   ─►  toms-tv.home.arpa, and toms-tv alone

Whoever is in the network may call itself anything, so a name that was found is only what nobody else has a word on: it
takes away no name of ours, of a record, of a domain that is forwarded, or of a device that comes before it. First come
names that a person gave, then those that were found, a lease's before what devices say of themselves; within each, the
device that was met first. Who comes too late to a name has it with a number behind (`tv-2`).
"""

import re
import socket
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from network.address_sets import is_mac

MAX_LABEL = 63
MAX_IPV6 = 4  # addresses of a device that its name leads to, newest first: privacy extensions make one a day
MAX_KEPT = 50_000  # names and addresses whose reading is remembered; some 200 bytes each, for as many as there are
MAX_SAME = 100  # devices that may have one name, with numbers behind
# Names by which software finds servers to trust: only a person gives them.
_TRUSTED = frozenset({"wpad", "isatap", "localhost", "gateway", "router", "dns", "proxy", "ns", "broadcasthost"})
# Who says so, the most trusted first; "overflow" stands for many devices, and has no name.
_HAND = 0
_NO_LABEL = re.compile(r"[^a-z0-9]+")
_RANKS = {source: rank for rank, source in enumerate(("lease", "hosts", "ptr", "mdns", "ssdp"), _HAND + 1)}
_LOOPBACK, _LINK = bytes(15) + b"\1", (0xFE, 0x80)  # ::1; the first two bytes of fe80::/10
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "’": ""}


@dataclass(frozen=True, slots=True)
class DeviceNames:
    """`addresses`: label → packed addresses; `labels`: packed address → label; `by_hand`: labels that people gave."""

    addresses: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    labels: dict[bytes, str] = field(default_factory=dict)
    by_hand: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Device:
    label: str
    rank: int
    addresses: list[bytes] = field(default_factory=list)


def load(con: sqlite3.Connection, may_claim: Callable[[str, bool], bool]) -> DeviceNames:
    """All devices' names. `may_claim(label, by_hand)`: whether one may be called so. Raises sqlite3.Error."""
    rows = con.execute(
        """SELECT d.id, d.name, d.found_name, d.found_from, c.address
           FROM client c JOIN device d ON d.id = c.device_id
           WHERE d.name IS NOT NULL OR d.found_name IS NOT NULL
           ORDER BY d.id, c.last_seen DESC, c.first_seen DESC, c.rowid DESC"""
    )
    devices: dict[int, _Device] = {}
    for number, name, found_name, found_from, address in rows:
        if is_mac(address):
            continue  # all that a trusted router tells of it
        device = devices.get(number)
        if device is None:
            hand = label_of(name) if name else ""
            named = (found_name or "") if found_from in _RANKS else ""
            label = hand or label_of(named.partition(".")[0])
            device = devices[number] = _Device(label, _HAND if hand else _RANKS.get(found_from, _HAND))
        device.addresses.append(_packed(address))
    return claimed((device for device in devices.values() if device.label), may_claim)


def claimed(devices: Iterable[_Device], may_claim: Callable[[str, bool], bool]) -> DeviceNames:
    """Who gets which name; `devices` in the order in which they were met."""
    names = DeviceNames()
    given: set[str] = set()
    for device in sorted(devices, key=lambda device: device.rank):
        by_hand, packed = device.rank == _HAND, tuple(_reachable(device.addresses))
        for label in _candidates(device.label) if packed else ():
            allowed = by_hand or device.label not in _TRUSTED
            if label not in names.addresses and allowed and may_claim(label, by_hand):
                names.addresses[label] = packed
                for address in device.addresses:
                    names.labels.setdefault(address, label)
                if by_hand:
                    given.add(label)
                break
    return DeviceNames(names.addresses, names.labels, frozenset(given))


@lru_cache(maxsize=MAX_KEPT)
def label_of(name: str) -> str:
    """A name as a label of DNS: letters, digits and hyphens; "" where nothing of it is left.

    >>> label_of("Tom's Fernseher (Küche)")
    'toms-fernseher-kuche'
    """
    plain = name[:200].lower().replace("'", "")
    if not plain.isascii():
        text = "".join(_LETTERS.get(sign, sign) for sign in plain)
        plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _NO_LABEL.sub("-", plain).strip("-")[:MAX_LABEL].rstrip("-")


def _candidates(label: str) -> Iterator[str]:
    yield label
    for number in range(2, MAX_SAME + 1):
        yield f"{label[: MAX_LABEL - 4].rstrip('-')}-{number}"


@lru_cache(maxsize=MAX_KEPT)
def _packed(address: str) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_pton(family, address.partition("%")[0])


def _reachable(addresses: list[bytes]) -> list[bytes]:
    """What others can be led to: the newest IPv4 address, and a few IPv6 ones; none that needs to name its link."""
    v4 = [each for each in addresses if len(each) == 4 and each[0] != 127 and each[:2] != b"\xa9\xfe"]
    v6 = [each for each in addresses if len(each) == 16 and each != _LOOPBACK and (each[0], each[1] & 0xC0) != _LINK]
    return v4[:1] + v6[:MAX_IPV6]
