# SPDX-License-Identifier: GPL-3.0-or-later
"""Two upstreams that answer every question at once, in a process of their own: `python -m bench.edits.servers`.

They never lose one: a server that does would be taken for the appliance's fault. Prints their ports, serves until its
input ends, and prints how many each answered.
"""

import select
import socket
import sys
from contextlib import suppress

from bench.edits.asker import wide_open
from bench.edits.questions import address_of
from wire.names import question_name
from wire.types import A

TTL = 300


def response(query: bytes) -> bytes:
    """The address that a name has here; no data for another type."""
    name, end = question_name(query)
    asked = query[12 : end + 4]
    answers = int.from_bytes(query[end : end + 2], "big") == A
    head = query[:2] + bytes((0x81 | query[2] & 1, 0x80, 0, 1, 0, answers, 0, 0, 0, 0)) + asked
    if not answers:
        return head
    packed = socket.inet_aton(address_of(name))
    return head + b"\xc0\x0c\0\1\0\1" + TTL.to_bytes(4, "big") + b"\0\4" + packed


def main() -> None:
    """Serve until whoever started it closes its input."""
    socks = [wide_open("127.0.0.1") for _ in range(2)]
    counts = dict.fromkeys(socks, 0)
    print(*(sock.getsockname()[1] for sock in socks), flush=True)
    while True:
        ready, _, _ = select.select([*socks, sys.stdin], [], [])
        for sock in ready:
            if not isinstance(sock, socket.socket):
                print(*counts.values(), flush=True)
                return
            with suppress(BlockingIOError):
                while True:
                    query, client = sock.recvfrom(4096)
                    with suppress(OSError):  # its port is closed already
                        sock.sendto(response(query), client)
                    counts[sock] += 1


if __name__ == "__main__":
    main()
