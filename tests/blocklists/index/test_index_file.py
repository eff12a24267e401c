# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout of the compiled index: sections on eight bytes, and what is no sound file."""

import mmap
from pathlib import Path

import pytest
from xxhash import xxh64_digest

from blocklists.index.index import Index
from blocklists.index.index_file import (
    CHECKSUM_BYTES,
    HEADER,
    MAGIC,
    VERSION,
    CorruptIndex,
    padded,
    read_through,
    section,
    verify,
)
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


@pytest.mark.parametrize("size", [0, 3, CHECKSUM_BYTES, CHECKSUM_BYTES + 1, 1 << 16, (1 << 16) + 5, 300_000])
def test_reading_through_tells_the_checksum_of_all_before_the_last_eight_bytes(tmp_path: Path, size: int) -> None:
    (path := tmp_path / "file").write_bytes(data := bytes(at * 7 % 251 for at in range(size)))
    with path.open("rb") as opened:
        assert read_through(opened) == xxh64_digest(data[: max(0, size - CHECKSUM_BYTES)])


def in_memory(path: Path) -> int:
    """Bytes of the file that are in this process's memory, see proc_pid_smaps(5)."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    for line in lines:
        if line.endswith(f" {path}"):
            return 1024 * int(next(each for each in lines if each.startswith("Rss:")).split()[1])
    raise AssertionError("it is not mapped")


def test_the_check_at_the_start_leaves_little_of_a_file_in_memory(tmp_path: Path) -> None:
    names, meta = 1 << 19, b'{"slots": [], "generation": 1, "created": 0, "inputs": "", "kinds": [], "prefixes": []}'
    body = HEADER.pack(MAGIC, VERSION, len(meta), names, 0, 1, 8, 1, 0, 0) + meta.ljust(padded(len(meta)), b"\0")
    body += bytes(padded(4 * 257) + 8 * names + names)
    path, data = tmp_path / "current.idx", body + xxh64_digest(body)
    with path.open("wb", buffering=0) as file_:
        for at in range(0, len(data), mmap.PAGESIZE):  # what is written at one go the kernel may map at one go, too
            file_.write(data[at : at + mmap.PAGESIZE])
    index = Index.open(path)
    assert (len(index), in_memory(path) < len(body) // 8) == (names, True)
