# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets as bytes: the header, the question, the records (RFC 1035 section 4, RFC 6891 for EDNS).

Everything here is pure and bounded: any bytes behind a header come in, and either a value or `Malformed` comes out.
Names are text as `wire.names` writes them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from wire import svcb
from wire.names import Malformed, question_name, read_labels, skip_name, to_text
from wire.types import (
    AAAA,
    AXFR,
    BADVERS,
    CNAME,
    DO,
    FORMERR,
    HTTPS,
    IXFR,
    NOTIMP,
    OPT,
    SERVFAIL,
    SOA,
    SVCB,
    TKEY,
    TSIG,
    A,
)  # fmt: skip

HEADER = struct.Struct("!HHHHHH")
RECORD = struct.Struct("!HHIH")  # type, class, TTL, length of the data: what follows an owner name

EDE = 15  # the option of RFC 8914
UDP_SIZE = 1232  # what crosses every path unfragmented: DNS flag day 2020
MAX_RECORDS = 1000  # a response with more is a bomb, not an answer
MAX_CHAIN = 16  # CNAMEs followed in one response; resolvers stop at 8 to 16
MAX_TTL = 604_800  # a week; RFC 8767 section 4 advises a cap of days to a week
MAX_RESTS = 500  # remembered of queries, some 200 bytes each; a home's devices send some dozens

# What stands in a query beside id and name → type, class, EDNS, DO, UDP size, version.
_known_rests: dict[bytes, tuple[int, int, bool, bool, int, int]] = {}


@dataclass(slots=True)
class Question:
    """What was asked, from a packet whose header has passed the gate."""

    id: int
    flags: int
    name: str
    wire_name: bytes  # lower-case, as on the wire: the key of caches
    qtype: int
    qclass: int
    section: bytes  # the question section as it was sent, letters in the sender's case
    edns: bool = False
    do: bool = False
    udp_size: int = 512
    version: int = 0
    options: bool = False


@dataclass(slots=True)
class Response:
    """An upstream's response, walked once; offsets count from `body`'s first byte."""

    flags: int
    body: bytes  # answer, authority and additional records, without OPT and without what stood behind it
    counts: tuple[int, int, int]
    ttls: list[tuple[int, int]] = field(default_factory=list)  # (offset, seconds) of every record
    changed: bool = False  # whether a TTL in `ttls` is another than the one in `body`
    chain: list[str] = field(default_factory=list)  # CNAME targets in the answer section, in order
    targets: list[str] = field(default_factory=list)  # where SVCB and HTTPS records of the answer lead
    addresses: list[bytes] = field(default_factory=list)  # of A and AAAA in the answer, and hints of SVCB and HTTPS
    negative_ttl: int | None = None  # RFC 2308: min(TTL of the SOA, its MINIMUM)
    edns: bool = False
    extended_rcode: int = 0
    ede: bytes = b""  # RFC 8914: the extended error of a SERVFAIL, its code in two bytes and its text

    @property
    def rcode(self) -> int:
        return self.extended_rcode << 4 | self.flags & 0xF


def parse_question(packet: bytes) -> Question:
    """The question of `packet`, a query with exactly one; raises `Malformed` for anything else.

    All but id and name is the same in most queries of a home, so what was read of it once is remembered.
    """
    _, flags, qdcount, ancount, _, arcount = HEADER.unpack_from(packet)
    if qdcount != 1 or ancount:
        raise Malformed("a query holds one question and no answer")
    name, end = question_name(packet)
    ident, wire_name, section = int.from_bytes(packet[:2], "big"), packet[12:end].lower(), packet[12 : end + 4]
    rest = packet[2:12] + packet[end:]
    known = _known_rests.get(rest)
    if known is not None:
        return Question(ident, flags, name, wire_name, known[0], known[1], section, *known[2:])
    try:
        qtype, qclass = struct.unpack_from("!HH", packet, end)
    except struct.error:
        raise Malformed("the question is cut off") from None
    question = Question(ident, flags, name, wire_name, qtype, qclass, section)
    if arcount or len(packet) > end + 4:
        _read_edns(packet, end + 4, question)
    if not question.options:  # a cookie is new each time
        if len(_known_rests) >= MAX_RESTS:
            _known_rests.clear()
        _known_rests[rest] = (qtype, qclass, question.edns, question.do, question.udp_size, question.version)
    return question


