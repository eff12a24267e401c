# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever most lines of a list are, each line that clearly is of a format is read as such."""

import pytest

from blocklists.formats.mixed_lines import MixedReader
from blocklists.formats.parse import parse
from blocklists.rules.complex_rule import ComplexRule
from blocklists.rules.rule import Kind

EXACT, SUFFIX, ALLOW = Kind.BLOCK_EXACT, Kind.BLOCK_SUFFIX, Kind.ALLOW_SUFFIX
MAJORITY = {
    "hosts": "0.0.0.0 {}", "domains": "{}", "wildcard": "*.{}", "dnsmasq": "local=/{}/", "adblock": "||{}^",
    "unbound": 'local-zone: "{}" static', "rpz": "{} CNAME .", "regex": "^{}$", "addresses": "192.0.2.{}",
}  # fmt: skip
MINORITY = {
    "0.0.0.0 m.test": (EXACT, "m.test"), "0 m.test": (EXACT, "m.test"), ":: m.test": (EXACT, "m.test"),
    "::1 m.test": (EXACT, "m.test"), "127.0.1.1 m.test": (EXACT, "m.test"), "||m.test^": (SUFFIX, "m.test"),
    "@@||m.test^": (ALLOW, "m.test"), "|m.test^": (EXACT, "m.test"), "m.test|": (SUFFIX, "m.test"),
    "address=/m.test/0.0.0.0": (SUFFIX, "m.test"), 'local-zone: "m.test" always_null': (SUFFIX, "m.test"),
    "m.test IN CNAME .": (EXACT, "m.test"),
}  # fmt: skip


@pytest.mark.parametrize("line", MINORITY)
@pytest.mark.parametrize("most", MAJORITY)
def test_a_line_of_another_format_is_read(most: str, line: str) -> None:
    lines = [MAJORITY[most].format(number if most == "addresses" else f"n{number}.test") for number in range(5)]
    parsed = parse("\n".join([*lines, line, *lines]).encode())
    assert MINORITY[line] in list(parsed) and parsed.format == most
    assert not parsed.skipped


@pytest.mark.parametrize("most", ["hosts", "domains", "wildcard", "adblock"])
def test_masks_and_expressions_between_names(most: str) -> None:
    lines = [MAJORITY[most].format(f"n{number}.test") for number in range(9)]
    parsed = parse("\n".join([*lines, "exam*.com", "/^ads[0-9]/"]).encode())
    assert len(list(parsed)) == 9
    assert [complex_rule.subject.removeprefix(r"(?:^|\.)").lstrip("^") for complex_rule in parsed.complex_rules] == [
        r"exam.*\.com$", "ads[0-9]",
    ]  # fmt: skip


def test_what_is_clearly_nothing_stays_skipped() -> None:
    text = "0.0.0.0 a.test\n0.0.0.0 b.test\n/etc/hosts\n(c) somebody\nsome words\nhttps://x.test/y\n"
    text += "9.9.9.9\n127.0.1.1 box\n"
    text += "127.0.1.1 box.lan box\n"
    parsed = parse(text.encode())
    assert [name for _, name in parsed] == ["a.test", "b.test"] and not parsed.complex_rules
    assert sum(parsed.skipped.values()) == 8


def test_in_a_list_of_expressions_two_bars_are_no_empty_alternatives() -> None:
    ((kind, name),) = MixedReader("regex")("||m.test^")
    assert (kind, name) == (SUFFIX, "m.test")
    ((complex_rule, _),) = MixedReader("regex")("m.test")
    assert isinstance(complex_rule, ComplexRule) and complex_rule.scope == "pattern"
