# SPDX-License-Identifier: GPL-3.0-or-later
# cython: language_level=3, boundscheck=False, wraparound=False
"""Datagrams by the batch, as mmsg.py has them and tells of them, without ctypes: `make compiled` takes this one.

What it does, and what each call promises, stands there; the same tests go over both (tests/resolver/listen/test_mmsg.py).
The lock of the interpreter stays held throughout: neither system call waits, and who gives it away may wait
milliseconds until another thread gives it back.
"""

import socket

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_GetItemWithError
from cpython.object cimport PyObject
from libc.stdlib cimport calloc, free
from libc.string cimport memcmp, memcpy, memset

from resolver.listen.senders import Sender, name_of as name_of

cdef extern from "<sys/uio.h>" nogil:
    ctypedef struct iovec "struct iovec":
        void *iov_base
        size_t iov_len

cdef extern from "<sys/socket.h>" nogil:
    ctypedef struct msghdr "struct msghdr":
        void *msg_name
        unsigned int msg_namelen
        iovec *msg_iov
        size_t msg_iovlen
        void *msg_control
        size_t msg_controllen
    ctypedef struct mmsghdr "struct mmsghdr":
        msghdr msg_hdr
        unsigned int msg_len
    int MSG_DONTWAIT
    size_t CMSG_LEN(size_t)
    size_t CMSG_SPACE(size_t)
    int recvmmsg(int, mmsghdr *, unsigned int, int, void *)
    int sendmmsg(int, mmsghdr *, unsigned int, int)

cdef enum:  # as in mmsg.py, whose reasons hold here too
    _SLOTS = 64
    _MAX_QUERY = 4096
    _MAX_RESPONSE = 1280
    _SENDER = 32
    _CONTROL = 64
    _ID = 2

SLOTS, MAX_QUERY, MAX_RESPONSE, SENDER, CONTROL = _SLOTS, _MAX_QUERY, _MAX_RESPONSE, _SENDER, _CONTROL

cdef object _new = tuple.__new__


cdef struct Slots:  # of either box; zeroed by calloc, so that memory which nobody uses is none
    mmsghdr headers[_SLOTS]
    iovec vectors[_SLOTS]
    unsigned char senders[_SLOTS][_SENDER]
    unsigned char controls[_SLOTS][_CONTROL]


cdef Slots *laid_over(unsigned char *data, size_t size) except NULL:
    """Slots, each with its stretch of the data, `size` bytes of it."""
    cdef Slots *slots = <Slots *>calloc(1, sizeof(Slots))
    cdef int slot
    if slots is NULL or data is NULL:
        free(slots)
        raise MemoryError()
    for slot in range(_SLOTS):
        slots.vectors[slot].iov_base, slots.vectors[slot].iov_len = data + slot * size, size
        slots.headers[slot].msg_hdr.msg_iov, slots.headers[slot].msg_hdr.msg_iovlen = &slots.vectors[slot], 1
    return slots


cdef class Inbox:
    cdef readonly size_t sender_size, control_size
    cdef Slots *_slots
    cdef unsigned char *_data
    cdef size_t _from, _to
    cdef int _used  # slots whose sizes the kernel has written over

    def __cinit__(self, int family, *, bint wildcard):
        cdef bint ipv4 = family == socket.AF_INET
        self.sender_size = 16 if ipv4 else 28
        self.control_size = CMSG_SPACE(12 if ipv4 else 20) if wildcard else 0
        self._from, self._to = (4, 8) if ipv4 else (8, 28)
        self._data = <unsigned char *>calloc(_SLOTS, _MAX_QUERY)
        self._slots = laid_over(self._data, _MAX_QUERY)
        cdef int slot
        for slot in range(_SLOTS):
            self._slots.headers[slot].msg_hdr.msg_name = self._slots.senders[slot]
            if wildcard:
                self._slots.headers[slot].msg_hdr.msg_control = self._slots.controls[slot]
        self._used = _SLOTS

    def __dealloc__(self):
        free(self._slots)
        free(self._data)

    def receive(self, int descriptor):
        cdef int slot
        cdef mmsghdr *headers = self._slots.headers
        for slot in range(self._used):
            headers[slot].msg_hdr.msg_namelen = _SENDER
            headers[slot].msg_hdr.msg_controllen = _CONTROL if self.control_size else 0
        self._used = max(recvmmsg(descriptor, headers, _SLOTS, MSG_DONTWAIT, NULL), 0)
        return self._used

    def packet(self, int slot):
        self._check(slot)
        return PyBytes_FromStringAndSize(<char *>self._data + slot * _MAX_QUERY, self._slots.headers[slot].msg_len)

    def client(self, int slot):
        self._check(slot)
        return PyBytes_FromStringAndSize(<char *>self._slots.senders[slot] + self._from, self._to - self._from)

    def sender(self, int slot):
        self._check(slot)
        name = PyBytes_FromStringAndSize(<char *>self._slots.senders[slot], self.sender_size)
        if not self.control_size:
            return _new(Sender, (name, b""))
        self._turn(slot)
        return _new(Sender, (name, PyBytes_FromStringAndSize(<char *>self._slots.controls[slot], self.control_size)))

    def came_with(self, int slot, bytes data not None):
        self._check(slot)
        cdef size_t size = PyBytes_GET_SIZE(data), room = _CONTROL - CMSG_LEN(0)
        memcpy(self._slots.controls[slot] + CMSG_LEN(0), PyBytes_AS_STRING(data), min(size, room))

    cdef bytes _tail(self, int slot):  # of a packet, less its id
        cdef Py_ssize_t size = max(<Py_ssize_t>self._slots.headers[slot].msg_len - _ID, 0)
        return PyBytes_FromStringAndSize(<char *>self._data + slot * _MAX_QUERY + _ID, size)

    cdef bint _is_same_client(self, int slot, int other) noexcept:
        cdef size_t size = self._to - self._from
        return memcmp(self._slots.senders[slot] + self._from, self._slots.senders[other] + self._from, size) == 0

    cdef int _check(self, int slot) except -1:
        if not 0 <= slot < _SLOTS:
            raise IndexError(f"there is no slot {slot}")
        return 0

    cdef void _turn(self, int slot) noexcept:
        cdef unsigned char *info = self._slots.controls[slot] + CMSG_LEN(0)
        if self.sender_size == 16:
            memcpy(info + 4, info + 8, 4)
            memset(info, 0, 4)
        elif info[0] != 0xFE or info[1] != 0x80:
            memset(info + 16, 0, 4)


