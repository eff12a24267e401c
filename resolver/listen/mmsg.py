# SPDX-License-Identifier: GPL-3.0-or-later
"""Datagrams by the batch: recvmmsg(2) and sendmmsg(2), which Python's socket module does not offer.

An `Inbox` is filled by one system call, an `Outbox` is emptied by one. Both are arrays of the kernel's `struct mmsghdr`
that are laid out once: from then on a datagram is a slice of one buffer, and its sender an address within another.

Where there is a compiler, mmsg.pyx beside this file takes its place (`native`): the same without ctypes, which costs a
remembered name a third of its time. What is promised stands here, and holds for both.

    kernel ─► Inbox: data | senders | controls ─► answer(slot, …) ─► Outbox: data | pointers to senders ─► kernel
"""

from __future__ import annotations

import ctypes
import socket
from collections.abc import Iterable, Mapping
from ctypes import addressof, c_char, c_int, c_size_t, c_uint, c_uint32, c_void_p, sizeof
from typing import Any

from resolver.answer.seat import Seat
from resolver.listen.senders import Sender
from resolver.listen.senders import name_of as name_of
from store.log.records import RowKey

SLOTS = 64  # datagrams at one go, before timers and other sockets get their turn
MAX_QUERY = 4096  # bytes read of one datagram; a query with EDNS and cookies takes some 100
MAX_RESPONSE = 1280  # what `response.fit` lets through is smaller

SENDER = 32  # bytes kept for one struct sockaddr_in (16) or sockaddr_in6 (28)
CONTROL = 64  # bytes kept for one control message: IP_PKTINFO takes 32, IPV6_PKTINFO 40


class _IoVec(ctypes.Structure):
    _fields_ = (("base", c_void_p), ("size", c_size_t))


class _MsgHdr(ctypes.Structure):
    _fields_ = (
        ("name", c_void_p), ("name_size", c_uint32), ("vectors", c_void_p), ("vector_count", c_size_t),
        ("control", c_void_p), ("control_size", c_size_t), ("flags", c_int),
    )  # fmt: skip


class _MMsgHdr(ctypes.Structure):
    _fields_ = (("header", _MsgHdr), ("size", c_uint))


# Where the fields that change stand in an array of _MMsgHdr, in machine words and in C ints.
_HEADER = sizeof(_MMsgHdr)
_WORDS, _INTS = _HEADER // sizeof(c_size_t), _HEADER // sizeof(c_uint)
_NAME = _MsgHdr.name.offset // sizeof(c_size_t)
_CONTROL_AT = _MsgHdr.control.offset // sizeof(c_size_t)
_SIZE = _MMsgHdr.size.offset // sizeof(c_uint)
_CONTROL_HEAD = socket.CMSG_LEN(0)

_libc = ctypes.CDLL(None)
_recvmmsg, _sendmmsg = _libc.recvmmsg, _libc.sendmmsg
_recvmmsg.argtypes = (c_int, c_void_p, c_uint, c_int, c_void_p)
_sendmmsg.argtypes = (c_int, c_void_p, c_uint, c_int)


_new: Any = tuple.__new__  # a NamedTuple's own way takes twice as long, and each query that is forwarded has a sender


class Inbox:
    """Slots for what arrives; what stands in them holds until the next `receive`. One a socket."""

    def __init__(self, family: int, *, wildcard: bool) -> None:
        """`wildcard`: each datagram comes with the address that was asked (IP_PKTINFO; RFC 3542)."""
        ipv4 = family == socket.AF_INET
        self.sender_size = 16 if ipv4 else 28
        self.control_size = socket.CMSG_SPACE(12 if ipv4 else 20) if wildcard else 0
        # Whom to look up: family and port are not part of it, the interface of an IPv6 link-local address is.
        self._from, self._to = (4, 8) if ipv4 else (8, 28)
        self._data, self._senders, self._controls = (_Buffer(SLOTS * size) for size in (MAX_QUERY, SENDER, CONTROL))
        self.senders_at = [self._senders.at + slot * SENDER for slot in range(SLOTS)]
        self.controls_at = [self._controls.at + slot * CONTROL for slot in range(SLOTS)]
        vectors, headers = (_IoVec * SLOTS)(), (_MMsgHdr * SLOTS)()
        for slot in range(SLOTS):
            vectors[slot] = _IoVec(self._data.at + slot * MAX_QUERY, MAX_QUERY)
            header = headers[slot].header
            header.name, header.name_size = self.senders_at[slot], SENDER
            header.vectors, header.vector_count = addressof(vectors) + slot * sizeof(_IoVec), 1
            if wildcard:
                header.control, header.control_size = self.controls_at[slot], CONTROL
        self._keep, self._at = (vectors, headers), addressof(headers)
        self._bytes = memoryview(headers).cast("B")
        self._ints = self._bytes.cast("I")
        self._blank = bytes(self._bytes)  # the kernel writes sizes over those that it was offered

    def receive(self, descriptor: int) -> int:
        """Take what has arrived, up to `SLOTS` datagrams; 0 when nothing has: another worker may have taken it."""
        self._bytes[:] = self._blank
        count: int = _recvmmsg(descriptor, self._at, SLOTS, socket.MSG_DONTWAIT, None)
        return max(count, 0)

    def packet(self, slot: int) -> bytes:
        """The datagram."""
        at = slot * MAX_QUERY
        return bytes(self._data.view[at : at + self._ints[slot * _INTS + _SIZE]])

    def client(self, slot: int) -> bytes:
        """The sender's address as a key; `name_of` makes text of it."""
        at = slot * SENDER
        return bytes(self._senders.view[at + self._from : at + self._to])

    def sender(self, slot: int) -> Sender:
        """The sender, to be kept for later."""
        at, control = slot * SENDER, slot * CONTROL
        name = bytes(self._senders.view[at : at + self.sender_size])
        if not self.control_size:
            return _new(Sender, (name, b""))  # type: ignore[no-any-return]
        self._turn(slot)
        return Sender(name, bytes(self._controls.view[control : control + self.control_size]))

    def came_with(self, slot: int, data: bytes) -> None:
        """As if this had come with the datagram as its control message: a test has no other way to choose that."""
        at = slot * CONTROL + _CONTROL_HEAD
        size = min(len(data), CONTROL - _CONTROL_HEAD)
        self._controls.view[at : at + size] = data[:size]

    def _turn(self, slot: int) -> None:
        """Make of the control message that came with the datagram the one that goes with its answer.

        struct in_pktinfo is (interface, source to use, destination seen): the destination becomes the source. In
        in6_pktinfo both are one field. The interface stays only where an address needs it: IPv6 link-local.
        """
        at, view = slot * CONTROL + _CONTROL_HEAD, self._controls.view
        if self.sender_size == 16:
            view[at : at + 8] = bytes(4) + bytes(view[at + 8 : at + 12])
        elif bytes(view[at : at + 2]) != b"\xfe\x80":
            view[at + 16 : at + 20] = bytes(4)


