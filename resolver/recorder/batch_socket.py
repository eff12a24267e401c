# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder's end of a worker's record socket: messages in, batches out; what is none is logged and passed over."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from store.log.batch_codec import MAX_BYTES, unpack
from store.log.batches import BadBatch, Columns

MESSAGES = 64  # read from one worker before the others get their turn

log = logging.getLogger(__name__)


def read(sock: socket.socket, take: Callable[[Columns], None]) -> tuple[int, bool]:
    """Take the batches that wait on `sock`; returns (messages read, whether anybody still holds the other end)."""
    for count in range(MESSAGES):
        try:
            message = sock.recv(MAX_BYTES + 1)
        except (BlockingIOError, InterruptedError):
            return count, True
        except OSError as error:
            log.error("a worker's records cannot be read: %s", error)
            message = b""
        if not message:
            return count, False
        try:
            take(unpack(message))
        except BadBatch as error:
            log.error("a batch of records was not understood: %s", error)
    return MESSAGES, True
