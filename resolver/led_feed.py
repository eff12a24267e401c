# SPDX-License-Identifier: GPL-3.0-or-later
"""Workers tell each other where answers of excepted names lead, since a device's next query may meet any of them.

Each has a socket in the run directory, which only we may enter. What is learnt is sent before the answer is, so it is
there before anybody can ask for it; a worker that begins asks for what the others know. Nothing waits: what cannot be
sent is learnt by the sibling from an answer of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from resolver.answer.led_names import LED_MAX, Led, LedNames

MAX_BYTES = 150_000  # of a message: LED_MAX names with their rules
READS = 64  # messages taken at one look
WORKERS_MAX = 64  # siblings that are told
_SOCKET = re.compile("worker-.*[.]led")
_HELLO: tuple[Led, ...] = ()  # who sends it wants to know what the others do


class LedFeed:
    """One worker's end. Where the run directory takes no socket, each worker learns for itself."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, run: Path, number: int, led: LedNames, forget: Callable[[], None]
    ) -> None:
        """`forget`: called when a sibling told something new, since memos may say that it is blocked."""
        self._loop, self._run, self._led, self._forget = loop, run, led, forget
        self._name = f"worker-{number}.led"
        self._siblings: list[str] = []
        self._socket: socket.socket | None = None
        self._folder, self._inode = -1, 0
        with suppress(OSError):
            self._open()
        self.look()
        self._send(_HELLO)

    def look(self) -> None:
        """Find out which siblings there are now."""
        with suppress(OSError), os.scandir(self._run) as entries:
            names = sorted(entry.name for entry in entries if _SOCKET.fullmatch(entry.name))
            self._siblings = [name for name in names if name != self._name][:WORKERS_MAX]

    def on_readable(self) -> None:
        """Take what siblings tell."""
        for _ in range(READS):
            try:
                data = self._socket.recv(MAX_BYTES) if self._socket is not None else b""
            except OSError:
                return
            if not data:
                return
            self._take(data)

    def close(self) -> None:
        """Hear and tell nothing more."""
        if self._socket is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
            with suppress(OSError):  # a worker of the same number may have begun meanwhile
                if (path := self._run / self._name).stat().st_ino == self._inode:
                    path.unlink()
        if self._folder >= 0:
            os.close(self._folder)
        self._socket, self._folder = None, -1

    def _open(self) -> None:
        self._folder = os.open(self._run, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        (self._run / self._name).unlink(missing_ok=True)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            made.bind(self._address(self._name))
        except OSError:
            made.close()
            raise
        self._socket, self._inode = made, (self._run / self._name).stat().st_ino
        self._led.tell = self._send
        self._loop.add_reader(made.fileno(), self.on_readable)

    def _address(self, name: str) -> str:
        """An address has room for a hundred bytes, the path of a run directory may have more."""
        return f"/proc/self/fd/{self._folder}/{name}"

    def _send(self, news: Sequence[Led]) -> None:
        data = json.dumps(news).encode()
        for name in self._siblings:
            with suppress(OSError):  # it is gone, or has not taken what came before
                if self._socket is not None and len(data) <= MAX_BYTES:
                    self._socket.sendto(data, self._address(name))

    def _take(self, data: bytes) -> None:
        try:
            news = [(name, rule) for name, rule in json.loads(data)]
        except (ValueError, TypeError):
            return
        if not news:
            self.look()
            if known := self._led.all():
                self._send(known)
        elif _are_names(news) and self._led.take(news):
            self._forget()


def _are_names(news: Sequence[tuple[object, object]]) -> bool:
    return len(news) <= LED_MAX and all(isinstance(text, str) for pair in news for text in pair)
