# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets out: errors, sinkholes, and upstream bodies dressed for the client that asked. Pure.

A response is made of the question as it was sent, so that the letters' case comes back as it came, and of records;
nothing else of a client's packet is ever repeated to it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from wire import message
from wire.message import HEADER, Question
from wire.names import Malformed, question_name
from wire.resource_records import pack
from wire.types import AAAA, CD, IN, NOERROR, NXDOMAIN, OPCODE, OPT, QR, RA, RD, REFUSED, SERVFAIL, SOA, TC, A

EDE_OPTION, EDE_BLOCKED = 15, 15  # RFC 8914: the option's number, and the code for "blocked by this server's operator"
EDE_UNREACHABLE = 22  # RFC 8914: no reachable authority
EDE_NETWORK = 23  # RFC 8914: another server could not be spoken with
EDE_MAX = 200  # bytes of text; with name and address far below the smallest UDP size
_TTL = struct.Struct("!I")
_ZERO_V4, _ZERO_V6 = bytes(4), bytes(16)


class BlockMode(StrEnum):
    """The ways to answer a blocked query. ADDRESS: with addresses of the home's own; DROP: not at all; TCP: with the
    word to ask again over TCP.
    """

    NULL = "null"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    REFUSED = "refused"
    ADDRESS = "address"
    SERVFAIL = "servfail"
    DROP = "drop"
    TCP = "tcp"

    @property
    def told(self) -> str:
        """What a client gets where it is no address, in a word or a few."""
        return _TOLD.get(self, self.upper())


_TOLD = {BlockMode.DROP: "no answer", BlockMode.TCP: "once more over TCP"}
# The ways that have an rcode of their own and no records.
_RCODES = {
    BlockMode.NXDOMAIN: NXDOMAIN, BlockMode.REFUSED: REFUSED, BlockMode.SERVFAIL: SERVFAIL,
}  # fmt: skip
_WITH_ADDRESS = frozenset({BlockMode.NULL, BlockMode.ADDRESS})


@dataclass(frozen=True, slots=True)
class Sinkhole:
    """How a blocked query is answered, and for how many seconds the answer may be kept."""

    mode: BlockMode = BlockMode.NULL
    ttl: int = 10
    ipv4: bytes = _ZERO_V4
    ipv6: bytes = _ZERO_V6

    @classmethod
    def build(cls, mode: BlockMode, ttl: int, ipv4: str, ipv6: str) -> Sinkhole:
        """Own addresses count in mode ADDRESS alone; a family left empty there gets NODATA."""
        if mode != BlockMode.ADDRESS:
            return cls(mode, ttl)
        return cls(mode, ttl, IPv4Address(ipv4).packed if ipv4 else b"", IPv6Address(ipv6).packed if ipv6 else b"")


def error(packet: bytes, rcode: int) -> bytes:
    """A bare header with `rcode` for a packet whose question is not repeated (it may be no question at all)."""
    ident, flags = struct.unpack_from("!HH", packet)
    return HEADER.pack(ident, QR | flags & (OPCODE | RD) | rcode & 0xF, 0, 0, 0, 0)


def turned_away(packet: bytes, *, stream: bool) -> bytes:
    """For whoever asks too much: over a stream REFUSED, else the word to ask over TCP (TC), with the question alone.

    Nothing for what is no query. Never longer than what was sent.
    """
    if len(packet) < HEADER.size or packet[2] & 0xF8:
        return b""
    ident, flags = struct.unpack_from("!HH", packet)
    try:
        end = question_name(packet)[1] + 4
    except Malformed:
        return b""
    if end > len(packet):
        return b""
    flags = QR | RA | flags & (RD | CD) | (REFUSED if stream else TC)
    return HEADER.pack(ident, flags, 1, 0, 0, 0) + packet[HEADER.size : end]


