# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.names import rule_names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.ORG.", "example.org"),
        (" a.b ", "a.b"),
        ("_dmarc.example.org", "_dmarc.example.org"),
        ("Müller.example", "xn--mller-kva.example"),
        ("example。org", "example.org"),
        ("lan", "lan"),
        ("1.2.3.4.in-addr.arpa", "1.2.3.4.in-addr.arpa"),
    ],
)
def test_names_become_plain(text: str, name: str) -> None:
    assert rule_names.normalise(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..b",
        "*.example.org",
        "a b",
        "-a.example",
        "a" * 64,
        "a." * 127 + "a",
        "10.0.0.1",
        "||x^",
        "a/b",
        "\u200d.x",
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        rule_names.normalise(text)


@given(st.text())
def test_normalising_is_final_or_refused(text: str) -> None:
    try:
        name = rule_names.normalise(text)
    except ValueError:
        return
    assert name == rule_names.normalise(name) == name.lower()
    assert name.isascii() and len(name) <= 253
