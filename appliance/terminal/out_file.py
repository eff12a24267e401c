# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that a command is to write: there once it is whole, and until then not at all, whatever ends the command.

It is opened before root becomes the owner of the state directory, who may not write where root calls from. A file that
is there already keeps its content until then, and is written in place: it may be a link, or a pipe.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

# What a file system answers that knows no file without a name.
_NO_UNNAMED = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL)


class OutFile:
    """`path` is made by `write`; without that, `close` leaves nothing behind."""

    def __init__(self, path: Path, owner: int = 0) -> None:
        """`owner`: of the state directory, as whom root goes on. Raises OSError."""
        self._path, self._named = path, True
        try:
            number = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            number, self._named = _begun(path)
        self._file: BinaryIO = os.fdopen(number, "wb")
        apart = not self._named and os.geteuid() == 0 and owner != 0
        self._linker = _Linker(self._file.fileno(), path) if apart else None

    def write(self, source: BinaryIO) -> None:
        """All that is in `source`. Raises OSError."""
        shutil.copyfileobj(source, self._file)
        self._file.flush()
        if self._named:
            with suppress(OSError):  # a pipe, which has no length
                self._file.truncate()
        elif self._linker is not None:
            self._linker.link()
        else:
            _link(self._file.fileno(), self._path)

    def close(self) -> None:
        if self._linker is not None:
            self._linker.end()
        self._file.close()


class _Linker:
    """A fork that stays root, and gives the file its name when it is told to."""

    def __init__(self, number: int, path: Path) -> None:
        reading, self._writing = os.pipe2(os.O_CLOEXEC)
        self._pid = os.fork()
        if self._pid:
            os.close(reading)
            return
        code = 1
        try:
            os.close(self._writing)
            if os.read(reading, 1):
                _link(number, path)
                code = 0
        except OSError as error:
            code = error.errno or 1
        finally:
            os._exit(code)

    def link(self) -> None:
        os.write(self._writing, b"1")
        code = self.end()
        if code:
            raise OSError(code, os.strerror(code))

    def end(self) -> int:
        """What it said; 0 once it has ended."""
        if not self._pid:
            return 0
        os.close(self._writing)
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return os.waitstatus_to_exitcode(status)


def _begun(path: Path) -> tuple[int, bool]:
    """A file without a name in the same folder, and whether it has one all the same."""
    try:
        return os.open(path.parent, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o666), False
    except OSError as error:
        if error.errno not in _NO_UNNAMED:
            raise
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666), True


def _link(number: int, path: Path) -> None:
    """Give an open file its name; with a folder's number the call follows the link of /proc."""
    os.link(f"/proc/self/fd/{number}", path, src_dir_fd=number, follow_symlinks=True)
