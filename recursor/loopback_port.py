# SPDX-License-Identifier: GPL-3.0-or-later
"""A port of loopback for a child to answer on."""

from __future__ import annotations

import socket

_TRIES = 20


def free_port() -> int:
    """One of loopback that nobody has, for UDP and TCP. Raises OSError."""
    for _ in range(_TRIES):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            port = int(udp.getsockname()[1])
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(0, "no free port")
