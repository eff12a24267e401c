# SPDX-License-Identifier: GPL-3.0-or-later
"""One query on the slow path: what came, from whom, where the response goes, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from resolver.answer.cache import CacheKey
from resolver.answer.judge import PASSED, Judgement
from resolver.answer.snapshot import Seat
from wire.message import Question


class ReplyTo(Protocol):
    """Where a response goes: a UDP socket or a TCP connection."""

    tcp: bool

    def send(self, response: bytes, address: Any) -> None:
        """Send `response`; a failure is the network's, and not ours to raise."""


@dataclass(slots=True)
class Query:
    """`packet` as it came; `started_us` in monotonic microseconds; `address` is whatever `reply_to` needs."""

    packet: bytes
    client: str
    started_us: int
    reply_to: ReplyTo
    address: Any
    seat: Seat
    question: Question
    judgement: Judgement = PASSED
    key: CacheKey = b""  # once the cache has been asked
