# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/2 towards a server, by `h2`, with what DNS over HTTPS needs of it beside: a goodbye that is none yet, headers
that are packed once, and age.

RFC 9113 section 6.8: a server that says goodbye still answers what it has begun. To `h2` the connection is over with
the first word of it, and an answer behind it a breach of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import h2.config
import h2.connection
from h2.connection import ConnectionInputs, ConnectionState, H2ConnectionStateMachine

from wire.message import HEADER
from wire.names import Malformed, skip_name
from wire.resource_records import walk
from wire.types import OPT

MAX_AGE = 1 << 31
MAX_KNOWN = 100  # blocks of headers: queries are padded, so their lengths are few
MAX_QUESTIONS = 4  # one, by rights


class _StateMachine(H2ConnectionStateMachine):
    """Whose connection lives on when the server has said goodbye."""

    def __init__(self) -> None:
        super().__init__()
        self._transitions = _TRANSITIONS


_TRANSITIONS = {
    **H2ConnectionStateMachine._transitions,
    (ConnectionState.CLIENT_OPEN, ConnectionInputs.RECV_GOAWAY): (None, ConnectionState.CLIENT_OPEN),
}


class _Encoder:
    """Packs headers, and knows again those that were packed into nothing but references: of most queries all are.

    References hold until something is added to the table that they point into, or its size is another (RFC 7541).
    """

    def __init__(self, packer: Any) -> None:
        self._packer = packer  # of `hpack`, which comes with `h2`
        self._known: dict[tuple[Any, ...], bytes] = {}  # some lengths of a query; bounded by MAX_KNOWN

    def encode(self, headers: Iterable[Any]) -> bytes:
        """As the packer does."""
        key, packer = tuple(headers), self._packer
        block = self._known.get(key)
        if block is None:
            resized, before = bool(packer.table_size_changes), list(packer.header_table.dynamic_entries)
            block = bytes(packer.encode(key))
            if resized or before != list(packer.header_table.dynamic_entries) or len(self._known) >= MAX_KNOWN:
                self._known.clear()
            else:
                self._known[key] = block
        return block

    @property
    def header_table_size(self) -> int:
        """As the packer has it."""
        return int(self._packer.header_table_size)

    @header_table_size.setter
    def header_table_size(self, value: int) -> None:
        self._known.clear()
        self._packer.header_table_size = value


class Http2Client(h2.connection.H2Connection):
    """After a goodbye, `ConnectionTerminated` tells of it, and streams go on."""

    def __init__(self) -> None:
        super().__init__(h2.config.H2Configuration(
            validate_outbound_headers=False, normalize_outbound_headers=False,
            validate_inbound_headers=False, normalize_inbound_headers=False,  # three are read, and none is passed on
        ))  # fmt: skip
        self.state_machine = _StateMachine()
        packer: Any = _Encoder(self.encoder)
        self.encoder = packer

    def clear_outbound_data_buffer(self) -> None:
        """What is to be sent is sent, goodbye or not."""


def aged(packet: bytes, age: str) -> bytes:
    """A DNS message that lay in a cache of HTTP for `age` seconds, as its header says (RFC 8484 section 5.1): its TTLs
    are lower by that. What is no number or no DNS message is left as it is."""
    seconds = min(int(age), MAX_AGE) if age.isascii() and age.isdigit() and len(age) < 12 else 0
    if not seconds:
        return packet
    patched = bytearray(packet)
    try:
        _, _, questions, *counts = HEADER.unpack_from(packet)
        at = HEADER.size
        for _ in range(min(questions, MAX_QUESTIONS)):
            at = skip_name(packet, at) + 4
        for _, rtype, _, ttl, start, _ in walk(packet, at, sum(counts)):
            if rtype != OPT:
                patched[start - 6 : start - 2] = max(ttl - seconds, 0).to_bytes(4, "big")
    except Malformed:
        return packet
    return bytes(patched)
