# SPDX-License-Identifier: GPL-3.0-or-later
"""One readable log: every process writes single lines to standard error, `date time role LEVEL text`."""

import logging
import re
import sys
import time
from collections.abc import Callable
from typing import TextIO

# Lines a minute from one place in the code: more tell nothing new, and fill the disk.
MOST = 300
WINDOW_SECONDS = 60.0

# They log each request with its whole address, which may hold a password.
_LIBRARIES = ("httpx2", "httpcore2", "httpx", "httpcore")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def setup(role: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all logging of this process to `stream` (standard error), named by `role`, one line a message."""
    root, stream = logging.getLogger(), stream or sys.stderr
    match root.handlers:
        case [logging.StreamHandler(stream=before, formatter=_OneLine() as line)] if before is stream:
            line.role = role  # a fork goes on with what it has: each new thing is a page that was shared
        case _:
            handler = logging.StreamHandler(stream)
            handler.addFilter(_Repeats())
            handler.setFormatter(_OneLine(role))
            root.handlers[:] = [handler]
    _settle(root, level)
    for name in _LIBRARIES:
        _settle(logging.getLogger(name), logging.WARNING)


def _settle(logger: logging.Logger, level: int) -> None:
    """A level that is set anew makes every logger forget what it knows: in a fork 60 pages that were shared."""
    if logger.level != level:
        logger.setLevel(level)


class _Repeats(logging.Filter):
    """What one place in the code says over and over, as many strangers can make it, is left out and counted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._places: dict[tuple[str, int], tuple[float, int]] = {}  # as many as there are lines of code that log

    def filter(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), self._clock()
        since, count = self._places.get(place, (now, 0))
        if now - since >= WINDOW_SECONDS:
            if count > MOST:
                record.msg, record.args = f"{record.getMessage()} (and {count - MOST} more like it left out)", ()
            since, count = now, 0
        self._places[place] = since, count + 1
        return count < MOST


class _OneLine(logging.Formatter):
    """Names from the network are hostile: no message may begin a line of its own or steer a terminal."""

    def __init__(self, role: str) -> None:
        super().__init__("%(asctime)s", "%Y-%m-%d %H:%M:%S")  # it asks for the time; the rest is put together below
        self.role = role

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        return f"{record.asctime} {self.role} {record.levelname} {record.message}"

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record).replace("\n", " | ")
        return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
