# SPDX-License-Identifier: GPL-3.0-or-later
"""Who hands out addresses on a link: a DHCPDISCOVER of our own, and whose offers come back.

    with Probe("eth0") as probe:
        while not probe.over(): …      reads what has come; waits for nothing
        probe.servers

Needs CAP_NET_RAW. It takes no port, so it goes on beside this machine's own DHCP client, and beside a server.
"""

from __future__ import annotations

import ctypes
import secrets
import socket
import struct
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from network.dhcp_packets import CLIENT_PORT, discover, offered_by

SECONDS = 3.0  # a server of a home answers within one; some look first whether an address is free (1 s)
_ASK_AGAIN = 1.0  # one broadcast may be lost, on a radio above all
MAX_SERVERS = 16  # told of; a link has one, or two by mistake
_MAX_READS = 200  # packets of one look: a flood of them does not hold up who looks
_IPV4, _EVERYBODY = 0x0800, b"\xff" * 6
_ATTACH_FILTER = 26
_SYS_CLASS = Path("/sys/class/net")


class Probe:
    """One question on one interface, begun at once. Raises OSError: no such interface, or no right to ask."""

    def __init__(self, interface: str, seconds: float = SECONDS) -> None:
        self.servers: set[str] = set()
        self.interface = interface
        self._transaction = secrets.randbits(32)
        self._hardware = _hardware(interface)
        self._until = time.monotonic() + seconds
        self._again = time.monotonic() + _ASK_AGAIN
        self._sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        try:
            self._sock.setblocking(False)
            _only_to_port(self._sock, CLIENT_PORT)
            self._sock.bind((interface, _IPV4))
            self._ask()
        except BaseException:
            self._sock.close()
            raise

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def over(self) -> bool:
        """Take in the offers that have come; whether the time for them is over."""
        for _ in range(_MAX_READS):
            try:
                packet = self._sock.recv(2048)
            except OSError:
                break
            server = offered_by(packet, self._transaction)
            if server is not None and len(self.servers) < MAX_SERVERS:
                self.servers.add(str(server))
        now = time.monotonic()
        if now >= self._again:
            self._again = self._until
            with suppress(OSError):
                self._ask()
        return now >= self._until

    def close(self) -> None:
        self._sock.close()

    def _ask(self) -> None:
        self._sock.sendto(discover(self._transaction, self._hardware), (self.interface, _IPV4, 0, 0, _EVERYBODY))


def _hardware(interface: str) -> bytes:
    """The interface's own MAC address, which a server that keeps to those it knows may know."""
    try:
        made = bytes.fromhex((_SYS_CLASS / interface / "address").read_text("ascii").strip().replace(":", ""))
    except (OSError, ValueError):
        made = b""
    return made if len(made) == 6 and any(made) else b"\x02" + secrets.token_bytes(5)


def _only_to_port(sock: socket.socket, port: int) -> None:
    """Let the kernel hold back all but UDP to this port: a gateway's link carries far more than can be read here.

    A program of the classic packet filter, see bpf(4): 16 bits code, jumps, 32 bits value.
    """
    program = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (0x30, 0, 0, 9),  # A = the protocol
            (0x15, 0, 4, 17),  # UDP, else drop
            (0xB1, 0, 0, 0),  # X = length of the IP header
            (0x48, 0, 0, 2),  # A = destination port
            (0x15, 0, 1, port),
            (0x06, 0, 0, 0xFFFF),  # take it
            (0x06, 0, 0, 0),  # drop it
        )
    )
    steps = ctypes.create_string_buffer(program, len(program))
    sock.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, struct.pack("HP", len(program) // 8, ctypes.addressof(steps)))
