# SPDX-License-Identifier: GPL-3.0-or-later
"""One query of a client's, whatever it came over: what is for us alone goes off it, and its answer is dressed again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from resolver.encrypted.worker_link import WorkerLink
from wire import hop_options
from wire.hop_options import Hop, Survey
from wire.message import HEADER

MAX_QUERY = 4096  # bytes; what is longer is no query, as over UDP

Answered = Callable[[bytes | None, Survey], None]
"""The response as it goes to the client, None where there is to be none; with what it says of itself."""


def is_query(packet: bytes) -> bool:
    """Whether it may be handed on: it has a header, and is no response."""
    return HEADER.size <= len(packet) <= MAX_QUERY and not packet[2] & 0x80


def ask(
    link: WorkerLink, packet: bytes, transport: int, client: str, answered: Answered, idle_seconds: float | None = None
) -> int:
    """Hand on a query (`is_query`); `answered` is called once. `idle_seconds`: told to a client that wants to know."""
    bare, hop = hop_options.split(packet)
    return link.ask(bare, transport, client, partial(_dress, hop, answered, idle_seconds))


def _dress(hop: Hop, answered: Answered, idle_seconds: float | None, response: bytes | None) -> None:
    if response is None:
        answered(None, Survey(None, None))
        return
    facts = hop_options.survey(response)
    if hop.edns:
        response = hop_options.padded(response, facts.opt, idle_seconds if hop.keepalive else None)
    answered(response, facts)
