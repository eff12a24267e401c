# SPDX-License-Identifier: GPL-3.0-or-later
"""What recording writes to the disk, by the kernel's account of the recorder alone: memory cards wear by it.

The slow rate takes minutes to mean anything, so it runs beside the other measures: five queries a second disturb
nobody. At its end the recorder is stopped as a shutdown stops it, so that what it still held is written and counted.
"""

import os
import signal
import socket
import threading
import time

from bench import dnsperf, packets, procfs
from bench.bed import Bed

SLOW, FAST = 5, 1_000
FAST_SECONDS = 6.0
RESTART_SECONDS = 20.0
CALM_SECONDS = 3.0


class Wear:
    """Made at the start of a run, asked at its end."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self._server = bed.telltale("wear", workers=None)
        self._server.start([bed.small], bed.blocked[0])
        self._before, self._begun = self._pair_when_calm(), time.monotonic()
        self._asked, self._stop = 0, threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Note the slow rate, then measure the fast one."""
        bed = self._bed
        self._stop.wait(max(0.0, bed.scale.wear_seconds - (time.monotonic() - self._begun)))
        self._stop.set()
        self._thread.join()
        self._note(SLOW, self._asked)
        self._before = self._pair()
        ran = dnsperf.run(self._server.port, bed.mix, seconds=FAST_SECONDS, core=bed.load_core, limit=FAST)
        self._note(FAST, ran.completed)
        self._server.remove()

    def _ask(self) -> None:
        lines = self._bed.mix.read_text().splitlines()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(("127.0.0.1", self._server.port))
            while not self._stop.wait(1 / SLOW):
                sock.send(packets.of_line(lines[self._asked % len(lines)]))
                self._asked += 1

    def _note(self, rate: int, queries: int) -> None:
        if not queries:
            return
        recorder, supervisor = self._before
        kib = (self._after() - recorder - supervisor) / 1024
        measure = f"disk writes a 1,000 queries at {rate:,} q/s"
        self._bed.note(measure, self._server.name, "KiB", [kib / queries * 1000], f"{queries:,} queries")

    def _pair_when_calm(self) -> tuple[int, int]:
        """The pair once a start is over: what prepares it ends when it has written an index of megabytes."""
        end, pair = time.monotonic() + RESTART_SECONDS, self._pair()
        while time.monotonic() < end:
            time.sleep(CALM_SECONDS)
            before, pair = pair, self._pair()
            if before == pair:
                break
        return pair

    def _pair(self) -> tuple[int, int]:
        """Written so far by the recorder, and by the supervisor with those of its children that have ended."""
        return procfs.written(self._server.role_pid("recorder")), procfs.written(self._server.pid)

    def _after(self) -> int:
        """Stop the recorder, which its supervisor then starts anew; what it wrote is then in the supervisor's account.

        A recorder's whole life is added there, so what it had written before counts twice in the difference: `_before`
        holds that, too, and takes it off.
        """
        old = self._server.role_pid("recorder")
        os.kill(old, signal.SIGTERM)
        end = time.monotonic() + RESTART_SECONDS
        while self._server.role_pid("recorder") in (old, 0) and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(CALM_SECONDS)
        return procfs.written(self._server.pid)
