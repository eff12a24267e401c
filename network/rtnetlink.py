# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel sends over netlink(7), taken apart: messages, and the attributes behind the head of each. Pure.

A message is `nlmsghdr` (16 bytes), a head of its kind, then attributes of a length and a type each, all aligned to four
bytes and in the machine's own byte order: linux/netlink.h, linux/rtnetlink.h.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADER = struct.Struct("=IHHII")
_ATTRIBUTE = struct.Struct("=HH")
_TYPE = 0x3FFF  # NLA_TYPE_MASK: without the flags
_REQUEST_DUMP = 0x301


def request_all(kind: int, head: bytes) -> bytes:
    """The message that asks for all that there are."""
    return _HEADER.pack(_HEADER.size + len(head), kind, _REQUEST_DUMP, 1, 0) + head


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, what stands behind the header) of each; what is cut off is passed over."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, _, _, _ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size:
            return
        yield kind, data[at + _HEADER.size : at + length]
        at += _aligned(length)


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, value) of each, in the same manner."""
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size:
            return
        yield kind & _TYPE, data[at + _ATTRIBUTE.size : at + length]
        at += _aligned(length)


def _aligned(length: int) -> int:
    return length + -length % 4
