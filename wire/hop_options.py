# SPDX-License-Identifier: GPL-3.0-or-later
"""EDNS options between a client and whoever ends its encrypted connection, and no further (RFC 6891, 6.1.1). Pure.

    10  cookie       RFC 7873: over TLS nobody forges an address
    11  keepalive    RFC 7828: for how long an idle connection is kept, in tenths of a second
    12  padding      RFC 7830, and RFC 8467 for how much: a length then tells little of the name

A query goes on without them, so that one that was asked before is known by its bytes; an answer gets its own.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from wire.client_options import COOKIE
from wire.message import HEADER, MAX_RECORDS, MAX_TTL, RECORD
from wire.names import Malformed, skip_name
from wire.types import OPT, SOA

KEEPALIVE, PADDING = 11, 12
BLOCK = 468  # bytes; answers are padded to a multiple of it: RFC 8467 section 4.1
MOST = 65_535
_HOP = (COOKIE, KEEPALIVE, PADDING)
_OPTION = struct.Struct("!HH")
_MAX_OPTIONS = 32
_OPT_HEAD = b"\0\0\x29"  # the root's name and the type


class Hop(NamedTuple):
    """What a query said to us alone: whether it had EDNS, which then may stand in the answer, and asked for a while."""

    edns: bool = False
    keepalive: bool = False


class Survey(NamedTuple):
    """Of an answer: seconds for which it may be kept, None: not at all; where its OPT record begins, if it is last."""

    seconds: int | None
    opt: int | None


def split(packet: bytes) -> tuple[bytes, Hop]:
    """A query without the options for us, and what they said; as it came where it is anything but plain."""
    try:
        at = skip_name(packet, HEADER.size) + 4
        counts = packet[4:12]
        if counts != b"\0\1\0\0\0\0\0\1" or packet[at : at + 3] != _OPT_HEAD:
            return packet, Hop()
        (length,) = struct.unpack_from("!H", packet, at + 9)
    except (Malformed, struct.error):
        return packet, Hop()
    data = packet[at + 11 :]
    if length != len(data):
        return packet, Hop()
    if not length:
        return packet, Hop(edns=True)
    kept, keepalive = _without_hops(data)
    return packet[: at + 9] + len(kept).to_bytes(2, "big") + kept, Hop(edns=True, keepalive=keepalive)


def _without_hops(data: bytes) -> tuple[bytes, bool]:
    kept, at, keepalive = b"", 0, False
    for _ in range(_MAX_OPTIONS):
        if at + _OPTION.size > len(data):
            break
        code, length = _OPTION.unpack_from(data, at)
        end = at + _OPTION.size + length
        if code not in _HOP:
            kept += data[at:end]
        keepalive = keepalive or code == KEEPALIVE
        at = end
    return kept + data[at:], keepalive


def survey(response: bytes) -> Survey:
    """Read through an answer of ours; one that does not read is kept by nobody and stays as it is.

    For how long: as the shortest-lived answer record, or where there is none as its SOA says (RFC 2308).
    """
    try:
        return _survey(response)
    except (Malformed, struct.error, IndexError):
        return Survey(None, None)


def _survey(response: bytes) -> Survey:
    _, _, questions, answers, authorities, additionals = HEADER.unpack_from(response)
    if questions + answers + authorities + additionals > MAX_RECORDS:
        return Survey(None, None)
    at, seconds, opt = HEADER.size, None, None
    for _ in range(questions):
        at = skip_name(response, at) + 4
    for number in range(answers + authorities + additionals):
        begin = at
        at = skip_name(response, at)
        rtype, _, ttl, length = RECORD.unpack_from(response, at)
        at += RECORD.size + length
        if number < answers:
            seconds = ttl if seconds is None else min(seconds, ttl)
        elif not answers and rtype == SOA and number < answers + authorities:
            seconds = min(ttl, int.from_bytes(response[at - 4 : at], "big"))
        elif rtype == OPT and at == len(response):
            opt = begin
    return Survey(None if seconds is None else min(seconds, MAX_TTL), opt)


def padded(response: bytes, opt: int | None, idle_seconds: float | None = None) -> bytes:
    """An answer with padding behind its OPT record at `opt`, and the time that an idle connection is kept, if any."""
    if opt is None:
        return response
    more = b""
    if idle_seconds is not None:
        more = _OPTION.pack(KEEPALIVE, 2) + min(int(idle_seconds * 10), MOST).to_bytes(2, "big")
    size = len(response) + len(more) + _OPTION.size
    fill = min(-size % BLOCK, MOST - size)
    if fill >= 0:
        more += _OPTION.pack(PADDING, fill) + bytes(fill)
    if len(response) + len(more) > MOST:
        return response
    length = int.from_bytes(response[opt + 9 : opt + 11], "big") + len(more)
    return response[: opt + 9] + length.to_bytes(2, "big") + response[opt + 11 :] + more
