# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way in which a file can fail, and what follows: the next best is used, that is said, and nothing is deleted.

    first_usable([Choice("config.db", …), Choice("config.db.bak", …)], last=…)  →  the value, and a sentence a failure

Whoever opens a file of the state directory opens it here or through store.base.db: what is no file (a directory, a pipe
that would block for ever, a device without an end) is found out before it is opened.
"""

import errno
import logging
import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader
from itertools import chain, count
from pathlib import Path
from typing import Generic, TypeVar

from store.base.sentences import Sentence, say

log = logging.getLogger(__name__)

T = TypeVar("T")


class Fault(StrEnum):
    """What is wrong with a file. The first five pass by themselves, or when a person puts something right."""

    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read-only"
    FORBIDDEN = "forbidden"
    NEWER = "newer"
    MISSING = "missing"
    EMPTY = "empty"
    DAMAGED = "damaged"
    UNREADABLE = "unreadable"
    NO_FILE = "no file"
    LOOP = "loop"


# What is put aside, so that a sound one can take its place: waiting cures none of these.
SET_ASIDE = frozenset({Fault.DAMAGED, Fault.UNREADABLE, Fault.NO_FILE, Fault.LOOP})

_WORDS = {
    Fault.BUSY: say("another process holds it"),
    Fault.FULL: say("the disk is full"),
    Fault.READ_ONLY: say("the disk cannot be written"),
    Fault.FORBIDDEN: say("this user may not read it"),
    Fault.NEWER: say("it was written by a newer Telltale"),
    Fault.MISSING: say("it is missing"),
    Fault.EMPTY: say("it is empty"),
    Fault.DAMAGED: say("it is damaged"),
    Fault.UNREADABLE: say("the disk gives a read error"),
    Fault.NO_FILE: say("it is a folder, a pipe or a device, and no file"),
    Fault.LOOP: say("it is a link that leads in a circle, or nowhere"),
}
_DOCTOR = say("`telltale doctor` says what is damaged, and what becomes of it.")
_CURES: Mapping[Fault, Sentence] = {
    Fault.BUSY: say("Try again in a minute; if it stays so, end the other program that has it open."),
    Fault.FULL: say("Make room on the disk."),
    Fault.READ_ONLY: say("Make the state directory writable for the user of Telltale."),
    Fault.FORBIDDEN: say("Run it as the user that runs Telltale."),
    Fault.NEWER: say("Install that newer Telltale."),
    Fault.MISSING: say("Start Telltale, which makes it."),
    Fault.NO_FILE: say("Put away what lies there."),
    Fault.LOOP: say("Put the link away."),
    Fault.UNREADABLE: say("Look at the disk, or replace its card."),
}
_BY_ERRNO = {
    errno.ENOENT: Fault.MISSING, errno.ENOTDIR: Fault.MISSING, errno.EISDIR: Fault.NO_FILE, errno.ENXIO: Fault.NO_FILE,
    errno.ENODEV: Fault.NO_FILE, errno.ELOOP: Fault.LOOP, errno.EACCES: Fault.FORBIDDEN, errno.EPERM: Fault.FORBIDDEN,
    errno.ENOSPC: Fault.FULL, errno.EDQUOT: Fault.FULL, errno.EROFS: Fault.READ_ONLY, errno.EBUSY: Fault.BUSY,
}  # fmt: skip
_BY_SQLITE = {
    sqlite3.SQLITE_CORRUPT: Fault.DAMAGED, sqlite3.SQLITE_NOTADB: Fault.DAMAGED, sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY, sqlite3.SQLITE_BUSY: Fault.BUSY, sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_IOERR: Fault.READ_ONLY, sqlite3.SQLITE_CANTOPEN: Fault.FORBIDDEN,
    sqlite3.SQLITE_PERM: Fault.FORBIDDEN, sqlite3.SQLITE_AUTH: Fault.FORBIDDEN,
}  # fmt: skip

# Of the many that SQLite tells apart, those that come of reading; the others come of writing, as on a full disk.
_READ_ERRORS = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_FSTAT)


class NoFile(sqlite3.OperationalError):
    """What lies where a database should is none that can be opened; `fault` says what it is."""

    def __init__(self, path: Path, fault: Fault) -> None:
        super().__init__(f"{path}: {words(fault)}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """Something to use, by the name that a sentence tells; `load` raises what it likes when it cannot be."""

    name: str
    load: Callable[[], T]


@dataclass(frozen=True, slots=True)
class Usable(Generic[T]):
    """What is used, and a sentence for each choice before it that could not be."""

    value: T
    fallbacks: tuple[Sentence, ...] = ()


def first_usable(choices: Iterable[Choice[T]], last: Choice[T]) -> Usable[T]:
    """The first choice that can be used, else `last`, which always can."""
    failed: list[tuple[str, Fault]] = []
    for choice in choices:
        try:
            return Usable(choice.load(), _fallbacks(failed, choice.name))
        except Exception as error:  # whatever it is: the next is there for just that
            fault = fault_of(error)
            log.error("%s cannot be used (%s: %s)", choice.name, fault, error)
            failed.append((choice.name, fault))
    return Usable(last.load(), _fallbacks(failed, last.name))


def fault_of(error: BaseException) -> Fault:
    """What an error says of the file; an error that knows it better has it as `fault`."""
    if isinstance(fault := getattr(error, "fault", None), Fault):
        return fault
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0)
        return Fault.UNREADABLE if code in _READ_ERRORS else _BY_SQLITE.get(code & 0xFF, Fault.DAMAGED)
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, Fault.UNREADABLE)
    return Fault.DAMAGED


def words(fault: Fault) -> Sentence:
    """A fault as a clause: `it is missing`."""
    return _WORDS[fault]


def cure(fault: Fault) -> Sentence:
    """A sentence."""
    return _CURES.get(fault, _DOCTOR)


def unusable(what: str, error: BaseException) -> Sentence:
    """Why a file, or what is in it, cannot be used, and what to do: `The query log cannot be used: it is damaged. …`"""
    fault = fault_of(error)
    return say("{what} cannot be used: {why}. {cure}", what=what, why=words(fault), cure=cure(fault))


def look_at(path: Path) -> Fault | None:
    """What keeps this from being opened as a file, before it is; None: nothing, or there is none yet."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return Fault.LOOP if path.is_symlink() else None
    except (OSError, RuntimeError) as error:
        return fault_of(error)
    return None if stat.S_ISREG(mode) else Fault.NO_FILE


