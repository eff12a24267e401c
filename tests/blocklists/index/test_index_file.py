# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout of the compiled index: sections on eight bytes, and what is no sound file."""

import pytest
from xxhash import xxh64_digest

from blocklists.index.index_file import HEADER, MAGIC, VERSION, CorruptIndex, padded, section, verify
from store.base.file_faults import Fault


def file(magic: bytes = MAGIC, version: int = VERSION, meta: bytes = b"{}") -> bytes:
    body = HEADER.pack(magic, version, len(meta), 0, 0, 1, 0, 1, 0, 0) + meta.ljust(padded(len(meta)), b"\0")
    return body + xxh64_digest(body)


def test_sections_begin_on_eight_bytes() -> None:
    assert [padded(size) for size in (0, 1, 8, 9)] == [0, 8, 8, 16]
    items, after = section(memoryview(bytes(range(24))), 8, "I", 3)
    assert (len(items), after) == (3, 24)


def test_a_sound_file_tells_header_and_metadata() -> None:
    header, meta = verify(memoryview(file(meta=b'{"slots": []}')))
    assert (header[0], header[1], meta) == (MAGIC, VERSION, {"slots": []})


@pytest.mark.parametrize(
    ("data", "reason", "fault"),
    [
        (file()[:20], "cut off", Fault.DAMAGED),
        (file(magic=b"NOINDEX\0"), "not an index file", Fault.DAMAGED),
        (file(version=VERSION + 1), "format", Fault.NEWER),
        (file(version=1), "format", Fault.DAMAGED),
        (file()[:-1] + b"?", "checksum", Fault.DAMAGED),
    ],
)
def test_whatever_is_wrong_is_said(data: bytes, reason: str, fault: Fault) -> None:
    with pytest.raises(CorruptIndex, match=reason) as raised:
        verify(memoryview(data))
    assert raised.value.fault is fault
