# SPDX-License-Identifier: GPL-3.0-or-later
"""Which machine code has crashed, kept in the state directory for the next start: STATE/machine_code.txt.

    a1b2c3…                                  which code it is: the hash of its manifest
    crash: worker-1 was killed by SIGSEGV    only where it crashed: a line for each, or what Python's faulthandler
    Fatal Python error: …                    writes while the supervisor itself dies of it

Code whose crash stands there is not run any more; what `make compiled` makes is other code, whose hash is another.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import stat
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

from native import finder, manifest
from native.finder import VARIABLE

NAME = "machine_code.txt"
_CRASHES = ("crash: ", "Fatal Python error: ")
_MAX_FILE = 1 << 16  # a few lines, and the stacks of a few crashes
_MODE, _DIRECTORY_MODE = 0o600, 0o700

_armed: list[int] = []  # the descriptor that crashes are written to


def heed(state: Path, environ: MutableMapping[str, str], built: Path = finder.BUILT) -> None:
    """Run plain Python, here and in what is started from here, where this machine code has crashed in this house.

    To be called before a hot module is imported. Whoever asks for machine code (`on`) gets it.
    """
    if not environ.get(VARIABLE) and (count := crashes(state, built)):
        environ[VARIABLE] = "off"
        finder.distrust(count)


def crashes(state: Path, built: Path = finder.BUILT) -> int:
    """How often the machine code that is there now has crashed in this house, as far as it was noted."""
    with contextlib.suppress(OSError):
        fd = os.open(state / NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            text = file.read(_MAX_FILE) or b""
        of, *lines = text.decode(errors="replace").splitlines() or [""]
        if of and of == _this(built):
            return sum(line.startswith(_CRASHES) for line in lines)
    return 0


def arm(state: Path, environ: Mapping[str, str], built: Path = finder.BUILT) -> None:
    """Have it noted when this process dies of its machine code, if it has any. Nothing where it cannot be noted. The
    state directory is made for it: the next start would die of the same.

    To be called before a hot module is imported: that is where code for another processor ends it.
    """
    if environ.get(VARIABLE) == "off" or not (this := _this(built)):
        return
    with contextlib.suppress(OSError):
        state.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
        fd = _open(state)
        if os.pread(fd, len(this) + 1, 0) != f"{this}\n".encode():
            os.ftruncate(fd, 0)
            os.write(fd, f"{this}\n".encode())
        faulthandler.enable(fd, all_threads=False)
        _armed[:] = [fd]


def disarm() -> None:
    """In a fork, for which somebody else takes notes and whose descriptors are others."""
    if _armed:
        faulthandler.disable()
        _armed.clear()


def note(lines: Sequence[str]) -> None:
    """Write crashes of children down; nothing where this process is not armed, or the disk is full."""
    for fd in _armed:
        with contextlib.suppress(OSError):
            os.write(fd, "".join(f"{_CRASHES[0]}{line}\n" for line in lines).encode())
            os.fsync(fd)


def _this(built: Path) -> str:
    """Which machine code there is, "" without any."""
    return manifest.hash_of(built / manifest.NAME) if manifest.load(built) else ""


def _open(state: Path) -> int:
    """A file of our own, and of the state directory's owner where we are root. Raises OSError."""
    options = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    fd = os.open(state / NAME, options, _MODE)
    try:
        ours, owner = os.fstat(fd), state.stat()
        if not stat.S_ISREG(ours.st_mode) or ours.st_nlink > 1:  # root writes to no file that somebody put there
            raise OSError("it is no file of ours")
        if ours.st_uid != owner.st_uid and os.geteuid() == 0:
            os.fchown(fd, owner.st_uid, owner.st_gid)
    except OSError:
        os.close(fd)
        raise
    return fd
