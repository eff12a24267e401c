# SPDX-License-Identifier: GPL-3.0-or-later
"""International names are shown in their letters where those cannot pass for others."""

from __future__ import annotations

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.names.decoded_name import decoded


@pytest.mark.parametrize(
    "name",
    ["bücher.example", "straße.example", "президент.рф", "пример.example", "例え.jp", "ドメイン名例.jp", "한국.example",
     "δοκιμή.example", "उदाहरण.example", "cdn.müller-2.example", "_x.bücher.example", "əlifba.example",
     "việt.example", "հայերեն.example", "ทดสอบ.example", "ラーメン.jp", "佐々木.jp"],
)  # fmt: skip
def test_what_cannot_mislead_is_decoded(name: str) -> None:
    coded = ".".join(label if label.isascii() else idna.encode(label).decode() for label in name.split("."))
    assert decoded(coded) == name


@pytest.mark.parametrize(
    "label",
    ["аpple", "аррӏе", "раураӏ", "gооgle", "ѕсоре", "bücherа", "ïcаnn", "ορα", "ɡoogle", "ɡᴏᴏɡle", "ɑpple", "ǀidǀ",
     "օօս", "ꭺꮯ", "ⲟⲟ"],
)  # fmt: skip
def test_what_passes_for_another_stays_as_it_is(label: str) -> None:
    assert decoded(f"xn--{label.encode('punycode').decode()}.com") is None


@pytest.mark.parametrize(
    "name",
    ["example.com", "", ".", "xn--é", "xn--", "xn--.example", "xn--a.example", "a<b>.xn--bcher-kva.example",
     f"xn--{'a' * 70}-kva.example", "xn--bcher-kva\u202e.example", "XN--BCHER-KVA.example"],
)  # fmt: skip
def test_what_is_no_such_name_is_not_decoded(name: str) -> None:
    assert decoded(name) is None


@pytest.mark.parametrize("label", ["BÜCHER", "a\u202eb", "a\u0301", "ｂ", "a\u200db", "ab"])
def test_what_no_name_may_be_encoded_from_is_not_decoded(label: str) -> None:
    assert decoded(f"xn--{label.encode('punycode').decode()}.example") is None


@given(st.text(alphabet="xn-ab0.9", max_size=300) | st.text(max_size=80))
def test_it_never_raises(name: str) -> None:
    decoded(f"xn--{name}")
