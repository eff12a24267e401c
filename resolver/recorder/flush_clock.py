# SPDX-License-Identifier: GPL-3.0-or-later
"""When a worker sends its records: soon after the first that waits, and at once when the recorder asks for them.

It does so when somebody opens the log, and once a second while they go on looking.

    worker ── records, many in a message ──► recorder
           ◄──────── ASK: somebody looks ───
           ── ANSWER: that is all ─────────►

One message for many records is what saves work in both processes; while nothing is noted neither wakes.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from resolver.recorder.buffer import FLUSH_SECONDS, RecordBuffer, unheard

NEW_SECONDS = 0.1  # what a record waits at most where a client is new: the recorder finds out whose it is
ASK, ANSWER = b"?", b"."  # no batch is as short as that
_ASKS_BYTES = 64


class FlushClock:
    """Of one worker. `sock`: its record socket, over which the recorder asks; `clients`: how many are known by now."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, buffer: RecordBuffer, sock: socket.socket, clients: Callable[[], int]
    ) -> None:
        self._loop, self._buffer, self._sock, self._clients = loop, buffer, sock, clients
        self._known = 0
        self._timer: asyncio.TimerHandle | None = None
        buffer.begun = self.begun

    def begin(self) -> None:
        """From now on the recorder is heard."""
        self._loop.add_reader(self._sock.fileno(), self._asked)

    def close(self) -> None:
        """Order nothing more; what is noted from now on is sent by whoever ends the worker."""
        self._buffer.begun = unheard
        self._loop.remove_reader(self._sock.fileno())
        self._cancel()

    def begun(self) -> None:
        """A record waits, the first since all were sent."""
        if self._timer is None:
            known, before = self._clients(), self._known
            self._known = known
            self._timer = self._loop.call_later(NEW_SECONDS if known > before else FLUSH_SECONDS, self._flush)

    def _asked(self) -> None:
        """Somebody looks: send what there is, and say when that is done."""
        try:
            asks = self._sock.recv(_ASKS_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            asks = b""
        if not asks:  # nobody holds the other end: the supervisor does, until all ends
            self._loop.remove_reader(self._sock.fileno())
            return
        self._cancel()
        self._flush()
        self._buffer.say(ANSWER)

    def _flush(self) -> None:
        self._timer = None
        if not self._buffer.flush():
            self.begun()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

