# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists import formats, names
from blocklists.rule import Kind

EXACT, SUFFIX, ALLOW = Kind.BLOCK_EXACT, Kind.BLOCK_SUFFIX, Kind.ALLOW_SUFFIX


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0.0.0.0 ads.example", [(EXACT, "ads.example")]),
        ("127.0.0.1\tads.example # why", [(EXACT, "ads.example")]),
        (":: ads.example", [(EXACT, "ads.example")]),
        ("0.0.0.0 one.example two.example", [(EXACT, "one.example"), (EXACT, "two.example")]),
        ("127.0.0.2 ads.example", [(EXACT, "ads.example")]),
        ("198.51.100.7 ads.example", [(EXACT, "ads.example")]),
        ("0.0.0.0 *.ads.example", [(SUFFIX, "ads.example")]),
        ("ads.example", [(EXACT, "ads.example")]),
        ("ads.example.", [(EXACT, "ads.example")]),
        ("ads.example#joined", [(EXACT, "ads.example")]),
        ("_dmarc.-x-.example", [(EXACT, "_dmarc.-x-.example")]),
        ("werbung.bücher.example", [(EXACT, "werbung.xn--bcher-kva.example")]),
        ("*.ads.example", [(SUFFIX, "ads.example")]),
        (".ads.example", [(SUFFIX, "ads.example")]),
        ("# a comment", []),
        ("! a comment", []),
        ("## a heading", []),
    ],
)
def test_plain_lines(line: str, expected: list[tuple[Kind, str]]) -> None:
    assert list(formats.plain(line)) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("127.0.0.1 localhost", names.LOCAL),
        ("127.0.0.1 localhost.localdomain", names.LOCAL),
        ("127.0.1.1 printer-of-ann", names.LOCAL),
        ("ff02::1 ip6-allnodes", names.LOCAL),
        ("fe80::1%lo0 localhost", names.LOCAL),
        ("0.0.0.0 0.0.0.0", names.ADDRESS),
        ("192.168.0.9 nas.example", formats.REAL_ADDRESS),
        ("0.0.0.0 intranet", names.SINGLE_LABEL),
        ("com", names.SINGLE_LABEL),
        ("9.9.9.9", names.ADDRESS),
        ("2620:fe::/48", names.ADDRESS),
        ("https://ads.example/x.js", formats.URL_PATH),
        ("ads*.example", formats.WILDCARD),
        (r"^ads[0-9]+\.example$", formats.REGEX),
        ("ads.example IN CNAME .", formats.ZONE_RECORD),
        ('local-zone: "ads.example" always_null', formats.UNBOUND),
        ("two words", names.NOT_A_NAME),
        ("a..example", names.NOT_A_NAME),
        (f"{'a' * 64}.example", names.NOT_A_NAME),
        (f"{'a.' * 130}example", names.NOT_A_NAME),
        ("shop.example##.banner", formats.COSMETIC),
        ("shop.example###banner", formats.COSMETIC),
    ],
)
def test_plain_lines_that_give_no_rule_say_why(line: str, reason: str) -> None:
    assert formats.plain(line.lower()) == ((None, reason),)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("address=/ads.example/0.0.0.0", [(SUFFIX, "ads.example")]),
        ("address=/ads.example/", [(SUFFIX, "ads.example")]),
        ("address=/ads.example/#", [(SUFFIX, "ads.example")]),
        ("address=/ads.example/::  # both", [(SUFFIX, "ads.example")]),
        ("server=/ads.example/", [(SUFFIX, "ads.example")]),
        ("local=/one.example/two.example/", [(SUFFIX, "one.example"), (SUFFIX, "two.example")]),
        ("local=/zip/", [(SUFFIX, "zip")]),
        ("# local=/ads.example/", []),
        ("address=/ads.example/192.168.0.9", [(None, formats.REAL_ADDRESS)]),
        ("server=/ads.example/9.9.9.9", [(None, formats.FORWARDS)]),
        ("server=/ads.example/#", [(None, formats.FORWARDS)]),
        ("address=/#/0.0.0.0", [(None, formats.EVERYTHING)]),
        ("local=//", [(None, formats.EVERYTHING)]),
        ("address=/ads*.example/", [(None, formats.WILDCARD)]),
        ("cache-size=100", [(None, formats.OPTION)]),
    ],
)
def test_dnsmasq_lines(line: str, expected: list[names.Item]) -> None:
    assert list(formats.dnsmasq(line)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("||ads.example^", [(SUFFIX, "ads.example")]),
        ("||ads.example^|", [(SUFFIX, "ads.example")]),
        ("||ads.example^$important", [(SUFFIX, "ads.example")]),
        ("||ads.example^ # seen in games", [(SUFFIX, "ads.example")]),
        ("||zip^", [(SUFFIX, "zip")]),
        ("||bücher.example^", [(SUFFIX, "xn--bcher-kva.example")]),
        ("@@||ads.example^", [(ALLOW, "ads.example")]),
        ("@@||ads.example^|", [(ALLOW, "ads.example")]),
        ("ads.example", [(EXACT, "ads.example")]),
        ("0.0.0.0 ads.example", [(EXACT, "ads.example")]),
        ("[adblock plus 2.0]", []),
        ("! title", []),
        ("# title", []),
        ("### title ###", []),
        ("##########", []),
    ],
)
def test_adblock_lines(line: str, expected: list[tuple[Kind, str]]) -> None:
    assert list(formats.adblock(line)) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("||ads.example^$third-party", formats.MODIFIER),
        ("||ads.example^$important,client=x", formats.MODIFIER),
        ("||ads.example^$badfilter  # a mistake", formats.MODIFIER),
        ("*$removeparam=utm_source", formats.MODIFIER),
        ("$removeparam=utm_source", formats.MODIFIER),
        ("shop.example$removeparam=ref", formats.MODIFIER),
        ("##.banner", formats.COSMETIC),
        ("###banner", formats.COSMETIC),
        ("shop.example##.banner", formats.COSMETIC),
        ("shop.example###banner", formats.COSMETIC),
        ("shop.example#@#.banner", formats.COSMETIC),
        ("shop.example##+js(noop)", formats.COSMETIC),
        ("||ads.example/banner.js", formats.URL_PATH),
        ("/banner/ads.", formats.URL_PATH),
        ("/^ads[0-9]/", formats.REGEX),
        ("||ads*.example^", formats.WILDCARD),
        ("*", formats.WILDCARD),
        ("*.ads.example", formats.WILDCARD),
        ("||ads.", formats.PATTERN),
        ("||ads.example", formats.PATTERN),
        ("|ads.example^", formats.PATTERN),
        (".ads.", formats.PATTERN),
        ("@@ads.example", formats.PATTERN),
        ("||^", formats.PATTERN),
        ("||9.9.9.9^", names.ADDRESS),
        ("||localhost^", names.LOCAL),
    ],
)
def test_adblock_lines_that_give_no_rule_say_why(line: str, reason: str) -> None:
    assert formats.adblock(line) == ((None, reason),)


@pytest.mark.parametrize("reader", formats.READERS.values())
@pytest.mark.parametrize(
    "line", ["|", "@@", "^", "$", "/", "*", ".", "#", "||", "@@||", "local=/", "::", "0.0.0.0", "\u2028"]
)
def test_scraps_of_syntax_give_no_rule(reader: formats.Reader, line: str) -> None:
    assert all(kind is None for kind, _ in reader(line))
