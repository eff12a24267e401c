# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as text, read out of packets and made into packets by dnslib: for whoever has time.

It takes some hundred microseconds a packet and 4 MB, so no worker loads it (a test holds that). Names with bytes beyond
ASCII it does not read; whatever it raises on what it was not made for becomes `Malformed`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dnslib import RDMAP, RR, DNSRecord

from wire.names import Malformed
from wire.types import NOERROR, type_name


@dataclass(frozen=True, slots=True)
class TextRecord:
    """A record as in a zone file, names without their last dot, the owner's in lower case; hostile until checked."""

    name: str
    rtype: int
    ttl: int
    data: str


def answers(packet: bytes) -> list[TextRecord]:
    """The answer section of a response; raises `Malformed` for what is none or does not read."""
    try:
        response = DNSRecord.parse(packet)
        if not response.header.qr:
            raise Malformed("no response")
        return [
            TextRecord(_plain(record.rname).lower(), record.rtype, record.ttl, _plain(record.rdata))
            for record in response.rr
        ]
    except Exception as error:  # of all kinds: struct.error, IndexError, its own
        raise Malformed(f"not read: {error}") from None


def response(
    query: bytes, rcode: int = NOERROR, answer: Iterable[TextRecord] = (), authority: Iterable[TextRecord] = ()
) -> bytes:
    """The response to a query with these records; raises `Malformed` for a query that does not read."""
    try:
        made = DNSRecord.parse(query).reply(aa=0)
    except Exception as error:
        raise Malformed(f"not read: {error}") from None
    made.header.rcode = rcode
    made.add_answer(*(_record(record) for record in answer))
    made.add_auth(*(_record(record) for record in authority))
    return bytes(made.pack())


def _plain(value: object) -> str:
    return str(value).removesuffix(".")


def _record(record: TextRecord) -> RR:
    kind: Any = RDMAP[type_name(record.rtype)]
    return RR(record.name, record.rtype, rdata=kind.fromZone(record.data.split()), ttl=record.ttl)
