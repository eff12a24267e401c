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

MESSAGES, ROWS = 8, 8_000  # read from one worker before the others, and the log, get their turn: so many of either
ANSWER_SECONDS = 0.05  # for which a worker is waited for that was asked; one that lives takes a millisecond

log = logging.getLogger(__name__)


class Asks:
    """Which workers were asked for what they have and have not answered; times are of a clock that never jumps.

    Asked are those that have ever sent something; where none has, all. Who only stands by has nothing, and never
    answers.
    """

    def __init__(self) -> None:
        self._waiting: set[socket.socket] = set()
        self._heard: set[socket.socket] = set()
        self._until: float | None = None
        self._opened = False

    def ready(
        self, sockets: Iterable[socket.socket], now: float, *, opened: bool, due: bool, looked: bool
    ) -> bool:  # fmt: skip
        """Whether to commit now. While somebody has `opened` the log, or looks at it and a commit is `due`, it waits
        until the workers have sent what they have; so they need not send it more often while they are looked at."""
        if opened or (due and looked):
            self.ask(sockets, now)
            self._opened = self._opened or opened
        return self.over(now) or (due and not looked)

    def was_opened(self) -> bool:
        """Whether somebody who has opened the log waited for this commit; said once, and not while workers are waited
        for: what they have comes with the next."""
        opened = self._opened and self._until is None
        self._opened = self._opened and not opened
        return opened

    def ask(self, sockets: Iterable[socket.socket], now: float) -> None:
        """Somebody looks at the log."""
        if self._until is None:  # else whoever opens the log again and again would put the commit off for ever
            self._until = now + ANSWER_SECONDS
        every = list(sockets)
        for sock in [sock for sock in every if sock in self._heard] or every:
            with suppress(OSError):  # nobody is there, or it has many asks before it
                sock.send(ASK)
                self._waiting.add(sock)

    def heard(self, sock: socket.socket, message: bytes) -> None:
        """It has sent this: a batch, or the word that this was all that it had."""
        self._heard.add(sock)
        if message == ANSWER:
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
        self._heard -= self._waiting  # who is gone is asked again once it is heard again
        self._waiting.clear()
        return True


def read(
    sock: socket.socket,
    take: Callable[[Columns], None],
    heard: Callable[[socket.socket, bytes], None],
    courtesy: Courtesy | None = None,
) -> tuple[int, bool]:
    """Take the batches that wait on `sock`; returns (how many, whether anybody still holds the other end)."""
    courtesy = courtesy or Courtesy()
    count, rows, is_held = _take_all(sock, take, heard, courtesy)
    courtesy.read(count, rows)
    return count, is_held


def _take_all(
    sock: socket.socket,
    take: Callable[[Columns], None],
    heard: Callable[[socket.socket, bytes], None],
    give_way: Courtesy,
) -> tuple[int, int, bool]:
    count = rows = 0
    for _ in range(MESSAGES):
        if rows >= ROWS:
            break
        try:
            message = sock.recv(MAX_BYTES + 1)
        except (BlockingIOError, InterruptedError):
            return count, rows, True
        except OSError as error:
            log.error("a worker's records cannot be read: %s", error)
            message = b""
        if not message:
            return count, rows, False
        heard(sock, message)
        if message == ANSWER:
            continue
        count += 1
        try:
            batch = unpack(message)
            rows += len(batch)
            give_way()
            take(batch)
        except BadBatch as error:
            log.error("a batch of records was not understood: %s", error)
        give_way()
    return count, rows, True
