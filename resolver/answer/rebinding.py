# SPDX-License-Identifier: GPL-3.0-or-later
"""Private addresses taken out of a public name's answer; what remains is answered. Pure.

A record cannot just be cut out: names behind it point into what stands before them. So the answer section is written
anew, its names in full; authority and additional records, which no positive answer needs, are left out.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from resolver.answer.inspect import rebinding
from resolver.answer.judge import Judgement
from store.log.records import Verdict
from wire import message
from wire.addresses import is_private
from wire.message import HEADER, RECORD, Response
from wire.names import Malformed, read_name, skip_name
from wire.types import AAAA, AD, CNAME, HTTPS, NS, PTR, SERVFAIL, SOA, SVCB, A

# Data that is one name, and may be compressed; 39: DNAME.
_ONE_NAME = frozenset({NS, CNAME, PTR, 39})
_MX, _RRSIG = 15, 46
_PLACES = {_MX: 2}  # bytes before the one name in the data of other types that may compress it
_HINTS = {4: 4, 6: 16}  # SVCB parameters ipv4hint and ipv6hint: key → bytes of an address
_MANDATORY = 0
_ALIASES = frozenset({CNAME, 39, _RRSIG})  # records that alone are no answer


def protect(response: Response, section: bytes) -> tuple[Judgement, Response] | None:
    """The judgement on an answer that leads into a home, and what to send; None: it does not.

    PASS and what remains without private addresses, or BLOCK (and the answer as it came) when nothing does.
    """
    found = rebinding(response)
    if found is None:
        return None
    public = stripped(response, section)
    if public is None:
        return found, response
    return found._replace(verdict=Verdict.PASS, rule=f"{found.rule}, taken out", answer=None), public


def stripped(response: Response, section: bytes) -> Response | None:
    """`response` to the question `section` without private addresses; None when it then has nothing to say.

    Signatures over what was changed are left out with it, and the AD bit: nobody has vouched for this answer.
    """
    packet = HEADER.pack(0, response.flags & ~AD, 1, response.counts[0], 0, 0) + section + response.body
    records, changed, position = [], set[int](), 12 + len(section)
    for _ in range(response.counts[0]):
        owner, position = _name(packet, position), skip_name(packet, position)
        rtype, rclass, ttl, length = RECORD.unpack_from(packet, position)
        start, position = position + 10, position + 10 + length
        data = _data(packet, rtype, start, position)
        kept = _kept(rtype, data)
        if kept != data:
            changed.add(rtype)
        if kept is not None:
            records.append((owner, rtype, rclass, ttl, kept))
    records = [one for one in records if one[1] != _RRSIG or int.from_bytes(one[4][:2], "big") not in changed]
    if all(rtype in _ALIASES for _, rtype, _, _, _ in records):
        return None
    body = b"".join(owner + RECORD.pack(rtype, *rest, len(data)) + data for owner, rtype, *rest, data in records)
    head = HEADER.pack(0, response.flags & ~AD, 1, len(records), 0, 0)
    made = message.parse_response(head + section + body, section)
    return replace(made, edns=response.edns, extended_rcode=response.extended_rcode)


def _kept(rtype: int, data: bytes) -> bytes | None:
    """The data of a record without private addresses; None: the whole record goes."""
    if rtype in (A, AAAA):
        return None if len(data) in (4, 16) and is_private(data) else data
    return _service(data) if rtype in (SVCB, HTTPS) else data


def _service(data: bytes) -> bytes | None:
    """The data of SVCB and HTTPS (RFC 9460) with its public hints alone; None where it demands those that go."""
    at = skip_name(data, 2)
    kept, gone, demanded = data[:at], set[int](), set[int]()
    while at + 4 <= len(data):
        key, length = struct.unpack_from("!HH", data, at)
        value, at = data[at + 4 : at + 4 + length], at + 4 + length
        if size := _HINTS.get(key):
            hints = [value[n : n + size] for n in range(0, len(value), size)]
            value = b"".join(hint for hint in hints if len(hint) == size and not is_private(hint))
        if key == _MANDATORY:
            demanded = {int.from_bytes(value[n : n + 2], "big") for n in range(0, len(value), 2)}
        if size and not value:
            gone.add(key)
        else:
            kept += struct.pack("!HH", key, len(value)) + value
    return None if gone & demanded else kept


def _data(packet: bytes, rtype: int, start: int, end: int) -> bytes:
    """A record's data with its names in full; of newer types names are never compressed (RFC 3597 section 4)."""
    if rtype in _ONE_NAME:
        return _name(packet, start)
    if rtype in _PLACES:
        place = start + _PLACES[rtype]
        return packet[start:place] + _name(packet, place)
    if rtype == SOA:
        first = skip_name(packet, start)
        return _name(packet, start) + _name(packet, first) + packet[skip_name(packet, first) : end]
    return packet[start:end]


def _name(packet: bytes, position: int) -> bytes:
    """The name at `position` as on the wire, in full; raises `Malformed` where `wire.read_name` does."""
    read_name(packet, position)  # bounds: pointers, length
    labels = b""
    while length := packet[position]:
        if length >= 0xC0:
            position = (length & 0x3F) << 8 | packet[position + 1]
            continue
        if length > 63:
            raise Malformed("a label is too long", SERVFAIL)
        labels += packet[position : position + length + 1]
        position += length + 1
    return labels + b"\0"
