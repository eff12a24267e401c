# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes between a worker and the process that ends encrypted connections, by the message. Pure.

    query     number (u32) │ transport │ length of the client │ length of the packet (u16) │ client │ packet
    response  number (u32) │ length (u32); 0: there is none │ packet

A message holds as many as are there at the moment. Both ends are ours, on one machine, over a socket nobody else has.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAX_MESSAGE = 100_000  # bytes: one answer of the largest size fits, and all of it a socket's usual buffer
MAX_CLIENT = 255
_QUERY, _RESPONSE = struct.Struct("!IBBH"), struct.Struct("!II")


class HandedQuery(NamedTuple):
    """`client`: as a record notes it, see `resolver.recorder.buffer.device_client`."""

    number: int
    transport: int
    client: str
    packet: bytes


def of_query(query: HandedQuery) -> bytes:
    """One query as it travels."""
    client = query.client.encode("ascii", "replace")[:MAX_CLIENT]
    return _QUERY.pack(query.number, query.transport, len(client), len(query.packet)) + client + query.packet


def of_response(number: int, packet: bytes) -> bytes:
    """One response as it travels."""
    return _RESPONSE.pack(number, len(packet)) + packet


def next_message(frames: Iterable[bytes]) -> tuple[bytes, int]:
    """As many of the frames as fit into a message, in their order, and how many those are; the first always does."""
    message, count = b"", 0
    for frame in frames:
        if message and len(message) + len(frame) > MAX_MESSAGE:
            break
        message += frame
        count += 1
    return message, count


def queries(message: memoryview) -> Iterator[HandedQuery]:
    """The queries of a message; struct.error for what is none."""
    at = 0
    while at < len(message):
        number, transport, client, size = _QUERY.unpack_from(message, at)
        at += _QUERY.size
        yield HandedQuery(
            number, transport, str(message[at : at + client], "ascii"), bytes(message[at + client : at + client + size])
        )
        at += client + size


def responses(message: memoryview) -> Iterator[tuple[int, bytes]]:
    """The (number, response) pairs of a message; struct.error for what is none."""
    at = 0
    while at < len(message):
        number, size = _RESPONSE.unpack_from(message, at)
        at += _RESPONSE.size
        yield number, bytes(message[at : at + size])
        at += size
