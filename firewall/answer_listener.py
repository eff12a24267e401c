# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that clients were given, as the workers tell them: read by a thread of its own.

A device connects within a millisecond of its answer, and all else that the process does may take longer. The thread
shares `Answers` with it, under its lock.
"""

import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable

from firewall.answered_addresses import Answers, Entry
from firewall.kernel import WallError
from firewall.netlink import Kernel
from network.neighbours import Neighbours
from store.wall import answer_codec
from store.wall.answer_codec import BadAnswers
from wire.addresses import Address

MESSAGES = 64  # read from one worker before others get their turn

Told = tuple[Address, Address, int]  # client, address, seconds

log = logging.getLogger(__name__)


class AnswerListener:
    """`holds`: whether the table has sets for answers; `extra`: seconds that an answer counts beyond its lifetime.

    `lost`: answers that the kernel did not take.
    """

    def __init__(
        self,
        sockets: Iterable[socket.socket],
        answers: Answers,
        neighbours: Neighbours,
        holds: Callable[[], bool],
    ) -> None:
        self.extra, self.lost = 0, 0
        self._holds = holds
        self._answers, self._neighbours = answers, neighbours
        self._kernel: Kernel | None = None
        self._end, self._ends = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._end, selectors.EVENT_READ)
        for sock in sockets:
            sock.setblocking(False)
            self._selector.register(sock, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._listen, name="answers", daemon=True)

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more; what was told is in the kernel."""
        self._ends.close()
        self._thread.join()
        self._end.close()
        if self._kernel is not None:
            self._kernel.close()

    def _listen(self) -> None:
        while True:
            for key, _ in self._selector.select():
                assert isinstance(key.fileobj, socket.socket)
                if key.fileobj is self._end:
                    return
                self._read(key.fileobj)

    def _read(self, sock: socket.socket) -> None:
        """Take the answers that wait on a worker's socket, and tell the kernel of those that are new."""
        rows: list[Told] = []
        for _ in range(MESSAGES):
            try:
                message = sock.recv(answer_codec.MAX_BYTES + 1)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                message = b""
            if not message:  # nobody holds the other end any more
                self._selector.unregister(sock)
                break
            try:
                rows += answer_codec.unpack(message)
            except BadAnswers as error:
                log.error("a worker's answers were not understood: %s", error)
        if rows:
            # First by the neighbours that are known: to look at them anew takes ten milliseconds.
            self._learn(rows, self._neighbours.known)
            self._learn(rows, lambda client: self._neighbours.mac_of(client, time.monotonic()))

    def _learn(self, rows: Iterable[Told], mac_of: Callable[[Address], str | None]) -> None:
        macs = {client: mac_of(client) for client, _, _ in rows}
        now, fresh = time.monotonic(), list[Entry]()
        with self._answers.lock:
            for client, where, ttl in rows:
                fresh += self._answers.learn(client, macs[client], where, max(1, ttl + self.extra), now)
            if fresh and self._holds():
                self._tell_kernel(fresh)

    def _tell_kernel(self, entries: list[Entry]) -> None:
        by_set: dict[str, dict[bytes, int]] = {}
        for name, key, seconds in entries:
            by_set.setdefault(name, {})[key] = seconds
        try:
            self._kernel = self._kernel or Kernel()
            for name, elements in by_set.items():
                self._kernel.put(name, list(elements.items()))
        except (WallError, OSError) as error:
            if not self.lost:
                log.error("%s", error)
            self.lost += len(entries)
