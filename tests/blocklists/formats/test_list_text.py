# SPDX-License-Identifier: GPL-3.0-or-later
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklists.formats.list_text import HEAD_BYTES, binary, plain
from blocklists.formats.parse import parse

TEXT = "# bücher\nads.example\n" + "".join(f"n{number}.example\n" for number in range(40))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""), ("utf-16-be", b""), ("utf-32-le", codecs.BOM_UTF32_LE), ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 2, 3, HEAD_BYTES - 1, 100_000])
def test_whatever_editor_wrote_a_list_its_names_are_read(end: str, encoding: str, mark: bytes, size: int) -> None:
    data = mark + TEXT.replace("\n", end).encode(encoding)
    parsed = parse(data[at : at + size] for at in range(0, len(data), size))
    assert [name for _, name in parsed] == ["ads.example", *(f"n{number}.example" for number in range(40))]
    assert (parsed.lines, parsed.skipped) == (42, {})


@given(st.text("ab.\r\nü", max_size=400), st.integers(1, 50))
def test_plain_text_is_not_touched_but_for_returns_that_stand_alone(text: str, size: int) -> None:
    data = text.encode()
    out = b"".join(plain(data[at : at + size] for at in range(0, len(data), size)))
    assert out.decode().splitlines() == text.splitlines()
    if b"\r" not in data.replace(b"\r\n", b""):
        assert out == data


def test_a_zero_byte_costs_its_line_and_no_more() -> None:
    parsed = parse(b"one.example\nads.exa\0mple\ntwo.example\n" + b"x.example\n" * 5)
    assert [name for _, name in parsed][:2] == ["one.example", "two.example"]
    assert parsed.skipped == {"line with a zero byte": 1}


def test_what_is_binary() -> None:
    assert binary(b"\x7fELF\0\0\0\1" * 9) and binary(b"a\0\nb\0\nlonger.example\n" * 3)
    assert not binary(b"ads.example\n" * 9 + b"a\0b.example\n") and not binary("bücher\n".encode())
