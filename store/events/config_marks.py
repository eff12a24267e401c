# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether config.db or telltale.toml may be others by now, told by what the disk says of them alone.

For a process that mostly waits: it needs no database open, so that nothing of SQLite is in its memory, and whatever
reads them is a fork that ends (`store.config.watch` is for those that read all the time).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

# A file system counts time in steps: who writes twice within one leaves the same mark twice.
STEP_SECONDS = 0.05

_Mark = tuple[int, int, int]
_NONE: _Mark = (0, 0, 0)


class ConfigMarks:
    """Of one state directory."""

    def __init__(self, state: Path) -> None:
        self._paths = tuple(str(state / name) for name in ("config.db", "config.db-wal", "telltale.toml"))
        self._seen: tuple[_Mark, ...] | None = None
        self.sure = True  # whether an edit that followed the last look would be told

    def changed(self) -> bool:
        """Whether they may have changed since the last call, at the first one too.

        One edit may be told twice, where the first call came so soon after it that another could look the same.
        """
        marks = tuple(map(_mark, self._paths))
        changed = marks != self._seen or not self.sure
        self._seen, newest = marks, max(mark[2] for mark in marks) / 1e9
        self.sure = abs(time.time() - newest) > STEP_SECONDS
        return changed


def written(state: Path) -> tuple[int, int, int]:
    """The mark of telltale.toml alone, for whoever is told of config.db in another way."""
    return _mark(str(state / "telltale.toml"))


def _mark(path: str) -> _Mark:
    """An empty file is as none: who opens the database makes a log of it that is, and takes it away again."""
    try:
        info = os.stat(path)  # noqa: PTH116 - a text: these are the only pages of memory that a look is to touch
    except OSError:
        return _NONE
    return (info.st_ino, info.st_size, info.st_mtime_ns) if info.st_size else _NONE
