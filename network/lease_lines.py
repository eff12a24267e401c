# SPDX-License-Identifier: GPL-3.0-or-later
"""What DHCP servers write down, line by line: dnsmasq (OpenWrt, Pi-hole), odhcpd, Kea, ISC, and hosts files. Pure.

    dnsmasq   1732900000 aa:bb:cc:00:11:22 192.168.1.20 phone 01:aa:bb:cc:00:11:22      the end, 0: never
              1732900000 12345678 2001:db8::20 phone 00:01:00:01:…                      IPv6: no MAC address
    odhcpd    # br-lan 00010001… 12345678 phone 1732900000 20 128 2001:db8::20/128
    Kea       address,hwaddr,client_id,valid_lifetime,expire,…,hostname,state,…         its first line names the columns
    ISC       lease 192.168.1.20 { binding state active; hardware ethernet …; client-hostname "phone"; }
    hosts     192.168.1.20 phone phone.lan

A line in another form, or cut off, is passed over: servers write while others read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from network.address_sets import BadElement, mac

FOREVER = 0  # the end of a lease that has none
LINE_MAX = 2000  # characters; the longest of all that servers write has some 500
NAME_MAX = 255  # characters of a name (RFC 1035); what is longer is none
_KEA_ACTIVE = "0"
_GIVEN_BACK = 1  # an end in the past: the lease is over


@dataclass(frozen=True, slots=True)
class Lease:
    """An address, who has it (None: that does not say), what it calls itself, and until when (Unix seconds).

    `fixed`: a line of a hosts file, which no device wrote. Names are as they stand in the file: hostile, perhaps.
    """

    address: str
    mac: str | None
    name: str | None
    ends: int = FOREVER
    fixed: bool = False

    def holds(self, now_s: float) -> bool:
        """Whether it has not ended."""
        return self.ends == FOREVER or self.ends > now_s


def parse(lines: Iterable[str]) -> Iterator[Lease]:
    """The leases of a file in any of the forms, in its order: of two for one address the later one holds."""
    columns: Mapping[str, int] | None = None
    block: list[str] | None = None
    for raw in lines:
        line = raw.strip()
        if not line or len(line) > LINE_MAX:
            continue
        if block is not None:
            block.append(line.partition(" #")[0])
            if line.endswith("}"):
                yield from _isc(" ".join(block))
                block = None
            elif len(block) > _ISC_LINES:
                block = None
        elif line.startswith("lease ") and line.endswith("{"):
            block = [line]
        elif line.startswith("address,"):
            columns = {name: place for place, name in enumerate(line.split(","))}
        elif columns is not None and "," in line:
            yield from _kea(line, columns)
        elif line.startswith("# "):
            yield from _odhcpd(line.split())
        elif not line.startswith("#"):
            yield from _words(line.partition("#")[0].split())


_ISC_LINES = 60  # of one lease; servers write some fifteen
_ISC_LEASE = re.compile(r"lease (\S+) \{(.*)\}")
_ISC_ENDS = re.compile(r"\bends (?:epoch (\d+)|never|\d (\d+)/(\d+)/(\d+) (\d+):(\d+):(\d+))")


def _words(words: list[str]) -> Iterator[Lease]:
    """A line of dnsmasq's, or of a hosts file."""
    if len(words) >= 4 and words[0].isascii() and words[0].isdigit() and len(words[0]) <= 12:
        hardware = words[1].rpartition("-")[2] if ":" in words[1] else words[1]  # another kind of hardware: 06-aa:bb:…
        yield from _lease(words[2], hardware, words[3], int(words[0]))
    elif len(words) >= 2:
        for lease in _lease(words[0], "", words[1], FOREVER):
            yield Lease(lease.address, None, lease.name, FOREVER, fixed=True)


def _odhcpd(words: list[str]) -> Iterator[Lease]:
    """`# interface DUID IAID name ends id length address/bits …`, for IPv4 `# interface MAC ipv4 …`; -1 is never."""
    if len(words) < 9 or not words[5].lstrip("-").isdigit() or len(words[5]) > 12:
        return
    ends = int(words[5])
    hardware = _pairs(words[2].lower()) if words[3] == "ipv4" else _of_duid(words[2])
    for text in words[8:16]:
        yield from _lease(text.partition("/")[0], hardware, words[4], FOREVER if ends < 0 else ends)


def _kea(line: str, columns: Mapping[str, int]) -> Iterator[Lease]:
    """A line of Kea's memfile; state 0 holds, and a lifetime of 0 gives the lease back. Commas are written `&#x2c`."""
    fields = line.split(",")

    def field(name: str) -> str:
        place = columns.get(name, len(fields))
        return fields[place] if place < len(fields) else ""

    expire = field("expire")
    if not (expire.isascii() and expire.isdigit() and len(expire) <= 12):
        return
    ended = field("state") not in ("", _KEA_ACTIVE) or field("valid_lifetime") == "0"
    hardware = field("hwaddr") or _of_duid(field("duid"))
    name = field("hostname").replace("&#x2c", ",")
    yield from _lease(field("address"), hardware, name, _GIVEN_BACK if ended else int(expire))


def _isc(text: str) -> Iterator[Lease]:
    """A lease of ISC's dhcpd: of several for one address the last holds."""
    whole = _ISC_LEASE.fullmatch(text)
    if whole is None:
        return
    statements = dict(_isc_statements(whole[2]))
    end = _ISC_ENDS.search(whole[2])
    ends = FOREVER if end is None else _isc_time(end)
    if statements.get("binding", "state active") != "state active":
        ends = _GIVEN_BACK
    hardware = statements.get("hardware", "").removeprefix("ethernet ")
    yield from _lease(whole[1], hardware, statements.get("client-hostname", "").strip('"'), ends)


def _isc_statements(text: str) -> Iterator[tuple[str, str]]:
    for statement in text.split(";"):
        word, _, rest = statement.strip().partition(" ")
        yield word, rest.strip()


def _isc_time(end: re.Match[str]) -> int:
    if end[1]:
        return int(end[1][:12])
    if not end[2]:
        return FOREVER
    try:
        year, month, day, hour, minute, second = (int(part) for part in end.groups()[1:])
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    except ValueError:
        return FOREVER


def _of_duid(text: str) -> str:
    """The MAC address in a DUID of Ethernet (RFC 8415, 11.2 and 11.4), "" for another; a device keeps it for life."""
    digits = text.replace(":", "").lower()
    link = digits[16:] if digits.startswith("00010001") else digits[8:] if digits.startswith("00030001") else ""
    return _pairs(link)


def _pairs(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)) if len(digits) == 12 else ""


def _lease(text: str, hardware: str, name: str, ends: int) -> Iterator[Lease]:
    """One lease, or none where there is no address."""
    try:
        address = str(ip_address(text))
    except ValueError:
        return
    try:
        owner: str | None = mac(hardware)
    except BadElement:
        owner = None
    if owner is not None and (int(owner[:2], 16) & 1 or not owner.strip("0:")):
        owner = None
    known = name if name not in ("", "*", "-") and len(name) <= NAME_MAX else None
    yield Lease(address, owner, known, ends)
