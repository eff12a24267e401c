# SPDX-License-Identifier: GPL-3.0-or-later
"""That this machine's interfaces, addresses or routes changed, told by the kernel as they do: rtnetlink.

What they are now is asked for by other ways; so nobody asks again and again for what seldom changes. The kernel also
tells of what stays as it is: each advertisement of a router renews the lifetimes of addresses, and a radio's link
tells of itself. That is no change. Formats: linux/if_addr.h, linux/if_link.h. No privilege is needed.
"""

from __future__ import annotations

import contextlib
import socket

from network import rtnetlink

READS = 64  # messages taken at one look, each of some changes; what is left comes with the next
MAX_KNOWN = 4096  # a machine at home has some dozens; where there are more, all is told once more
_READ_BYTES = 64 * 1024
_ROUTE = 0  # NETLINK_ROUTE
_LINK, _IPV4_ADDRESS, _IPV4_ROUTE, _IPV6_ADDRESS, _IPV6_ROUTE = 0x1, 0x10, 0x40, 0x100, 0x400  # RTMGRP_…
_NEW_LINK, _NEW_ADDRESS = 16, 20  # RTM_NEW…
# Of each: how long its head is, how much of that is looked at (not which of a link's flags have changed), by which
# attributes it is the one of before, and what else is looked at. An attribute's number is of its kind.
_LINK_FORM = 16, 12, frozenset[int](), frozenset({1, 3, 4, 10, 16, 33})  # MAC, name, MTU, bridge, state, carrier
_ADDRESS_FORM = 8, 8, frozenset({1, 2}), frozenset({8})  # address, local one; flags
_FORMS = {_NEW_LINK: _LINK_FORM, _NEW_ADDRESS: _ADDRESS_FORM}


class LinkEvents:
    """`fileno` is readable once something changed; -1 where the kernel tells nothing (a sandbox without netlink)."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._known: dict[bytes, bytes] = {}
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
        changed = False
        for _ in range(READS):
            try:
                changed |= is_news(self._socket.recv(_READ_BYTES), self._known)
            except BlockingIOError:
                return changed
            except OSError:  # ENOBUFS: more than was taken
                self._known.clear()
                return True
        return changed

    def close(self) -> None:
        """Hear nothing more; safe to call twice."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None


def is_news(data: bytes, known: dict[bytes, bytes]) -> bool:
    """Whether what the kernel sent tells of anything that is not in `known`, which is brought up to it.

    Of routes each word is news: one that takes another's place is told alone.
    """
    news = False
    for kind, body in rtnetlink.messages(data):
        news |= _is_new(kind, body, known)
    return news


def _is_new(kind: int, body: bytes, known: dict[bytes, bytes]) -> bool:
    form = _FORMS.get(kind)
    if form is None:  # of routes, or what is gone; what comes again after that is new
        if kind - 1 in _FORMS:
            known.clear()
        return True
    size, looked_at, names, facts = form
    if len(body) < size:
        return True
    attributes = sorted(rtnetlink.attributes(body[size:]))
    index = body[4:8]  # of the interface, in both
    key = bytes([kind]) + index + b"".join(value for number, value in attributes if number in names)
    look = body[:looked_at] + b"".join(bytes([number]) + value for number, value in attributes if number in facts)
    if known.get(key) == look:
        return False
    if len(known) >= MAX_KNOWN:
        known.clear()
    known[key] = look
    return True