cdef class Outbox:
    cdef readonly int waiting
    cdef Inbox _inbox
    cdef Slots *_slots
    cdef unsigned char *_data

    def __cinit__(self, Inbox inbox not None):
        self._inbox = inbox
        self._data = <unsigned char *>calloc(_SLOTS, _MAX_RESPONSE)
        self._slots = laid_over(self._data, _MAX_RESPONSE)
        cdef int slot
        cdef msghdr *header
        for slot in range(_SLOTS):
            header = &self._slots.headers[slot].msg_hdr
            header.msg_namelen, header.msg_controllen = inbox.sender_size, inbox.control_size

    def __dealloc__(self):
        free(self._slots)
        free(self._data)

    def answer(self, int slot, bytes response not None):
        self._inbox._check(slot)
        self._to_sender(slot, self._put(response))

    def answer_known(self, slots, seats not None, long long now_ns, list clients not None, list keys not None):
        cdef list rest = []
        cdef Inbox inbox = self._inbox
        cdef PyObject *seated
        cdef PyObject *entry
        cdef int slot, last = -1  # whose client and memo these are; a device asks for several names at once
        cdef object client = None, memo = None
        for slot in slots:
            if last < 0 or not inbox._is_same_client(slot, last):
                seated = PyDict_GetItemWithError(seats, inbox.client(slot))
                if seated is NULL:
                    rest.append(slot)
                    continue
                client, seat = <tuple?><object>seated
                memo, last = seat.memo, slot
            entry = PyDict_GetItemWithError(memo, inbox._tail(slot))
            if entry is not NULL:
                tail, until_ns, key, _ = <tuple?><object>entry
                if until_ns >= now_ns:
                    self._answer_tail(slot, tail)
                    clients.append(client)
                    keys.append(key)
                    continue
            rest.append(slot)
        return rest

    def send(self, bytes response not None, sender not None):
        cdef int number = self.waiting
        cdef bytes name = sender[0], control = sender[1]
        cdef size_t control_size = self._inbox.control_size
        if <size_t>len(name) != self._inbox.sender_size or <size_t>len(control) < control_size:
            raise ValueError("the sender is of another kind of socket")
        cdef msghdr *header = self._put(response)
        header.msg_name = self._slots.senders[number]
        memcpy(header.msg_name, PyBytes_AS_STRING(name), self._inbox.sender_size)
        if control_size:
            header.msg_control = self._slots.controls[number]
            memcpy(header.msg_control, PyBytes_AS_STRING(control), control_size)

    def flush(self, int descriptor):
        cdef int count = self.waiting, done = 0, lost = 0, sent
        self.waiting = 0
        while done < count:
            sent = sendmmsg(descriptor, self._slots.headers + done, count - done, MSG_DONTWAIT)
            if sent <= 0:
                lost, sent = lost + 1, 1
            done += sent
        return lost

    cdef int _answer_tail(self, int slot, bytes tail) except -1:
        cdef unsigned char *to = <unsigned char *>self._slots.vectors[self.waiting % _SLOTS].iov_base
        cdef msghdr *header = self._put(tail, _ID)
        memcpy(to, self._inbox._data + slot * _MAX_QUERY, _ID)
        self._to_sender(slot, header)
        return 0

    cdef void _to_sender(self, int slot, msghdr *header) noexcept:
        header.msg_name = self._inbox._slots.senders[slot]
        if self._inbox.control_size:
            self._inbox._turn(slot)
            header.msg_control = self._inbox._slots.controls[slot]

    cdef msghdr *_put(self, bytes response, size_t ahead=0) except NULL:  # so many bytes are left free before it
        cdef Py_ssize_t size = PyBytes_GET_SIZE(response) + ahead
        cdef int number = self.waiting
        if number >= _SLOTS or size > _MAX_RESPONSE:
            raise IndexError(f"a response of {size} bytes finds no room in the outbox")
        memcpy(<char *>self._slots.vectors[number].iov_base + ahead, PyBytes_AS_STRING(response), size - ahead)
        self._slots.vectors[number].iov_len = size
        self.waiting = number + 1
        return &self._slots.headers[number].msg_hdr
