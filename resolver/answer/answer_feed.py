# SPDX-License-Identifier: GPL-3.0-or-later
"""Telling the firewall process which addresses a client was given: "no answer, no connection".

The word goes out before the response does, and is never waited for: when the firewall process does not read, it is
dropped and counted. Nothing is told of addresses at home, which the wall never touches.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

from store.config.choices import WallMode
from store.config.settings import Settings
from store.wall import answer_codec
from wire import resource_records
from wire.addresses import SPARED, holder
from wire.message import HEADER
from wire.names import Malformed

_spared = holder(SPARED)


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


def wants_answers(settings: Settings) -> bool:
    """Whether the wall looks at connections to addresses that no answer named."""
    return settings.wall_switches.at_most(settings.wall)["raw"] != WallMode.OFF


def addresses(packet: bytes, section: bytes) -> Iterator[tuple[bytes, int]]:
    """(address of 4 or 16 bytes, TTL) of every A, AAAA and address hint in a response of ours; raises Malformed."""
    _, _, _, *counts = HEADER.unpack_from(packet)
    return resource_records.addresses(packet, 12 + len(section), sum(counts))
