# SPDX-License-Identifier: GPL-3.0-or-later
"""How much memory this process has taken since its start, beside what it shares: what freeing cannot always give back.

Python's allocator gives back a piece of a MiB once nothing at all lies in it, and after a storm something mostly does.
"""

from __future__ import annotations

import resource
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_STATM = Path("/proc/self/statm")  # resident, shared: fields 1 and 2, see proc_pid_statm(5)
_PAGE_KIB = resource.getpagesize() >> 10
MUCH_KIB = 4_096  # that nobody needs: a third of what such a process has of its own; a fork gives it back in 50 ms
SOME_KIB = 1_024  # worth the milliseconds that giving it back takes


def taken_kib() -> int:
    """KiB that are of no file. A copy of a page of the parent's changes nothing; 0 where the kernel does not tell."""
    with suppress(OSError, ValueError, IndexError):
        fields = _STATM.read_bytes().split()
        return (int(fields[1]) - int(fields[2])) * _PAGE_KIB
    return 0


class OwnMemory:
    """Of one process, from when this is made."""

    def __init__(self, taken: Callable[[], int] = taken_kib) -> None:
        self._taken = taken
        self.begin()

    def begin(self) -> None:
        """What is taken now is what it needs."""
        self._begun = self._settled = self._taken()

    def is_much(self, needed_kib: int = 0) -> bool:
        """Whether it has grown by much more than it needs by now; a look takes some 20 µs."""
        return self._taken() - self._begun - needed_kib > MUCH_KIB

    def is_some(self) -> bool:
        """Whether it has grown by so much, since its start or `settle`, that giving back what was freed is worth it."""
        return self._taken() - self._settled > SOME_KIB

    def settle(self) -> None:
        """What is taken now was given back as far as that can be."""
        self._settled = self._taken()
