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


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.Example.org/page?x=y#z", "www.example.org"),
        ("http://user:word@example.org:8443", "example.org"),
        ("||https://example.org^", "example.org"),
        ("example.org/page", "example.org"),
        ("example.org:443", "example.org"),
        ("müller.example/", "müller.example"),
        ("https://localhost/", "such as example.com"),
        ("http://192.168.1.1/", "such as example.com"),
        ("http://[fd00::1]:80/", "such as example.com"),
        ("https://", "such as example.com"),
    ],
)
def test_the_address_of_a_page_is_refused_with_what_to_write(text: str, name: str) -> None:
    with pytest.raises(ValueError, match="is the address of a page, and DNS knows only") as refused:
        rule_names.normalise(text)
    assert str(refused.value).endswith(f" {name}.")


@pytest.mark.parametrize("text", ["example.org", "||example.org^", "10.0.0.0/8", "a/b", "lan:53", "*.example.org", ""])
def test_what_is_no_address_of_a_page_is_not_called_one(text: str) -> None:
    rule_names.refuse_web_address(text)