def open_file(path: Path) -> BufferedReader:
    """The file, to be read; never waits, as for a pipe that nobody writes to. Raises OSError."""
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return open(number, "rb")  # noqa: PTH123 - a descriptor


def read(path: Path, most: int) -> bytes:
    """The bytes of a file, `most` and one more at most. Raises OSError."""
    with open_file(path) as file:
        return file.read(most + 1)


def write_over(path: Path, data: bytes) -> None:
    """Write a small text over the one that is there, blanks up to its end, where there is no room for a second file:
    what it takes already is enough. Else OSError, and it stays as it was.

    Who reads meanwhile may get a mixture, so this is for what is read again soon."""
    fd = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        taken = os.fstat(fd)
        if len(data) > taken.st_blocks * 512:  # the kernel's unit, whatever the disk's
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        os.pwrite(fd, data.ljust(taken.st_size), 0)
    finally:
        os.close(fd)


def set_aside(path: Path, fault: Fault, *endings: str) -> Path | None:
    """Move what lies there out of the way, with what belongs to it (`-wal` …). Raises OSError.

    The name under which it is kept; None: nothing is there.
    """
    aside = _aside(path, fault)
    for ending in ("", *endings):
        part = path.with_name(path.name + ending)
        if os.path.lexists(part):
            part.rename(aside.with_name(aside.name + ending))
    return aside if os.path.lexists(aside) else None


def keep_copy(path: Path, fault: Fault) -> None:
    """Keep what lies there under the name that `set_aside` would give it, as a link. Raises OSError."""
    os.link(path, _aside(path, fault))


def _aside(path: Path, fault: Fault) -> Path:
    """A name that nothing has yet."""
    what = "newer" if fault is Fault.NEWER else "corrupt"
    first = path.with_name(f"{path.name}.{what}-{time.strftime('%Y%m%d-%H%M%S')}")
    others = (first.with_name(f"{first.name}-{number}") for number in count(2))
    return next(name for name in chain((first,), others) if not os.path.lexists(name))


def _fallbacks(failed: list[tuple[str, Fault]], used: str) -> tuple[Sentence, ...]:
    return tuple(
        say("{file} cannot be used: {why}. In its place: {instead}.", file=name, why=words(fault), instead=used)
        for name, fault in failed
    )