def empty(
    question: Question, rcode: int, *, flags: int = 0, soa_ttl: int | None = None, ede: bytes = b""
) -> bytes:
    """No records but, with `soa_ttl`, an SOA that lets the client keep the negative answer (RFC 2308)."""
    authority = b"" if soa_ttl is None else _soa(soa_ttl)
    return build(question, rcode, b"", (0, 1 if authority else 0, 0), extra=authority, flags=flags, ede=ede)


def build(
    question: Question,
    rcode: int,
    body: bytes,
    counts: tuple[int, int, int],
    *,
    extra: bytes = b"",
    flags: int = 0,
    ede: bytes = b"",
) -> bytes:
    """Header, question, `body` + `extra`, and an OPT record when the client sent one; `counts` without that OPT."""
    opt = _opt(question, rcode, ede) if question.edns else b""
    head = HEADER.pack(
        question.id,
        QR | RA | question.flags & (RD | CD) | flags | rcode & 0xF,
        1,
        counts[0],
        counts[1],
        counts[2] + (1 if opt else 0),
    )
    return head + question.section + body + extra + opt


def sinkhole(question: Question, how: Sinkhole, ede: bytes = b"") -> bytes:
    """The response that a blocked query gets; no bytes where none is sent."""
    mode, address = how.mode, b""
    if mode in _RCODES:
        rcode = _RCODES[mode]
        return empty(question, rcode, soa_ttl=how.ttl if rcode == NXDOMAIN else None, ede=ede)
    if mode == BlockMode.DROP:
        return b""
    if mode == BlockMode.TCP:
        return build(question, NOERROR, b"", (0, 0, 0), flags=TC)
    if mode in _WITH_ADDRESS and question.qclass == IN:
        address = {A: how.ipv4, AAAA: how.ipv6}.get(question.qtype, b"")
    if not address:
        return empty(question, NOERROR, soa_ttl=how.ttl, ede=ede)
    return build(question, NOERROR, address_record(question.qtype, how.ttl, address), (1, 0, 0), ede=ede)


def blocked_by(text: str) -> bytes:
    """The EDNS option that says what blocked a query: RFC 8914, code 15."""
    return extended_error(EDE_BLOCKED, text)


def extended_error(code: int, text: str) -> bytes:
    """The EDNS option of RFC 8914 with `text` cut to what fits."""
    value = struct.pack("!H", code) + text.encode()[:EDE_MAX].decode(errors="ignore").encode()
    return struct.pack("!HH", EDE_OPTION, len(value)) + value


def address_record(qtype: int, ttl: int, address: bytes) -> bytes:
    """An A or AAAA record under the name in the question."""
    return pack(qtype, ttl, address)


def with_ttls(body: bytes, ttls: list[tuple[int, int]], age: int, floor: int = 0, start: int = 0) -> bytes:
    """`body` with every TTL lowered by `age` seconds, never below `floor`. Offsets count from `start`."""
    patched = bytearray(body)
    for offset, ttl in ttls:
        _TTL.pack_into(patched, start + offset, max(ttl - age, floor))
    return bytes(patched)


def limit(question: Question, most: int, *, stream: bool) -> int:
    """Bytes of the largest response that the client takes, where its transport takes `most`."""
    return most if stream else min(question.udp_size, most) if question.edns else 512


def _opt(question: Question, rcode: int, options: bytes = b"") -> bytes:
    """Our OPT record: our UDP size, the upper bits of the rcode, version 0, DO as it came (RFC 3225), options."""
    flags = rcode >> 4 << 24 | (0x8000 if question.do else 0)
    return b"\0" + message.RECORD.pack(OPT, message.UDP_SIZE, flags, len(options)) + options


def _soa(ttl: int) -> bytes:
    """An SOA under the name in the question, with root as server and mailbox: enough to carry the negative TTL."""
    data = b"\0\0" + struct.pack("!IIIII", 1, 3600, 600, 86400, ttl)
    return pack(SOA, ttl, data)
