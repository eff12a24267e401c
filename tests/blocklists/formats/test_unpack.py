# SPDX-License-Identifier: GPL-3.0-or-later
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.formats.unpack import PIECE, Refused, pieces, unpacked


@given(st.binary(max_size=2000), st.booleans(), st.integers(1, 50))
def test_text_comes_out_as_it_went_in(text: bytes, packed: bool, size: int) -> None:
    if not packed and text.startswith(b"\x1f\x8b"):
        return
    data = gzip.compress(text) if packed else text
    assert b"".join(unpacked(data[at : at + size] for at in range(0, len(data), size))) == text


def test_members_put_together_are_one_text() -> None:
    assert b"".join(unpacked([gzip.compress(b"one\n") + gzip.compress(b"two\n") + b"\0\0\0"])) == b"one\ntwo\n"


def test_gzip_that_is_cut_off_is_refused() -> None:
    whole = gzip.compress(bytes(range(256)) * 50)
    with pytest.raises(Refused, match="cut off"):
        list(unpacked([whole[:-20]]))


def test_damaged_gzip_is_refused() -> None:
    with pytest.raises(Refused, match="damaged"):
        list(unpacked([b"\x1f\x8b" + b"nonsense" * 10]))


def test_a_bomb_is_refused_without_being_unpacked_whole() -> None:
    bomb = gzip.compress(bytes(3_000_000))
    sizes = []
    with pytest.raises(Refused, match="larger than 1 MB"):
        sizes.extend(len(piece) for piece in unpacked([bomb], limit=1 << 20))
    assert max(sizes, default=0) <= PIECE


def test_a_file_is_read_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"ads.example\n")
    (tmp_path / "packed").write_bytes(gzip.compress(b"ads.example\n"))
    assert b"".join(pieces(tmp_path / "plain")) == b"".join(pieces(tmp_path / "packed")) == b"ads.example\n"
