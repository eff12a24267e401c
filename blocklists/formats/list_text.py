# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes of an unpacked list → UTF-8 with a line feed at the end of each line, whatever editor wrote them. Pure.

UTF-16 and UTF-32 of either order, with a mark at the start or without; lines that end with a carriage return alone.
"""

import codecs
from collections.abc import Iterable, Iterator

# Enough to see every other byte being zero; of a shorter list, all of it.
HEAD_BYTES = 256
# In this order: the mark of UTF-32 begins as that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_MOST = 0.4  # of all bytes: names in UTF-16 have a zero byte beside each letter
_BINARY = 20  # one zero byte in so many is no text


def plain(data: Iterable[bytes]) -> Iterator[bytes]:
    """Yield `data` as such text."""
    text = PlainText()
    for chunk in data:
        yield from text.feed(chunk)
    yield from text.end()


def binary(sample: bytes) -> bool:
    """Whether this, as `plain` gives it, is no text; a zero byte here and there makes it none."""
    if b"\0" not in sample:
        return False
    lines = sample.split(b"\n")
    struck = sum(b"\0" in line for line in lines)
    return sample.count(b"\0") * _BINARY > len(sample) or (struck > 1 and struck * 10 > len(lines))


class PlainText:
    """Takes unpacked bytes as they arrive, and gives them as such text."""

    def __init__(self) -> None:
        self._head: bytes | None = b""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._return = False  # a carriage return was the last sign: a line feed may follow

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the text that `chunk` brings."""
        if self._head is not None:
            self._head += chunk
            if len(self._head) < HEAD_BYTES:
                return
            chunk = self._begin(self._head)
        yield from self._lines(chunk)

    def end(self) -> Iterator[bytes]:
        """Yield what is left at the end of the data."""
        if self._head:
            yield from self._lines(self._begin(self._head))
        if self._decoder:
            yield from self._lines(b"", final=True)
        if self._return:
            yield b"\r"

    def _begin(self, head: bytes) -> bytes:
        self._head = None
        encoding = next((name for mark, name in _MARKS if head.startswith(mark)), "") or _unmarked(head)
        if encoding:
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        return head

    def _lines(self, chunk: bytes, *, final: bool = False) -> Iterator[bytes]:
        if self._decoder:
            chunk = self._decoder.decode(chunk, final).encode("utf-8", "replace")
        if self._return:
            chunk, self._return = b"\r" + chunk, False
        if b"\r" in chunk:
            if chunk.endswith(b"\r"):
                chunk, self._return = chunk[:-1], True
            if chunk.count(b"\r") != chunk.count(b"\r\n"):
                chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if chunk:
            yield chunk


def _unmarked(head: bytes) -> str:
    """The encoding of a text without a mark at its start, or nothing for one of single bytes."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd < _MOST * len(head) or (even and odd):
        return ""
    return "utf-16-be" if even else "utf-16-le"
