# SPDX-License-Identifier: GPL-3.0-or-later
"""An upstream that answers everything, and a home that asks all the time and notes what came back."""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field

from wire import stub

PATIENCE_SECONDS = 1.0  # after which a name is given up, as a phone asks anew
PAUSE_SECONDS = 0.02


class Upstream:
    """Answers each question with 192.0.2.1, on loopback."""

    def __init__(self) -> None:
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self.port: int = self._sock.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            packet, address = self._sock.recvfrom(4096)
            end = packet.index(b"\0", 12) + 5
            head = packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + packet[12:end]
            self._sock.sendto(head + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1", address)


@dataclass
class Heard:
    """What was asked in a round, and what came: moments (time.monotonic) of answers."""

    sent: int = 0
    answers: list[float] = field(default_factory=list)


class Asker:
    """Asks for names that nobody asked for before, one after another, until it is stopped."""

    def __init__(self, port: int, label: str) -> None:
        self.heard = Heard()
        self._port, self._label = port, label
        self._running = True
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def stop(self) -> Heard:
        """No more questions; what it heard."""
        self._running = False
        self._thread.join()
        return self.heard

    def first_answer_after(self, moment: float, seconds: float) -> float | None:
        """Seconds from `moment` to the first answer to a question asked after it; None: none came within `seconds`."""
        number = 0
        while time.monotonic() - moment < seconds:
            number += 1
            self.heard.sent += 1
            with contextlib.suppress(OSError):
                if stub.ask(f"first-{number}.{self._label}.example", ("127.0.0.1", self._port), timeout=0.25):
                    self.heard.answers.append(now := time.monotonic())
                    return now - moment
            time.sleep(PAUSE_SECONDS)
        return None

    def _ask(self) -> None:
        number = 0
        while self._running:
            number += 1
            self.heard.sent += 1
            name = f"n{number}.{self._label}.example"
            if stub.ask(name, ("127.0.0.1", self._port), timeout=PATIENCE_SECONDS):
                self.heard.answers.append(time.monotonic())
            time.sleep(PAUSE_SECONDS)
