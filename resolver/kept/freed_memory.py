# SPDX-License-Identifier: GPL-3.0-or-later
"""What was freed given back to the system, by hand: the C library keeps it for the next time, which may never come.

See malloc_trim(3) and mallopt(3); where the C library is another than glibc, nothing is done.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_ARENA_MAX = -8  # see malloc.h

_libc = ctypes.CDLL(None)


def give_back() -> None:
    """Some milliseconds, for a process that has nothing to do."""
    with suppress(AttributeError):
        _libc.malloc_trim(0)


def share() -> None:
    """Have all threads of this process take memory from one heap: what each had of its own would lie free there, and
    Python runs one of them at a time anyhow. To be said before there are any."""
    with suppress(AttributeError):
        _libc.mallopt(_M_ARENA_MAX, 1)
