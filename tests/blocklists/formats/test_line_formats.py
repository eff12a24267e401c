# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats import line_formats, list_names
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ComplexRule, Network
from blocklists.rules.list_options import Options
from blocklists.rules.rule import Kind
from store.config.choices import ListFormat

EXACT, SUFFIX, BELOW = Kind.BLOCK_EXACT, Kind.BLOCK_SUFFIX, Kind.BLOCK_BELOW


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
        ("ADS.Example", [(EXACT, "ads.example")]),
        ("0.0.0.0 ADS.Example.", [(EXACT, "ads.example")]),
        ("*.ads.example", [(SUFFIX, "ads.example")]),
        (".ads.example", [(SUFFIX, "ads.example")]),
        ("# a comment", []),
        ("! a comment", []),
        ("## a heading", []),
    ],
)
def test_plain_lines(line: str, expected: list[tuple[Kind, str]]) -> None:
    assert list(line_formats.plain(line)) == expected


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("127.0.0.1 localhost", list_names.LOCAL),
        ("127.0.0.1 localhost.localdomain", list_names.LOCAL),
        ("127.0.1.1 printer-of-ann", list_names.LOCAL),
        ("ff02::1 ip6-allnodes", list_names.LOCAL),
        ("fe80::1%lo0 localhost", list_names.LOCAL),
        ("0.0.0.0 0.0.0.0", list_names.ADDRESS),
        ("192.168.0.9 nas.example", reasons.REAL_ADDRESS),
        ("0.0.0.0 intranet", list_names.SINGLE_LABEL),
        ("com", list_names.SINGLE_LABEL),
        ("9.9.9.9", list_names.ADDRESS),
        ("2620:fe::/48", list_names.ADDRESS),
        ("https://ads.example/x.js", reasons.URL_PATH),
        ("*", reasons.EVERYTHING),
        (r"^ads[0-9]+\.example$", reasons.PATTERN),
        ("ads.example IN CNAME .", reasons.ZONE_RECORD),
        ('local-zone: "ads.example" always_null', reasons.STATEMENT),
        ("two words", list_names.NOT_A_NAME),
        ("a..example", list_names.NOT_A_NAME),
        (f"{'a' * 64}.example", list_names.NOT_A_NAME),
        (f"{'a.' * 130}example", list_names.NOT_A_NAME),
        ("shop.example##.banner", reasons.COSMETIC),
        ("shop.example###banner", reasons.COSMETIC),
    ],
)
def test_plain_lines_that_give_no_rule_say_why(line: str, reason: str) -> None:
    assert line_formats.plain(line.lower()) == ((None, reason),)


def test_every_format_can_be_set_by_hand() -> None:
    assert set(line_formats.READERS) == set(ListFormat)


def test_a_wildcard_inside_a_plain_list_is_a_pattern() -> None:
    ((rule, _),) = line_formats.plain("*.ads*.example")
    assert isinstance(rule, ComplexRule) and (rule.scope, rule.subject) == ("pattern", r"(?:^|\.)ads.*\.example$")


@pytest.mark.parametrize(
    ("line", "options", "expected"),
    [
        ("ads.example", Options(subdomains=True), [(SUFFIX, "ads.example")]),
        ("0.0.0.0 ads.example", Options(subdomains=True), [(SUFFIX, "ads.example")]),
        ("0.0.0.0 intranet", Options(subdomains=True), [(None, list_names.SINGLE_LABEL)]),
        ("*.ads.example", Options(wildcard="no"), [(BELOW, "ads.example")]),
        ("192.168.0.9 nas.example", Options(real_address="block"), [(EXACT, "nas.example")]),
    ],
)
def test_a_list_may_be_told_to_read_otherwise(line: str, options: Options, expected: list[list_names.Item]) -> None:
    assert list(line_formats.plain(line, options)) == expected


def test_a_real_address_is_answered_where_a_list_may_do_so() -> None:
    ((rule, _),) = line_formats.plain("192.168.0.9 nas.example", Options(real_address="answer"))
    assert isinstance(rule, ComplexRule) and (rule.subject, rule.answer) == ("nas.example", "A 192.168.0.9")


@pytest.mark.parametrize(
    ("line", "networks"),
    [
        ("192.0.2.7", ["192.0.2.7/32"]),
        ("192.0.2.0/24 # all", ["192.0.2.0/24"]),
        ("2001:db8::7", ["2001:db8::7/128"]),
        ("192.0.2.6-192.0.2.8", ["192.0.2.6/31", "192.0.2.8/32"]),
        ("# 192.0.2.7", []),
    ],
)
def test_lists_of_addresses(line: str, networks: list[str]) -> None:
    assert [item.text for item, _ in line_formats.addresses(line) if isinstance(item, Network)] == networks


def test_lists_of_expressions() -> None:
    ((rule, _),) = line_formats.regex(r"^ads\D")
    assert isinstance(rule, ComplexRule) and rule.subject == r"^ads\D"
    assert line_formats.regex("(?=x)y") == ((None, reasons.REGEX_UNHELD),)


@pytest.mark.parametrize("form", line_formats.READERS)
@pytest.mark.parametrize(
    "line", ["|", "@@", "^", "$", "/", "*", ".", "#", "||", "@@||", "local=/", "::", "0.0.0.0", "\u2028"]
)
def test_scraps_of_syntax_give_no_rule(form: str, line: str) -> None:
    assert all(
        kind is None or (form in ("regex", "addresses") and not isinstance(kind, Kind))
        for kind, _ in line_formats.reader(form)(line)
    )
