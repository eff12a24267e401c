# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills the holes of the heap before children are forked, so that what they allocate lies on pages of their own.

What was freed while modules were imported leaves holes all over the heap, some hundred bytes each. Whatever a child
allocates goes into such holes first, and for each it writes to a page that was shared until then: 4 KiB for a few
bytes. What is put into the holes is never used and never given back; it lies where memory was taken anyway.

There are two heaps: that of the C library, and on top of it Python's own for what is small, see "The pymalloc
allocator" in Python's documentation of memory management.
"""

import contextlib
import ctypes
import sys

from resolver.kept import freed_memory

_LARGEST = 1 << 16  # bytes; what is larger has pages of its own, and those malloc_trim gives back
_SMALLEST = 24  # what malloc gives at least
_STEP = 16  # its sizes, and those of Python's heap
_MOST = 20_000  # holes of one heap; after the start's imports there are some two thousand
_LARGEST_SMALL = 512  # bytes; what is larger Python takes from malloc
_POOL, _FEW = 1 << 14, 8  # bytes of a pool, all of whose blocks have one size; blocks of one that has just begun


class _MallInfo(ctypes.Structure):
    """struct mallinfo2 of mallinfo(3)."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
        )
    )  # fmt: skip


def fill() -> int:
    """How many holes were filled: none where neither the C library (glibc 2.33 or newer) nor Python is as expected.

    Python's heap is on 64 bits; PYTHONMALLOC=malloc has no block in it.
    """
    filled = _fill_pools() if sys.maxsize > 1 << 32 and sys.getallocatedblocks() else 0
    with contextlib.suppress(AttributeError):
        filled += _fill_heap(ctypes.CDLL(None))
    return filled


def _fill_heap(libc: ctypes.CDLL) -> int:
    """Raises AttributeError where the C library has other functions."""
    libc.mallinfo2.restype = _MallInfo
    libc.sbrk.restype = libc.malloc.restype = ctypes.c_void_p
    libc.sbrk.argtypes, libc.malloc.argtypes = (ctypes.c_ssize_t,), (ctypes.c_size_t,)
    libc.free.argtypes, libc.free.restype = (ctypes.c_void_p,), None
    freed_memory.share()  # else each thread of a child begins a heap of its own
    freed_memory.give_back()
    # Above it all is one free piece, from which malloc takes what fits no hole.
    top = int(libc.sbrk(0)) - int(libc.mallinfo2().keepcost)
    filled, size = 0, _LARGEST
    while size >= _SMALLEST and filled < _MOST:
        if (address := libc.malloc(size) or 0) and address < top:
            filled += 1
        else:
            libc.free(address)
            size = size // 2 if size > 64 * _STEP else size - _STEP
    return filled


def _fill_pools() -> int:
    """Size by size, until a pool begins that was empty. Only where Python's heap is made of such pools."""
    malloc, free = ctypes.pythonapi.PyObject_Malloc, ctypes.pythonapi.PyObject_Free
    malloc.restype, malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
    free.restype, free.argtypes = None, (ctypes.c_void_p,)
    filled, size = 0, _STEP
    while size <= _LARGEST_SMALL and filled < _MOST:
        if (address := malloc(size) or 0) and not _is_new(address):
            filled += 1
        else:
            free(address)
            size += _STEP
    return filled


def _is_new(address: int) -> bool:
    """Whether the pool of a block has but a few, which is the number that it begins with: to look takes some itself."""
    return ctypes.c_uint.from_address(address - address % _POOL).value < _FEW
