# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats.detect import _ORDER, detect, html
from store.config.choices import ListFormat


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("# title\n\n0.0.0.0 ads.example\n0.0.0.0 two.example two.test\n", "hosts"),
        ("127.0.0.1 localhost\n::1 localhost\nff02::1 ip6-allnodes\n", "hosts"),
        ("ads.example\nads.test # why\n", "domains"),
        ("*.ads.example\n*.ads.test\n", "wildcard"),
        ("local=/ads.example/\naddress=/ads.test/0.0.0.0\n", "dnsmasq"),
        ("! title\n||ads.example^\n@@||ads.test^\n", "adblock"),
        ("##.banner\nshop.example##.ad\n*$removeparam=x\n", "adblock"),
        ("$ttl 3600\n@ in soa x. y. (1 2 3 4 5)\nads.example cname .\n*.ads.example cname .\n", "rpz"),
        ('local-zone: "ads.example" always_null\n', "unbound"),
        ("one.example\n" + "||ads.example^\n" * 5, "adblock"),
        ("^ads[0-9]+\\.\n(^|\\.)track\\.\n", "regex"),
        ("192.0.2.1\n198.51.100.0/24 # a network\n", "addresses"),
        ("only words of prose in here\n", None),
        ("", None),
        ("# only\n# comments\n", None),
    ],
)
def test_the_format_is_told_by_the_content(sample: str, expected: str | None) -> None:
    assert detect(sample) == expected


def test_of_two_formats_with_as_many_lines_one_comes_first() -> None:
    assert set(_ORDER) == set(ListFormat)
    assert detect("ads.example\n||ads.example^\n") == ListFormat.ADBLOCK


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><title>Log in</title>", b"\n <html><body>", b"\xef\xbb\xbf<?xml version='1.0'?><error/>"]
)
def test_a_web_page_is_seen(page: bytes) -> None:
    assert html(page)


def test_a_list_that_mentions_html_is_none() -> None:
    assert not html(b"! see <html> for more\n||ads.example^\n")
