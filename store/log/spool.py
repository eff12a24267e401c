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
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path

from store.base import file_faults
from store.base.file_faults import Fault
from store.base.sentences import Sentence, say, say_count
from store.log import spool_chunks
from store.log.spool_chunks import ChunkWriter, SpoolContents, WaitingBatch, WorkerCounts

MAX_FILE = 4 * 1024 * 1024  # ten times what the rows of one commit take; more is none of ours

_HEAD = struct.Struct("<8sq")
_FAMILY = b"TTwait"
_MAGIC, _MAGIC_BEFORE = _FAMILY + b"2\n", _FAMILY + b"1\n"


class Spool:
    """One log's; `mark` is what that says when it is opened. `live`: there are rows in the file that the log lacks."""

    def __init__(self, path: Path, mark: int, tell: Callable[[Sentence], None] = lambda sentence: None) -> None:
        self._path, self._tell = path, tell
        self._number = mark + 1
        self._file: FileIO | None = None
        self._chunks = ChunkWriter(self._number)
        self.live = False

    def read(self) -> SpoolContents:
        """What a recorder that was killed left behind; nothing if it left nothing. Raises no error."""
        data = self._read()
        if len(data) < _HEAD.size:
            return SpoolContents({}, {}, [])
        magic, number = _HEAD.unpack_from(data)
        if magic == _MAGIC_BEFORE and number == self._number:
            contents = spool_chunks.read_stream(data[_HEAD.size :])
        else:  # each chunk says itself of which file it is, so its head may be damaged
            contents = spool_chunks.read(data[_HEAD.size :], self._number)
        if not (contents.batches or contents.counts or contents.lost):
            if number == self._number and len(data) > _HEAD.size:
                self._put_aside(Fault.DAMAGED)
            return contents
        self.live = True
        if contents.lost or contents.damaged:
            self._say_lost(contents.lost)
        return contents

    def _read(self) -> bytes:
        """The file's bytes; none of what is no file of ours, which is put aside so that rows can wait here again."""
        fault: Fault | None = None
        data = b""
        try:
            data = file_faults.read(self._path, MAX_FILE)
            fault = _fault_of(data)
        except OSError as error:
            fault = file_faults.look_at(self._path) or file_faults.fault_of(error)
        if fault is None or fault is Fault.MISSING:
            return data
        self._put_aside(fault)
        return b""

    def _put_aside(self, fault: Fault) -> None:
        with suppress(OSError):
            file_faults.set_aside(self._path, fault)
        why = file_faults.words(fault)
        self._tell(say("The queries that waited for the log in {file} are lost: {why}.", file=self._path.name, why=why))

    def _say_lost(self, lost: int) -> None:
        with suppress(OSError):
            file_faults.keep_copy(self._path, Fault.DAMAGED)
        self._tell(say_count(
            lost,
            "{file} is damaged: {count:,} query that waited for the log is lost, and counted as not recorded.",
            "{file} is damaged: {count:,} queries that waited for the log are lost, and counted as not recorded.",
            file=self._path.name,
        ))

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
        self._chunks = ChunkWriter(self._number)
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


def _fault_of(data: bytes) -> Fault | None:
    """What is wrong with a file of these bytes as a whole; a damaged head of one of ours alone is nothing."""
    if len(data) > MAX_FILE:
        return Fault.DAMAGED
    whole = (_MAGIC, _MAGIC_BEFORE)
    if any(magic.startswith(data[: len(magic)]) for magic in whole) or spool_chunks.MARK in data:
        return None
    return Fault.NEWER if data.startswith(_FAMILY) else Fault.DAMAGED


def _write(file: FileIO, data: bytes) -> None:
    if file.write(data) != len(data):
        raise OSError(28, "No space left on device")
