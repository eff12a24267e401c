# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries as bytes, and the little that the bench reads from responses (RFC 1035)."""

import struct

TYPES = {"A": 1, "AAAA": 28}
_HEADER = struct.Struct("!6H")


def query(name: str, qtype: str = "A", ident: int = 0) -> bytes:
    """A query with recursion desired."""
    labels = b"".join(bytes((len(label),)) + label.encode() for label in name.split(".") if label)
    return _HEADER.pack(ident, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", TYPES[qtype], 1)


def of_line(line: str) -> bytes:
    """The query of a line of dnsperf's input."""
    name, qtype = line.split()
    return query(name, qtype)


def is_sinkholed(response: bytes) -> bool:
    """Whether an A response says 0.0.0.0, as all the servers here are set to answer for a blocked name."""
    return len(response) > 28 and response[6:8] != b"\0\0" and response.endswith(bytes(4))
