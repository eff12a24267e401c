# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of a list, packed by gzip or not, → its text in small pieces and bounded memory."""

import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

GZIP_MAGIC = b"\x1f\x8b"
# A list of this size would hold some ten million names; the largest public ones have 20 MB.
MAX_BYTES = 200 * 1024 * 1024
# One piece of unpacked text: what a gzip bomb can make of one read.
PIECE = 256 * 1024


class Refused(Exception):  # noqa: N818 - what is done to the list, named as people say it
    """A list as a whole cannot be taken. The text is a clause that follows its title and "was refused:"."""


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the text of the file at `path`, unpacked when it is gzip; raise `Refused` or OSError."""
    with path.open("rb") as file:
        yield from unpacked(iter(lambda: file.read(PIECE), b""))


def unpacked(data: Iterable[bytes], limit: int = MAX_BYTES) -> Iterator[bytes]:
    """Yield `data`, unpacked when it begins as gzip, in pieces of at most `PIECE` once it is.

    Raise `Refused` past `limit` bytes, and when the gzip data is damaged or cut off.
    """
    source = iter(data)
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= len(GZIP_MAGIC):
            break
    rest = _gunzip(head, source) if head.startswith(GZIP_MAGIC) else _chain(head, source)
    total = 0
    for piece in rest:
        total += len(piece)
        if total > limit:
            raise Refused(f"it is larger than {limit // (1024 * 1024)} MB")
        yield piece


def _chain(head: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from source


def _gunzip(head: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack gzip data of one or more members, never more than one piece at a time."""
    member = zlib.decompressobj(wbits=31)
    for chunk in _chain(head, source):
        waiting = chunk
        while waiting:
            if member.eof:
                if not waiting.startswith(b"\x1f"):
                    return  # padding after the last member, as gzip itself allows
                member = zlib.decompressobj(wbits=31)
            try:
                piece = member.decompress(waiting, PIECE)
            except zlib.error as error:
                raise Refused("its gzip data is damaged") from error
            if piece:
                yield piece
            waiting = member.unused_data if member.eof else member.unconsumed_tail
    while not member.eof:
        piece = member.decompress(b"", PIECE)
        if not piece:
            raise Refused("its gzip data is cut off")
        yield piece
