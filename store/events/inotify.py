# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells of files, inotify(7): a descriptor that is readable once something happened to one of them."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

MODIFY, ATTRIB, CLOSE_WRITE, OPEN = 0x2, 0x4, 0x8, 0x20
MOVED_FROM, MOVED_TO, CREATE, DELETE, DELETE_SELF, MOVE_SELF = 0x40, 0x80, 0x100, 0x200, 0x400, 0x800
OVERFLOW, IGNORED = 0x4000, 0x8000  # told by the kernel itself: events were lost; a file is not watched any more

_EVENTS_BYTES = 64 * 1024  # read at once; more than the kernel keeps of the usual ones
_HEAD = struct.Struct("=iIII")  # watch, mask, cookie, length of the name


class Event(NamedTuple):
    """What happened (bits as above) to a watched file, or to `name` in a watched folder."""

    watch: int
    mask: int
    name: str


class Inotify:
    """`fileno` is -1 where the kernel does not tell (it has given out all that a user may have); all else is then
    without effect."""

    def __init__(self) -> None:
        try:
            self._libc = ctypes.CDLL(None, use_errno=True)
            self._fd = int(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        except (OSError, AttributeError):
            self._fd = -1

    def fileno(self) -> int:
        return self._fd

    def add(self, path: Path, mask: int) -> int:
        """Watch a file or a folder for what `mask` says; returns its watch, the same for the same file, -1: none."""
        return int(self._libc.inotify_add_watch(self._fd, os.fsencode(path), mask)) if self._fd >= 0 else -1

    def read(self) -> list[Event]:
        """What has happened since the last time; [] for nothing."""
        if self._fd < 0:
            return []
        try:
            data = os.read(self._fd, _EVENTS_BYTES)
        except OSError:  # nothing has
            return []
        return list(events(data))

    def close(self) -> None:
        """Watch nothing more; safe to call twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def events(data: bytes) -> Iterator[Event]:
    """Those of one read(2)."""
    at = 0
    while at + _HEAD.size <= len(data):
        watch, mask, _, length = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield Event(watch, mask, os.fsdecode(data[at : at + length].partition(b"\0")[0]))
        at += length
