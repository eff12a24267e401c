# SPDX-License-Identifier: GPL-3.0-or-later
"""One question to one server over UDP, as a device at home asks: for health checks, names of devices, and the like.

Whoever asks need not wait: `Asked.answer` looks at what has come. What is not just the response to what was asked is
nothing: its id and its question must be the same, with `mixed_case` to the letters' case.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import struct
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import TypeVar

from wire import resource_records
from wire.addresses import Address
from wire.entropy import mixed_case
from wire.message import HEADER, UDP_SIZE, Response, parse_response
from wire.names import Malformed, to_wire
from wire.sockaddr import family, socket_address
from wire.types import IN, NOERROR, OPCODE, RD, TC, A

SECONDS = 2.0
MAX_BYTES = 4096  # of a response; a server that was not told of EDNS sends 512, and what is longer is cut off
MAX_ADDRESSES = 32  # records read of one response by `addresses`; a service with more has enough in these

Server = tuple[str, int]
T = TypeVar("T")


def ask(
    name: str, server: Server, qtype: int = A, timeout: float = SECONDS, source: str = ""
) -> Response | None:  # fmt: skip
    """The response to one query, or None when none comes. Raises ValueError for a `name` that is none.

    `source`: an address of this machine to ask from, where it can be had and is of the server's family.
    """
    query = build(name, qtype, secrets.randbits(16))
    try:
        with Asked(query, server, source=source) as asked:
            return asked.answer(lambda packet: read(query, packet), timeout)
    except OSError:
        return None


def build(name: str, qtype: int = A, ident: int = 0, qclass: int = IN, *, mixed: bool = False) -> bytes:
    """A query for `name` with recursion desired (RFC 1035 section 4); `mixed`: letters in random case, to be guessed.

    Raises ValueError for what is no name.
    """
    wire_name = to_wire(name)
    section = (mixed_case(wire_name.lower()) if mixed else wire_name) + struct.pack("!2H", qtype, qclass)
    return HEADER.pack(ident, RD, 1, 0, 0, 0) + section


class Asked:
    """A query on its way, from a port that the kernel chose anew. Close it, or use it in a `with`."""

    def __init__(self, query: bytes, server: Server, *, anybody: bool = False, source: str = "") -> None:
        """Send it; `anybody`: the server is a group, and whoever is in it may answer. Raises OSError."""
        where = socket_address(*server)
        self._sock = socket.socket(family(server[0]), socket.SOCK_DGRAM)
        try:
            if source and family(source) == self._sock.family:
                with contextlib.suppress(OSError):  # another system's loopback is one address
                    self._sock.bind((source, 0))
            if anybody:
                self._sock.sendto(query, where)
            else:
                self._sock.connect(where)  # nobody else is heard
                self._sock.send(query)
        except OSError:
            self._sock.close()
            raise

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def answer(self, take: Callable[[bytes], T | None], seconds: float = 0.0) -> T | None:
        """What `take` makes of the first packet for which it is not None; None: there is none within `seconds`.

        Raises OSError when the server refuses.
        """
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            self._sock.settimeout(max(left, 0.0))
            try:
                taken = take(self._sock.recv(MAX_BYTES))
            except (BlockingIOError, TimeoutError):
                return None
            if taken is not None or left <= 0:  # then just one is looked at, however many are sent
                return taken

    def fileno(self) -> int:
        """For whoever waits for several."""
        return self._sock.fileno()

    def close(self) -> None:
        """Hear no more."""
        self._sock.close()


def is_response(query: bytes, packet: bytes, *, exact: bool = False) -> bool:
    """Whether `packet` is a response with the query's id and question; `exact`: with its letters' case too."""
    if len(packet) < len(query) or packet[:2] != query[:2] or not packet[2] & 0x80:
        return False
    question, asked = packet[12 : len(query)], query[12:]
    return question == asked or (not exact and question.lower() == asked.lower())


def read(query: bytes, packet: bytes) -> Response | None:
    """The response to `query`; None when `packet` is another's, or does not read."""
    if not is_response(query, packet):
        return None
    try:
        return parse_response(packet, query[12:])
    except Malformed:
        return None


def addresses(query: bytes, packet: bytes) -> list[Address] | None:
    """The addresses of the type that a mixed `query` asked for; None when it is another's, refused, or does not read.

    Whoever has a power reads with this: nothing is taken of a packet that is cut off, or holds more than it should.
    """
    if len(packet) > UDP_SIZE or not is_response(query, packet, exact=True):
        return None
    _, flags, questions, count, _, _ = HEADER.unpack_from(packet)
    if flags & (OPCODE | TC) or flags & 0xF != NOERROR or questions != 1 or count > MAX_ADDRESSES:
        return None
    (qtype,) = struct.unpack_from("!H", query, len(query) - 4)
    wanted = (qtype, IN, resource_records.ADDRESS_SIZES[qtype])
    try:
        records = list(resource_records.walk(packet, len(query), count))
    except Malformed:
        return None
    return [
        ip_address(packet[start:end]) for _, rtype, rclass, _, start, end in records
        if (rtype, rclass, end - start) == wanted
    ]  # fmt: skip
