# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is answered while more comes in than can be answered: all but the client that sends the most of it.

A queue that grows is the kernel's to cut off, and it cuts whoever comes last: one client with 16,000 queries a second
then costs all others half of theirs. So when the queue of a socket is long, those who send more than their share are
not answered until it is short again. Nobody is limited as long as there is no queue, and nobody who is alone.
"""

from __future__ import annotations

import socket
import struct

from resolver.listen.mmsg import Inbox

LONG_BYTES = 1 << 20  # of memory that a queue takes, some 1300 queries and a tenth of a second's work
PART_OF_QUEUE = 2  # or this part of it, where the kernel allows less
SHORT = 4  # part of a long queue at which all are answered again
FREE = 100  # queries a second that no client is blamed for, whatever the others send; a busy one asks ten
WINDOW_NS = 1_000_000_000
CLIENTS_MAX = 4096  # counted at once; some 100 bytes each

_SO_MEMINFO = 55  # Linux 4.12; an array of numbers of 32 bits, of which the first is the memory that the queue takes
_MEMINFO_SIZE = 36


class Shares:
    """Of one socket. To be asked after a full batch alone: who reads all that waits at once has no queue."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._long = min(LONG_BYTES, sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // PART_OF_QUEUE)
        self._crowded = False
        self._counts: dict[bytes, int] = {}
        self._total = 0
        self._until_ns = 0
        self.loudest = b""  # whose queries were left out last

    def crowded(self) -> bool:
        """Whether the queue is long, or not yet short again."""
        try:
            info = self._sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO_SIZE)
        except OSError:
            return False
        (waiting,) = struct.unpack_from("I", info)
        self._crowded = waiting > (self._long // SHORT if self._crowded else self._long)
        return self._crowded

    def admitted(self, inbox: Inbox, count: int, known: int, now_ns: int) -> list[int]:
        """The slots of a batch to be answered, in order. `known`: how many clients have ever asked."""
        if now_ns >= self._until_ns:
            self._begin_window(now_ns)
        counts, slots = self._counts, list[int]()
        self._total += count
        for slot in range(count):
            client = inbox.client(slot)
            asked = counts[client] = counts.get(client, 0) + 1
            if asked <= FREE or known < 2 or asked * max(len(counts), 2) <= self._total:
                slots.append(slot)
            else:
                self.loudest = client
        return slots

    def _begin_window(self, now_ns: int) -> None:
        """Half of what was counted stays: who was too loud a moment ago is not free to begin anew."""
        self._until_ns = now_ns + WINDOW_NS
        if len(self._counts) > CLIENTS_MAX:
            self._counts.clear()
        self._counts = {client: count // 2 for client, count in self._counts.items() if count > 1}
        self._total = sum(self._counts.values())
