# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of a list, packed by gzip or not, → its text in small pieces and bounded memory."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from store.base.file_faults import open_file
from store.base.sentences import say

GZIP_MAGIC = b"\x1f\x8b"
# A list of this size would hold some ten million names; the largest public ones have 20 MB.
MAX_BYTES = 200 * 1024 * 1024
# One piece of unpacked text: what a gzip bomb can make of one read.
PIECE = 256 * 1024


# A file that is packed, packed again on the way, and by a server that packs what is packed already.
MAX_LAYERS = 3


class Refused(Exception):  # noqa: N818 - what is done to the list, named as people say it
    """A list as a whole cannot be taken. The text is a clause that follows its title and "was refused:"."""


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the text of the file at `path`, unpacked when it is gzip; raise `Refused` or OSError."""
    with open_file(path) as file:
        yield from unpacked(iter(lambda: file.read(PIECE), b""))


def unpacked(data: Iterable[bytes], limit: int = MAX_BYTES) -> Iterator[bytes]:
    """Yield `data`, unpacked when it begins as gzip; raise `Refused` as `Unpacker` does."""
    unwrapper = Unwrapper(limit)
    for chunk in data:
        yield from unwrapper.feed(chunk)
    yield from unwrapper.end()


class Unwrapper:
    """As `Unpacker`, of a list that is packed up to `MAX_LAYERS` times."""

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._layers = [Unpacker(limit) for _ in range(MAX_LAYERS)]

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the text that `chunk` brings."""
        data = iter((chunk,))
        for layer in self._layers:
            data = _through(layer, data)
        yield from data

    def end(self) -> Iterator[bytes]:
        """Yield what is left at the end of the data."""
        for number, layer in enumerate(self._layers):
            data = layer.end()
            for inner in self._layers[number + 1 :]:
                data = _through(inner, data)
            yield from data


def _through(layer: "Unpacker", data: Iterator[bytes]) -> Iterator[bytes]:
    for piece in data:
        yield from layer.feed(piece)


class Unpacker:
    """Takes the bytes of a list as they arrive and gives its text, in pieces of at most `PIECE` when it was packed.

    Raises `Refused` past `limit` bytes of text, and when gzip data (of one or more members) is damaged or cut off.
    """

    def __init__(self, limit: int = MAX_BYTES) -> None:
        self._left = self._limit = limit
        self._head = b""
        self._begun = False
        self._member: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the text that `chunk` brings."""
        if not self._begun:
            self._head += chunk
            if len(self._head) < len(GZIP_MAGIC):
                return
            chunk = self._begin()
        yield from self._counted(self._gunzip(self._member, chunk) if self._member else iter((chunk,)))

    def end(self) -> Iterator[bytes]:
        """Yield what is left at the end of the data."""
        if not self._begun and self._head:
            yield self._begin()
        if self._member:
            yield from self._counted(self._finish(self._member))

    def _begin(self) -> bytes:
        self._begun = True
        if self._head.startswith(GZIP_MAGIC):
            self._member = zlib.decompressobj(wbits=31)
        return self._head

    def _counted(self, text: Iterator[bytes]) -> Iterator[bytes]:
        for piece in text:
            self._left -= len(piece)
            if self._left < 0:
                raise Refused(say("it is larger than {most} MB", most=self._limit // (1024 * 1024)))
            yield piece

    def _gunzip(self, member: "zlib._Decompress", waiting: bytes) -> Iterator[bytes]:
        while waiting:
            if member.eof:
                if not waiting.startswith(GZIP_MAGIC):
                    return  # padding after the last member, as gzip itself allows
                self._member = member = zlib.decompressobj(wbits=31)
            try:
                piece = member.decompress(waiting, PIECE)
            except zlib.error as error:
                raise Refused(say("its gzip data is damaged")) from error
            if piece:
                yield piece
            waiting = member.unused_data if member.eof else member.unconsumed_tail

    def _finish(self, member: "zlib._Decompress") -> Iterator[bytes]:
        """Yield what zlib still holds back; what then has no end was cut off."""
        while not member.eof:
            piece = member.decompress(b"", PIECE)
            if not piece:
                raise Refused(say("its gzip data is cut off"))
            yield piece