class Outbox:
    """Responses that wait to be sent over one socket; `flush` sends them all."""

    def __init__(self, inbox: Inbox) -> None:
        self.waiting = 0
        self._inbox, self._control = inbox, inbox.control_size
        self._data, self._senders, self._controls = (_Buffer(SLOTS * size) for size in (MAX_RESPONSE, SENDER, CONTROL))
        self._vectors, headers = (_IoVec * SLOTS)(), (_MMsgHdr * SLOTS)()
        for slot in range(SLOTS):
            self._vectors[slot].base = self._data.at + slot * MAX_RESPONSE
            header = headers[slot].header
            header.vectors, header.vector_count = addressof(self._vectors) + slot * sizeof(_IoVec), 1
            header.name_size, header.control_size = inbox.sender_size, inbox.control_size
        self._headers, self._at = headers, addressof(headers)
        self._words = memoryview(headers).cast("B").cast("L")
        self._sizes = memoryview(self._vectors).cast("B").cast("L")  # two words a vector: where it is, its size

    def answer(self, slot: int, response: bytes) -> None:
        """Put a response to whoever sent what stands in the inbox's `slot`, which must still stand there on `flush`.

        Both kinds of putting need a free slot (`waiting` < `SLOTS`) and at most `MAX_RESPONSE` bytes: an IndexError.
        """
        number = self._put(response)
        at = number * _WORDS
        self._words[at + _NAME] = self._inbox.senders_at[slot]
        if self._control:
            self._inbox._turn(slot)
            self._words[at + _CONTROL_AT] = self._inbox.controls_at[slot]
        self.waiting = number + 1

    def answer_known(
        self, slots: Iterable[int], seats: Mapping[bytes, tuple[str, Seat]], now_ns: int, clients: list[str],
        keys: list[RowKey],
    ) -> list[int]:  # fmt: skip
        """Answer of these slots what the memo of the client's seat holds as of `now_ns`; returns the slots of all else.

        `clients` and `keys` are made longer by those of each answer, for the record.
        """
        inbox, rest = self._inbox, list[int]()
        client_of, packet_of, answer = inbox.client, inbox.packet, self.answer
        for slot in slots:
            seated = seats.get(client_of(slot))
            if seated is not None:
                packet = packet_of(slot)
                entry = seated[1].memo.get(packet[2:])
                if entry is not None and entry[1] >= now_ns:
                    answer(slot, packet[:2] + entry[0])
                    clients.append(seated[0])
                    keys.append(entry[2])
                    continue
            rest.append(slot)
        return rest

    def send(self, response: bytes, sender: Sender) -> None:
        """Put a response to a sender kept from before: a ValueError when it came to another kind of socket."""
        number = self._put(response)
        at, start = number * _WORDS, number * SENDER
        self._senders.view[start : start + self._inbox.sender_size] = sender.name
        self._words[at + _NAME] = self._senders.at + start
        if self._control:
            start = number * CONTROL
            self._controls.view[start : start + self._control] = sender.control
            self._words[at + _CONTROL_AT] = self._controls.at + start
        self.waiting = number + 1

    def flush(self, descriptor: int) -> int:
        """Send all; returns how many a full or unreachable network did not take: those are lost, as UDP may lose."""
        count, self.waiting = self.waiting, 0
        done = lost = 0
        while done < count:
            sent: int = _sendmmsg(descriptor, self._at + done * _HEADER, count - done, socket.MSG_DONTWAIT)
            if sent <= 0:  # this one cannot be sent; the next may go elsewhere
                lost, sent = lost + 1, 1
            done += sent
        return lost

    def _put(self, response: bytes) -> int:
        """Copy the response; returns where it stands. It counts once its receiver stands there, too."""
        number, size = self.waiting, len(response)
        if number >= SLOTS or size > MAX_RESPONSE:
            raise IndexError(f"a response of {size} bytes finds no room in the outbox")
        start = number * MAX_RESPONSE
        self._data.bytes[start : start + size] = response
        self._sizes[2 * number + 1] = size
        return number


class _Buffer:
    """Memory with a fixed address, untouched until it is used."""

    def __init__(self, size: int) -> None:
        self.bytes = bytearray(size)
        self.view = memoryview(self.bytes)
        self.at = addressof(c_char.from_buffer(self.bytes))
