# SPDX-License-Identifier: GPL-3.0-or-later
"""How many queries a worker noted, and how many records it sent, where that outlives it: a killed worker's count too.

    RUN/noted-<worker>-<started, Unix µs>    two numbers of 64 bits, mapped into the worker's memory; the worker holds a
                                             lock on it for as long as it lives
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

NOTED, SENT = 0, 1  # places in `NotedCounts.counts`
_SIZE = struct.Struct("=QQ")


class NotedCounts:
    """A worker's counts. `counts` is where they are added up, in memory alone where there can be no file."""

    def __init__(self, run: Path | None = None, worker: int = 0, started_us: int = 0) -> None:
        self.counts: memoryview = memoryview(bytearray(_SIZE.size)).cast("Q")
        self._path = None if run is None else run / f"noted-{worker}-{started_us}"
        if self._path is not None:
            with contextlib.suppress(OSError, ValueError):  # a full disk: then nothing of this outlives the worker
                self.counts = self._map(self._path)

    def end(self) -> None:
        """An orderly end: nothing has to be known of a worker that sent all that it noted."""
        if self._path is not None and self.counts[NOTED] == self.counts[SENT]:
            self._path.unlink(missing_ok=True)

    def _map(self, path: Path) -> memoryview:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(self._fd, bytes(_SIZE.size))  # a page that is there: writing into a hole of a full disk would kill
        return memoryview(mmap.mmap(self._fd, _SIZE.size)).cast("Q")


class Gone(NamedTuple):
    """What a worker that is no more had noted and sent."""

    worker: int
    started_us: int
    noted: int
    sent: int


class GoneWorkers:
    """The workers of which a file is left and no process; each is told once, after the last batch that it sent."""

    def __init__(self, run: Path, tell: Callable[[Gone], None]) -> None:
        self._run, self._tell = run, tell
        self._started: dict[int, int] = {}  # worker → when the process started that sent its last batch; a few
        self._seen: set[Path] = set()  # files of workers that were gone at the last look

    def heard(self, worker: int, started_us: int) -> None:
        """A batch came, and is not taken yet: where it is a new process's first, the one before has sent its last."""
        if self._started.get(worker) != started_us:
            self._started[worker] = started_us
            for path, gone in _gone(self._run):
                if gone.worker == worker and gone.started_us != started_us:
                    self._end(path, gone)

    def look(self) -> bool:
        """To be called every second: what a worker sent that was gone at the last look is read by now. Whether any."""
        seen, self._seen = self._seen, set[Path]()
        for path, gone in _gone(self._run):
            if path in seen:
                self._end(path, gone)
            else:
                self._seen.add(path)
        return bool(seen - self._seen)

    def _end(self, path: Path, gone: Gone) -> None:
        with contextlib.suppress(OSError):
            path.unlink()
            self._tell(gone)


def _gone(run: Path) -> Iterator[tuple[Path, Gone]]:
    for path in run.glob("noted-*-*"):
        with contextlib.suppress(OSError, ValueError, struct.error), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            worker, started_us = map(int, path.name.split("-")[1:])
            yield path, Gone(worker, started_us, *_SIZE.unpack(file.read(_SIZE.size)))
