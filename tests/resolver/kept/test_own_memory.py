# SPDX-License-Identifier: GPL-3.0-or-later
"""Memory that a process took since its start is what it took, and not what it shares."""

import mmap
from pathlib import Path

import pytest

from resolver.kept import own_memory
from resolver.kept.own_memory import MUCH_KIB, OwnMemory, taken_kib


def test_what_a_process_takes_is_seen() -> None:
    memory = OwnMemory()
    assert not memory.is_much()
    # From the kernel itself: the C library may have as much at hand that was freed before.
    with mmap.mmap(-1, 2 * MUCH_KIB << 10, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as taken:
        for page in range(0, len(taken), mmap.PAGESIZE):
            taken[page] = 1
        assert memory.is_much()
        assert not memory.is_much(needed_kib=2 * MUCH_KIB), "what is in use is no waste"


def test_where_the_kernel_does_not_tell_it_is_never_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_memory, "_STATM", Path("/proc/self/none"))
    assert taken_kib() == 0 and not OwnMemory().is_much()
