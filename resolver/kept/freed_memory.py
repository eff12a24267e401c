# SPDX-License-Identifier: GPL-3.0-or-later
"""What was freed given back to the system, by hand: the C library keeps it for the next time, which may never come.

See malloc_trim(3).
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_libc = ctypes.CDLL(None)


def give_back() -> None:
    """Some milliseconds, for a process that has nothing to do; where the C library is another than glibc, nothing."""
    with suppress(AttributeError):
        _libc.malloc_trim(0)
