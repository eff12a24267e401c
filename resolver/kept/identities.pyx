# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False
"""Numbers for the very same things, as identities.py has them and tells of them: `make compiled` takes this one.

A table of places, by address, with open addressing; the same tests go over both
(tests/resolver/kept/test_identities.py).
"""

from array import array

from cpython cimport array as arrays
from cpython.list cimport PyList_GET_ITEM
from cpython.object cimport PyObject
from libc.stdint cimport uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free

cdef arrays.array _numbers = array("H")  # of the kind that is wanted

cdef enum:
    _MOST = 0x10000  # that its items can tell apart


def numbered(list things not None):
    cdef Py_ssize_t many = len(things), at
    cdef int bits = 4
    while (1 << bits) < 2 * many:  # half of the table stays empty, so that every search ends, and soon
        bits += 1
    cdef uint32_t *places = <uint32_t *>calloc(1 << bits, sizeof(uint32_t))  # in `different`, from 1; 0: free
    if places is NULL:
        raise MemoryError()
    cdef arrays.array numbers = arrays.clone(_numbers, many, False)
    cdef list different = []
    cdef uint32_t place
    try:
        for at in range(many):
            place = _place(places, bits, different, PyList_GET_ITEM(things, at))
            numbers.data.as_ushorts[at] = <unsigned short>(place - 1)
        if len(different) > _MOST:
            raise OverflowError(f"{len(different)} different things")
    finally:
        free(places)
    return different, numbers


cdef uint32_t _place(uint32_t *places, int bits, list different, PyObject *thing) except 0:
    cdef uint32_t mask = (1 << bits) - 1
    # Fibonacci hashing: the upper bits of this product differ for addresses that differ in few bits.
    cdef uint32_t slot = <uint32_t>((<uint64_t><uintptr_t>thing * <uint64_t>0x9E3779B97F4A7C15) >> (64 - bits))
    while places[slot]:
        if <PyObject *>PyList_GET_ITEM(different, places[slot] - 1) is thing:
            return places[slot]
        slot = (slot + 1) & mask
    different.append(<object>thing)
    places[slot] = len(different)
    return places[slot]
