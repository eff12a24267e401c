# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder's end of a worker's record socket: messages in, batches out; what is none is logged and passed over.

When somebody looks at the log, the workers are asked for what they have; each says when that was all (`flush_clock`).
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress

from resolver.recorder.courtesy import Courtesy
from resolver.recorder.flush_clock import ANSWER, ASK
from store.log.batch_codec import MAX_BYTES, unpack
from store.log.batches import BadBatch, Columns

MESSAGES = 8  # read from one worker before the others, and the log, get their turn: some 8,000 rows
ANSWER_SECONDS = 0.05  # for which a worker is waited for that was asked; one that lives takes a millisecond

log = logging.getLogger(__name__)


class Asks:
    """Which workers were asked for what they have and have not answered; times are of a clock that never jumps."""

    def __init__(self) -> None:
        self._waiting: set[socket.socket] = set()
        self._until: float | None = None

    def ask(self, sockets: Iterable[socket.socket], now: float) -> None:
        """Somebody looks at the log."""
        self._until = now + ANSWER_SECONDS
        for sock in sockets:
            with suppress(OSError):  # nobody is there, or it has many asks before it
                sock.send(ASK)
                self._waiting.add(sock)

    def answered(self, sock: socket.socket) -> None:
        """It has sent all that it had."""
        self._waiting.discard(sock)

    @property
    def due(self) -> float | None:
        """When they are waited for no longer; None where nobody asked, in the past where all have answered."""
        return self._until if self._until is None or self._waiting else 0.0

    def over(self, now: float) -> bool:
        """Whether it is time to show what there is to who looks; said once."""
        if (due := self.due) is None or now < due:
            return False
        self._until = None
        self._waiting.clear()
        return True


def read(
    sock: socket.socket,
    take: Callable[[Columns], None],
    answered: Callable[[socket.socket], None],
    courtesy: Courtesy | None = None,
) -> tuple[int, bool]:
    """Take the batches that wait on `sock`; returns (how many, whether anybody still holds the other end)."""
    count, is_held = _take_all(sock, take, answered, courtesy or Courtesy())
    if courtesy is not None:
        courtesy.read(count)
    return count, is_held


def _take_all(
    sock: socket.socket, take: Callable[[Columns], None], answered: Callable[[socket.socket], None], give_way: Courtesy
) -> tuple[int, bool]:
    count = 0
    for _ in range(MESSAGES):
        try:
            message = sock.recv(MAX_BYTES + 1)
        except (BlockingIOError, InterruptedError):
            return count, True
        except OSError as error:
            log.error("a worker's records cannot be read: %s", error)
            message = b""
        if not message:
            return count, False
        if message == ANSWER:
            answered(sock)
            continue
        count += 1
        try:
            batch = unpack(message)
            give_way()
            take(batch)
        except BadBatch as error:
            log.error("a batch of records was not understood: %s", error)
        give_way()
    return count, True
