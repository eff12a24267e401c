# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be quick, by nf_tables' netlink messages: elements into sets of our table, and its counters out.

A device connects a moment after its answer, and starting `nft` takes longer than that; and to tell one counter, `nft`
reads all elements of all sets. Everything else goes through `kernel`.

Formats: linux/netfilter/nfnetlink.h and nf_tables.h; big-endian but for the headers.
"""

import contextlib
import os
import socket
import struct
from collections.abc import Iterable, Iterator, Sequence

from firewall.kernel import WallError
from firewall.render import TABLE
from store.base.sentences import say

_NETFILTER = 12
_REQUEST, _ACK, _CREATE = 0x1, 0x4, 0x400
_ERROR, _BEGIN, _END = 0x2, 0x10, 0x11
_SUBSYSTEM = 10
_NEW, _DELETE = _SUBSYSTEM << 8 | 12, _SUBSYSTEM << 8 | 14
_NEW_OBJECT, _GET_OBJECT = _SUBSYSTEM << 8 | 18, _SUBSYSTEM << 8 | 19
_DUMP, _DONE, _COUNTER = 0x300, 0x3, 1
_INET = 1
_NESTED = 0x8000
_HEADER = struct.Struct("=IHHII")
# Elements of one message: their attribute's length has 16 bits.
MAX_ELEMENTS = 400
ANSWER_SECONDS = 2.0  # the kernel answers within a millisecond

# (key as the kernel holds it, seconds)
Entry = tuple[bytes, int]


class Kernel:
    """A netlink socket. Not for several threads."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETFILTER)
        self._socket.bind((0, 0))
        self._socket.settimeout(ANSWER_SECONDS)
        self._sequence = int.from_bytes(os.urandom(3), "big")

    def put(self, name: str, entries: Sequence[Entry]) -> None:
        """Put elements into a set, each with its time-out from now, in one transaction; what is there is renewed.

        Raises WallError when the set is full or not there.
        """
        for start in range(0, len(entries), MAX_ELEMENTS):
            self._transact(name, entries[start : start + MAX_ELEMENTS])

    def counters(self) -> dict[str, int]:
        """Counter → packets since the table was put up; empty without a table. Raises WallError."""
        number, packets = self._sequence, {}
        body = struct.pack(">BBH", _INET, 0, 0) + _attribute(1, TABLE.encode() + b"\0")
        try:
            self._socket.send(self._message(_GET_OBJECT, _REQUEST | _DUMP, body))
            while True:
                for kind, sequence, answer in _messages(self._socket.recv(65536)):
                    if sequence != number:
                        continue
                    if kind == _NEW_OBJECT:
                        packets.update(_counter(answer[4:]))
                    elif kind == _DONE:
                        return packets
                    elif kind == _ERROR and (code := struct.unpack_from("=i", answer)[0]):
                        raise OSError(-code, os.strerror(-code))
        except OSError as error:
            raise WallError(say(
                "The kernel does not tell its counters ({error}).", error=error.strerror or error
            )) from None

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def _transact(self, name: str, entries: Sequence[Entry]) -> None:
        # Kernels before 6.12 do not renew an element that is there: so it is made sure of, taken out and put in.
        first = self._sequence + 1
        steps = (
            (_NEW, _REQUEST | _CREATE, entries),
            (_DELETE, _REQUEST, [(key, 0) for key, _ in entries]),
            (_NEW, _REQUEST | _CREATE | _ACK, entries),
        )
        batch = [self._message(_BEGIN, _REQUEST, struct.pack(">BBH", 0, 0, _SUBSYSTEM))]
        batch += [self._message(kind, flags, _body(name, elements)) for kind, flags, elements in steps]
        batch.append(self._message(_END, _REQUEST, struct.pack(">BBH", 0, 0, _SUBSYSTEM)))
        try:
            self._socket.send(b"".join(batch))
            self._await(first, first + len(steps) - 1)
        except OSError as error:
            raise WallError(say(
                "The kernel took no answers into {name} ({error}).", name=name, error=error.strerror or error
            )) from None

    def _await(self, first: int, last: int) -> None:
        """Read until the last step is acknowledged; raise OSError when one was refused."""
        while True:
            data = self._socket.recv(65536)
            for kind, sequence, body in _messages(data):
                if kind != _ERROR or not first <= sequence <= last + 1:
                    continue
                if code := struct.unpack_from("=i", body)[0]:
                    raise OSError(-code, os.strerror(-code))
                if sequence == last:
                    return

    def _message(self, kind: int, flags: int, body: bytes) -> bytes:
        message = _HEADER.pack(_HEADER.size + len(body), kind, flags, self._sequence, 0) + body
        self._sequence = (self._sequence + 1) & 0x7FFFFFFF
        return message


def counters() -> dict[str, int]:
    """`Kernel.counters` for one who asks once."""
    with contextlib.closing(Kernel()) as kernel:
        return kernel.counters()


def _counter(body: bytes) -> dict[str, int]:
    """One object as the kernel tells it: {name: packets} when it is a counter of our table."""
    attributes = dict(_attributes(body))
    if attributes.get(1, b"").rstrip(b"\0") != TABLE.encode() or attributes.get(3) != struct.pack(">I", _COUNTER):
        return {}
    return {attributes[2].rstrip(b"\0").decode("ascii"): int.from_bytes(dict(_attributes(attributes[4]))[2], "big")}


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, position)
        if length < 4:
            return
        yield kind & 0x3FFF, data[position + 4 : position + length]
        position += length + -length % 4


def _body(name: str, entries: Iterable[Entry]) -> bytes:
    elements = b"".join(_attribute(1 | _NESTED, _element(key, seconds)) for key, seconds in entries)
    names = _attribute(1, TABLE.encode() + b"\0") + _attribute(2, name.encode() + b"\0")
    return struct.pack(">BBH", _INET, 0, 0) + names + _attribute(3 | _NESTED, elements)


def _element(key: bytes, seconds: int) -> bytes:
    attributes = _attribute(1 | _NESTED, _attribute(1, key))
    return attributes + _attribute(4, struct.pack(">Q", seconds * 1000)) if seconds else attributes


def _attribute(kind: int, data: bytes) -> bytes:
    length = 4 + len(data)
    return struct.pack("=HH", length, kind) + data + bytes(-length % 4)


def _messages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(type, sequence, body) of each message in what was received."""
    position = 0
    while position + _HEADER.size <= len(data):
        length, kind, _, sequence, _ = _HEADER.unpack_from(data, position)
        if length < _HEADER.size:
            return
        yield kind, sequence, data[position + _HEADER.size : position + length]
        position += length + -length % 4
