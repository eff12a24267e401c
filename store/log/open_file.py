# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a database that is open is still the file of its name: people delete, replace, empty and move files any time.

Nothing is opened for it: to close a second descriptor of a database would give up the locks of the first (POSIX).
"""

from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

_Identity = tuple[int, int] | None  # device and inode; None where there is no such file

SMALLEST = 512  # bytes of a database's smallest page; whoever cuts it to less has emptied it


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
        """What is missing, empty or another file now; some microseconds."""
        if _identity(self.path) != self.file or (self.file is not None and self._emptied()):
            return Loss.FILE
        for part, before in self.beside.items():
            now = _identity(part)
            if before is None:
                self.beside[part] = now
            elif now != before:
                return Loss.SIDE
        return Loss.NONE

    def give_up(self) -> None:
        """Before the lost database is closed: where it was emptied, SQLite would write into it what it still knows."""
        with suppress(OSError):
            if self._emptied():
                self.path.unlink()

    def clear(self) -> None:
        """Remove what the lost database left beside it, once it is closed: SQLite would take it for the new one's."""
        for part, before in self.beside.items():
            if before is not None and _identity(part) == before:
                with suppress(OSError):
                    part.unlink()

    def _emptied(self) -> bool:
        """Whether the very file is there, with nothing in it: as `> querylog.db` leaves it."""
        try:
            return self.path.stat().st_size < SMALLEST and _identity(self.path) == self.file
        except OSError:
            return False


def _identity(path: Path) -> _Identity:
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_dev, info.st_ino
