# SPDX-License-Identifier: GPL-3.0-or-later
"""Heads are what the documentation says they are; sums come back as they went, and hostile ones are refused."""

import hashlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.chain import links
from evidence.chain.day_digest import Chunk, DayDigest
from evidence.chain.error_sums import P
from evidence.chain.links import FIRST_HEAD, Reason

sums = st.tuples(*[st.integers(0, P - 1)] * 4)
chunks = st.lists(st.builds(Chunk, st.integers(0, 2**62), st.integers(0, 1000), sums), max_size=20)


@given(chunks)
def test_sums_come_back_as_they_went(chunks: list[Chunk]) -> None:
    assert links.unpacked(links.packed(chunks)) == chunks


@pytest.mark.parametrize("sums", [b"", b"text", zlib.compress(b"12345"), zlib.compress(bytes(links.MAX_SUMS + 1))])
def test_what_is_no_sums_is_refused(sums: bytes) -> None:
    if sums:
        with pytest.raises(ValueError):
            links.unpacked(sums)


def test_a_head_is_what_the_documentation_says() -> None:
    digest = DayDigest(20_700, 2, 5, 9, hashlib.sha256(b"rows").digest(), ())
    first = links.link(None, digest, Reason.CLOSED, 0, 77)
    second = links.link(first, digest, Reason.LATE, 3, 99)
    rows = hashlib.sha256(b"rows").hexdigest()
    text = f'{FIRST_HEAD}\n[20700,"closed",2,5,9,0,77,"{rows}","{first.sums_hash}"]'
    assert first.head == hashlib.sha256(text.encode()).hexdigest()
    text = f'{first.head}\n[20700,"late",2,5,9,3,99,"{rows}","{second.sums_hash}"]'
    assert second.head == hashlib.sha256(text.encode()).hexdigest()
    assert (first.seq, second.seq) == (1, 2)
