# SPDX-License-Identifier: GPL-3.0-or-later
"""That this machine's interfaces, addresses or routes changed, told by the kernel as they do: rtnetlink.

What they are now is asked for by other ways; so nobody asks again and again for what seldom changes. Groups:
linux/rtnetlink.h. No privilege is needed.
"""

from __future__ import annotations

import contextlib
import socket

READS = 64  # messages taken at one look, each of some changes; what is left comes with the next
_READ_BYTES = 64 * 1024
_ROUTE = 0  # NETLINK_ROUTE
_LINK, _IPV4_ADDRESS, _IPV4_ROUTE, _IPV6_ADDRESS, _IPV6_ROUTE = 0x1, 0x10, 0x40, 0x100, 0x400  # RTMGRP_…


class LinkEvents:
    """`fileno` is readable once something changed; -1 where the kernel tells nothing (a sandbox without netlink)."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        with contextlib.suppress(OSError):
            made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _ROUTE)
            made.setblocking(False)
            made.bind((0, _LINK | _IPV4_ADDRESS | _IPV4_ROUTE | _IPV6_ADDRESS | _IPV6_ROUTE))
            self._socket = made

    @property
    def tells(self) -> bool:
        """Whether the kernel is to be waited for; else it has to be looked now and then."""
        return self._socket is not None

    def fileno(self) -> int:
        return self._socket.fileno() if self._socket is not None else -1

    def heard(self) -> bool:
        """Take what the kernel has told; whether something changed since the last call."""
        if self._socket is None:
            return False
        for count in range(READS):
            try:
                self._socket.recv(_READ_BYTES)
            except BlockingIOError:
                return count > 0
            except OSError:  # ENOBUFS: more than was taken
                return True
        return True

    def close(self) -> None:
        """Hear nothing more; safe to call twice."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
