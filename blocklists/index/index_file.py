# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout of the compiled index on disk, and whether a file is sound. `index` tells what stands in it, in order."""

import json
import os
import struct
from io import BufferedReader
from typing import Any, Literal

from xxhash import xxh64, xxh64_digest

from store.base.file_faults import Fault
from store.base.sentences import say

MAGIC = b"TTINDEX\0"
VERSION = 3
# Native byte order on purpose: an index is read on the machine that wrote it, and a strange one fails by its version.
# magic, version, metadata bytes, names, sets, bytes a mask, bits of the fan-out, bytes a set id,
# bytes of complex rules, seed
HEADER = struct.Struct("=8sIIIIIIIIQ")
CHECKSUM_BYTES = 8
_PIECE = 1 << 16  # small enough for what it was read into to be given back by the heap
Code = Literal["B", "H", "I", "Q"]
ID_CODES: dict[int, Code] = {1: "B", 2: "H", 4: "I"}


class CorruptIndex(Exception):  # noqa: N818 - a state of the file, named as people say it
    """The index file cannot be used; the sentence says why and what cures it."""

    def __init__(self, reason: str, fault: Fault = Fault.DAMAGED) -> None:
        super().__init__(say(
            "The compiled index cannot be used ({reason}). It is compiled anew by the next list update.", reason=reason
        ))  # fmt: skip
        self.reason = reason
        self.fault = fault


def padded(size: int) -> int:
    """Return `size` rounded up to the eight bytes on which every section of the file begins."""
    return -(-size // 8) * 8


def section(data: memoryview, at: int, code: Code, count: int) -> "tuple[memoryview[int], int]":
    """Return `count` items of type `code` from offset `at`, and the offset of the next section."""
    size = struct.calcsize(code) * count
    return data[at : at + size].cast(code), at + padded(size)


def read_through(file: BufferedReader) -> bytes:
    """Read the file once, and return the checksum that it should end with.

    What cannot be read is an error here, and would be the end of the process in a mapping. A mapping of it has
    no page in memory after this: they come as names are looked up.
    """
    hashed, left = xxh64(), os.fstat(file.fileno()).st_size - CHECKSUM_BYTES
    piece = memoryview(bytearray(_PIECE))
    while size := file.readinto(piece):
        hashed.update(piece[: max(0, min(size, left))])
        left -= size
    return hashed.digest()


def verify(data: memoryview, checksum: bytes | None = None) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return header and metadata of a sound file; raise `CorruptIndex` otherwise.

    `checksum`: as `read_through` gave it; None: found out here, which touches all of `data`.
    """
    if len(data) < HEADER.size + CHECKSUM_BYTES:
        raise CorruptIndex(say("it is cut off"))
    header = HEADER.unpack_from(data)
    if header[0] != MAGIC:
        raise CorruptIndex(say("it is not an index file"))
    if header[1] != VERSION:
        raise CorruptIndex(say(
            "it has format {number}, this version of Telltale reads {known}", number=header[1], known=VERSION
        ), Fault.NEWER if header[1] > VERSION else Fault.DAMAGED)  # fmt: skip
    if (checksum or xxh64_digest(data[:-CHECKSUM_BYTES])) != data[-CHECKSUM_BYTES:]:
        raise CorruptIndex(say("its checksum does not match: it is damaged or cut off"))
    return header, json.loads(bytes(data[HEADER.size : HEADER.size + header[2]]))
