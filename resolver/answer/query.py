# SPDX-License-Identifier: GPL-3.0-or-later
"""One query in the pipeline: what came, from whom, where the response goes, and what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from resolver.answer.judge import PASSED, Judgement
from resolver.answer.seat import Seat
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.route import HOUSE, Route
from wire.message import Question


class ReplyTo(Protocol):
    """Where a response goes: a transport on the clients' side is one file in `listen` that has one of these.

    `limit`: bytes of the largest response; `stream`: who asks is who it says, and may ask for anything up to there,
    else a client gets what it says it takes; `private`: nobody on the way can read it. `transport`: as the log has it.
    `memo`: before the bytes of a query as the key of its memo, so that no answer fits another transport's query; None:
    such queries have none.
    """

    limit: int
    stream: bool
    private: bool
    transport: int

    @property
    def memo(self) -> bytes | None: ...

    def send(self, response: bytes, address: Any) -> None:
        """Send `response`; a failure is the network's, and not ours to raise."""

    def drop(self) -> None:
        """A query gets no response: nothing is waited for."""


@dataclass(slots=True, eq=False)
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
    key: QuestionKey = b""  # once the cache has been asked
    route: Route = HOUSE  # whose servers are asked
    behind: str = ""  # who asks, where the address does not say it: `edns_client`, `device_client` (recorder.buffer)
    given: bool = False  # an old answer was sent, since none came in time
    dnssec: int = 0  # what is known of the answer's signatures, as the record says it
