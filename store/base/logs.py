# SPDX-License-Identifier: GPL-3.0-or-later
"""One readable log: every process writes single lines to standard error, `date time role LEVEL text`."""

import logging
import re
import sys
from typing import TextIO

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def setup(role: str, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send all logging of this process to `stream` (standard error), named by `role`, one line a message."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_OneLine(f"%(asctime)s {role} %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


class _OneLine(logging.Formatter):
    """Names from the network are hostile: no message may begin a line of its own or steer a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record).replace("\n", " | ")
        return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
