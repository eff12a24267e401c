# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a database that is open is still the file of its name: people delete, replace and move files at any time."""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_Identity = tuple[int, int] | None  # device and inode; None where there is no such file


class Loss(Enum):
    """What became of an open database. SIDE: its write-ahead log or its index went, and its rows can still be saved."""

    NONE = 0
    SIDE = 1
    FILE = 2


@dataclass(slots=True)
class OpenFile:
    """A database and what lies beside it, as they were when it was opened."""

    path: Path
    file: _Identity
    beside: dict[Path, _Identity]

    @classmethod
    def of(cls, path: Path) -> "OpenFile":
        """Call it once the database was opened and read from, so that all its files are there."""
        beside = {path.with_name(path.name + end): None for end in ("-wal", "-shm")}
        return cls(path, _identity(path), {part: _identity(part) for part in beside})

    def loss(self) -> Loss:
        """What is missing or another file now; some microseconds."""
        if _identity(self.path) != self.file:
            return Loss.FILE
        for part, before in self.beside.items():
            now = _identity(part)
            if before is None:
                self.beside[part] = now
            elif now != before:
                return Loss.SIDE
        return Loss.NONE

    def clear(self) -> None:
        """Remove what the lost database left beside it, once it is closed: SQLite would take it for the new one's."""
        for part, before in self.beside.items():
            if before is not None and _identity(part) == before:
                with suppress(OSError):
                    part.unlink()


def _identity(path: Path) -> _Identity:
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_dev, info.st_ino
