# SPDX-License-Identifier: GPL-3.0-or-later
"""querylog.waiting: the rows that wait for the query log, where a recorder that was killed finds them again.

A commit into the log rewrites a dozen pages of four kilobytes around its rows; what is added here, two. So rows come
here every `log_commit_seconds`, and into the log by the thousand.

    head (magic, number of the file) │ chunks, see store.log.spool_chunks

The file counts while its number is one above the log's mark `spooled`, which the commit that takes its rows in raises.
So they are in the log once, whenever the process is killed or the power fails.
"""

import os
import struct
from collections.abc import Iterable, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path

from store.log import spool_chunks
from store.log.spool_chunks import ChunkWriter, SpoolContents, WaitingBatch, WorkerCounts

MAX_FILE = 4 * 1024 * 1024  # ten times what the rows of one commit take; more is none of ours

_HEAD = struct.Struct("<8sq")
_MAGIC = b"TTwait1\n"


class Spool:
    """One log's; `mark` is what that says when it is opened. `live`: there are rows in the file that the log lacks."""

    def __init__(self, path: Path, mark: int) -> None:
        self._path = path
        self._number = mark + 1
        self._file: FileIO | None = None
        self._chunks = ChunkWriter()
        self.live = False

    def read(self) -> SpoolContents:
        """What a recorder that was killed left behind; nothing if it left nothing. Raises no error."""
        data = b""
        with suppress(OSError):
            if self._path.stat().st_size <= MAX_FILE:
                data = self._path.read_bytes()
        if len(data) < _HEAD.size or _HEAD.unpack_from(data) != (_MAGIC, self._number):
            return SpoolContents({}, {}, [])
        self.live = True
        return spool_chunks.read(data[_HEAD.size :])

    @property
    def begun(self) -> bool:
        """Whether a file is open to which can be added; else the next `add` begins one, and must be given all."""
        return self._file is not None

    def add(self, counts: WorkerCounts, drops: Mapping[int, int], batches: Iterable[WaitingBatch]) -> None:
        """Write these down; counts and drops as they are now. Raises OSError, and then begins anew the next time."""
        try:
            if self._file is None:
                self._begin(counts, drops, batches)
            else:
                _write(self._file, self._chunks.chunk(counts, drops, batches))
        except BaseException:
            self.close()
            raise
        self.live = True

    def taken(self) -> None:
        """The log has the rows, and has counted its mark up. The file stays until the log is surely on the disk."""
        self.close()
        self._number += 1
        self.live = False

    def close(self) -> None:
        """What was added stays for the next recorder."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Nothing waits any more."""
        self.close()
        with suppress(OSError):
            self._sync_log()
            self._path.unlink(missing_ok=True)

    def _begin(self, counts: WorkerCounts, drops: Mapping[int, int], batches: Iterable[WaitingBatch]) -> None:
        """In the place of the file before, whose rows a power cut must not take from the log now."""
        draft = self._path.with_name(self._path.name + ".new")
        self._chunks = ChunkWriter()
        with suppress(FileNotFoundError):
            draft.unlink()
        self._file = FileIO(draft, "x", opener=lambda path, flags: os.open(path, flags, 0o600))
        _write(self._file, _HEAD.pack(_MAGIC, self._number) + self._chunks.chunk(counts, drops, batches))
        self._sync_log()
        if self.live:  # the file before held rows that the log still lacks
            os.fsync(self._file.fileno())
        draft.replace(self._path)

    def _sync_log(self) -> None:
        """The write-ahead log, that is; the database file itself is synced when that is copied over."""
        with suppress(FileNotFoundError):
            number = os.open(self._path.with_name("querylog.db-wal"), os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)


def _write(file: FileIO, data: bytes) -> None:
    if file.write(data) != len(data):
        raise OSError(28, "No space left on device")