def refusal(question: Question) -> int | None:
    """The rcode for versions and types that are no data, as RFCs want it; None: it is an ordinary question."""
    if question.edns and question.version > 0:
        return BADVERS  # RFC 6891
    if question.qtype in (AXFR, IXFR):
        return NOTIMP
    if question.qtype in (0, OPT, TKEY, TSIG):  # never asked for
        return FORMERR
    return None


def parse_response(packet: bytes, section: bytes) -> Response:
    """Walk an upstream's response to the question `section`; raises `Malformed` on any fault or excess."""
    _, flags, qdcount, ancount, nscount, arcount = HEADER.unpack_from(packet)
    start = 12 + len(section)
    if qdcount != 1 or ancount + nscount + arcount > MAX_RECORDS or len(packet) < start:
        raise Malformed("not the response to one question, or too many records", SERVFAIL)
    response = Response(flags, b"", (ancount, nscount, arcount))
    end = _walk(packet, start, response)
    response.body = packet[start:end]
    if response.edns and flags & 0xF == SERVFAIL:
        response.ede = _extended_error(packet, skip_name(packet, end))
    return response


def _read_edns(packet: bytes, position: int, question: Question) -> None:
    """Find the one OPT record among those behind the question (RFC 6891 section 6.1.1)."""
    _, _, _, _, nscount, arcount = HEADER.unpack_from(packet)
    for number in range(min(nscount + arcount, 16)):
        owner, position = position, skip_name(packet, position)
        try:
            rtype, size, ttl, length = RECORD.unpack_from(packet, position)
        except struct.error:
            raise Malformed("a record is cut off") from None
        position += 10 + length
        if rtype != OPT or number < nscount:
            continue
        if question.edns or packet[owner]:
            raise Malformed("two OPT records, or one with a name")
        question.edns, question.options = True, length > 0
        question.udp_size, question.version, question.do = max(size, 512), ttl >> 16 & 0xFF, bool(ttl & DO)
    if position != len(packet):
        raise Malformed("bytes are left over, or missing, behind the last record")


def _walk(packet: bytes, position: int, response: Response) -> int:
    """Walk all records; returns where the body ends: before OPT, where there is one."""
    ancount, nscount, arcount = response.counts
    start, unpack, size = position, RECORD.unpack_from, len(packet)
    for number in range(ancount + nscount + arcount):
        owner, position = position, skip_name(packet, position)
        if position + 10 > size:
            raise Malformed("a record is cut off", SERVFAIL)
        rtype, _, ttl, length = unpack(packet, position)
        data, end = position + 10, position + 10 + length
        if end > size:
            raise Malformed("a record's data is cut off", SERVFAIL)
        if rtype == OPT and number >= ancount + nscount:
            response.edns, response.extended_rcode = True, ttl >> 24
            response.counts = (ancount, nscount, number - ancount - nscount)
            return owner
        if ttl > MAX_TTL:
            ttl, response.changed = (0 if ttl >= 0x80000000 else MAX_TTL), True  # RFC 2181 section 8
        if rtype == SOA and ancount <= number < ancount + nscount and length >= 22:
            minimum = int.from_bytes(packet[end - 4 : end], "big")
            ttl = response.negative_ttl = min(ttl, minimum if minimum < 0x80000000 else 0)
            response.changed = True  # RFC 2308 section 5
        response.ttls.append((position + 4 - start, ttl))
        if rtype == CNAME and number < ancount:
            response.chain.append(to_text(read_labels(packet, data)))
            if len(response.chain) > MAX_CHAIN:
                raise Malformed("the chain of CNAMEs is too long", SERVFAIL)
        elif number < ancount:
            if rtype in (A, AAAA):
                response.addresses.append(packet[data:end])
            elif rtype in (HTTPS, SVCB):
                _read_service(packet, data, end, response)
        position = end
    return position


def _extended_error(packet: bytes, position: int) -> bytes:
    """The first extended error of the OPT record whose fixed part begins here, which is whole; nothing: none."""
    position, end = position + 10, position + 10 + RECORD.unpack_from(packet, position)[3]
    while position + 4 <= end:
        code, length = struct.unpack_from("!2H", packet, position)
        position += 4 + length
        if code == EDE and length >= 2 and position <= end:
            return packet[position - length : position]
    return b""


def _read_service(packet: bytes, start: int, end: int, response: Response) -> None:
    """Note where an SVCB or HTTPS record leads, and the addresses that it hints at."""
    if packet[start + 2 : start + 3] != b"\0":  # "." is the owner itself
        target = to_text(read_labels(packet, start + 2))
        if target != ".":
            response.targets.append(target)
    response.addresses += svcb.hints(packet, start, end)
