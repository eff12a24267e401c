# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this machine's clock can be believed as far as signatures need it, which hold for weeks.

A Pi has no clock of its own: it starts in the past, and learns the time by names that it must look up. With signatures
checked by a wrong clock nothing would be answered, the time servers' names neither. So a clock is not believed that
is before this program, or that the kernel has not heard the time of and the root's own signatures contradict: what
a stranger could forge counts only where nobody has set the clock.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache

PROGRAM_S = 1_735_689_600  # 2025-01-01: whatever is before this program cannot be now
SKEW_SECONDS = 3600.0  # as much as unbound allows at least (val-sig-skew-min)
_STA_UNSYNC = 0x40  # adjtimex(2)
_TIMEX_BYTES = 512  # struct timex has 208 on 64-bit machines; the kernel fills no more than its own
_STATUS_AT = ctypes.sizeof(ctypes.c_long) * 5  # modes (padded), offset, freq, maxerror, esterror; then status


@dataclass(frozen=True, slots=True)
class Window:
    """When a signature holds, in Unix seconds."""

    inception: int
    expiration: int


def is_sane(now_s: float, *, synchronised: bool, root: Window | None) -> bool:
    """`root`: of a signature of the root's that has just come, None: none has. Pure."""
    if now_s < PROGRAM_S:
        return False
    if synchronised or root is None:
        return True
    return root.inception - SKEW_SECONDS <= now_s <= root.expiration + SKEW_SECONDS


def synchronised() -> bool:
    """Whether the kernel was told the time by somebody, as timesyncd, chrony and ntpd tell it."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    if _libc().adjtimex(timex) < 0:
        return True  # it cannot be asked: then nothing speaks against the clock
    return not int.from_bytes(timex.raw[_STATUS_AT : _STATUS_AT + 4], "little") & _STA_UNSYNC


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
