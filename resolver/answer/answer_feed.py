# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling the firewall process which addresses a client was given: "no answer, no connection".

The word goes out before the response does, and is never waited for: when the firewall process does not read, it is
dropped and counted. Nothing is told of addresses at home, which the wall never touches.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

from store.wall import answer_codec
from wire import message as wire_message
from wire.addresses import SPARED, holder
from wire.names import Malformed, skip_name
from wire.types import AAAA, A

_SVCB, _HTTPS = 64, 65
_HINTS = {4: 4, 6: 16}  # SvcParamKey → bytes of one address (RFC 9460 section 14.3.2)
_spared = holder(SPARED)
MAX_PARAMETERS = 16  # of one SVCB record; there are some ten kinds


class AnswerFeed:
    """The worker's end of the socket; `told` and `lost` count rows."""

    def __init__(self, sock: socket.socket) -> None:
        self.told, self.lost = 0, 0
        self._sock = sock
        sock.setblocking(False)

    def tell(self, client: str, packet: bytes, section: bytes) -> bool:
        """Tell what `packet`, a response of ours to the question `section`, gives `client`; whether it gives any."""
        try:
            rows = [(address, ttl) for address, ttl in addresses(packet, section) if not _spared(address)]
            if not rows:
                return False
            asker = answer_codec.packed(client)
            message = answer_codec.pack((asker, answer_codec.packed(address), ttl) for address, ttl in rows)
        except (Malformed, ValueError):
            return False
        try:
            self._sock.send(message)
            self.told += len(rows)
        except OSError:  # full, or nobody holds the other end
            self.lost += len(rows)
        return True


def addresses(packet: bytes, section: bytes) -> Iterator[tuple[bytes, int]]:
    """(address of 4 or 16 bytes, TTL) of every A, AAAA and address hint in a response; raises Malformed."""
    if not packet[6:12].strip(b"\0"):
        return
    response = wire_message.parse_response(packet, section)
    body = response.body
    for offset, ttl in response.ttls:
        rtype, length = struct.unpack_from("!H", body, offset - 4)[0], struct.unpack_from("!H", body, offset + 4)[0]
        data = body[offset + 6 : offset + 6 + length]
        if (rtype, length) in ((A, 4), (AAAA, 16)):
            yield data, ttl
        elif rtype in (_SVCB, _HTTPS):
            yield from ((address, ttl) for address in _hints(data))


def _hints(data: bytes) -> Iterator[bytes]:
    """The addresses in the parameters of an SVCB or HTTPS record (RFC 9460 section 2.2)."""
    position = skip_name(data, 2) if len(data) > 2 else len(data)
    for _ in range(MAX_PARAMETERS):
        if position + 4 > len(data):
            return
        key, length = struct.unpack_from("!HH", data, position)
        value = data[position + 4 : position + 4 + length]
        position += 4 + length
        if size := _HINTS.get(key):
            yield from (value[start : start + size] for start in range(0, len(value) - size + 1, size))
