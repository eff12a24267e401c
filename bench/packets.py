# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries as bytes, and the little that the bench reads from responses (RFC 1035)."""

from wire import stub
from wire.types import TYPE_NUMBERS


def query(name: str, qtype: str = "A", ident: int = 0) -> bytes:
    """A query with recursion desired."""
    return stub.build(name, TYPE_NUMBERS[qtype], ident)


def of_line(line: str) -> bytes:
    """The query of a line of dnsperf's input."""
    name, qtype = line.split()
    return query(name, qtype)


def is_sinkholed(response: bytes) -> bool:
    """Whether an A response says 0.0.0.0, as all the servers here are set to answer for a blocked name."""
    return len(response) > 28 and response[6:8] != b"\0\0" and response.endswith(bytes(4))
