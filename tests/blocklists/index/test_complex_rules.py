# SPDX-License-Identifier: GPL-3.0-or-later
from ipaddress import ip_address

import pytest

from blocklists.index.complex_rules import ComplexRules
from blocklists.rules.complex_rule import Client, ComplexRule, When
from blocklists.rules.patterns import available
from blocklists.rules.rule import Kind


def texts(found: list[tuple[int, ComplexRule]]) -> list[str]:
    return sorted(said.text for _, said in found)


def test_rules_are_found_by_name_and_by_the_mask() -> None:
    one, other = ComplexRule("suffix", "a.test", "one"), ComplexRule("exact", "b.a.test", "other")
    every = ComplexRule("all", "", "every", when=When(types=(28,)))
    held = ComplexRules([[one], [], [other, every]])
    assert held.mask == 0b101
    assert texts(held.holding("b.a.test", 0b111, 1)) == ["one", "other"]
    assert texts(held.holding("b.a.test", 0b100, 28)) == ["every", "other"]
    assert texts(held.holding("x.test", 0b111, 1)) == []
    assert texts(held.matching("b.a.test")) == ["every", "one", "other"]


def test_a_rule_is_taken_back_while_the_list_that_says_so_is_on() -> None:
    rule = ComplexRule("suffix", "a.test", "||a.test^$dnstype=A", when=When(types=(1,)))
    back = ComplexRule("suffix", "a.test", "…,badfilter", when=When(types=(1,)), cancels=True)
    plain = ComplexRule("suffix", "b.test", "||b.test^$badfilter", cancels=True)
    held = ComplexRules([[rule], [back, plain]])
    assert texts(held.holding("a.test", 0b01, 1)) == ["||a.test^$dnstype=A"]
    assert held.holding("a.test", 0b11, 1) == []
    assert held.gone("a.test", 0b10) == [], "the rule without the condition is another one"
    assert held.gone("b.test", 0b01) == [] and held.gone("b.test", 0b10) == [Kind.BLOCK_SUFFIX]


@pytest.mark.skipif(not available(), reason="needs RE2")
def test_patterns_about_addresses_are_told_from_those_about_names() -> None:
    rules = [ComplexRule("pattern", pattern, pattern) for pattern in (r"^10\.\d+", "^ads", r"^f[cd][0-9a-f]{2}:")]
    held = ComplexRules([rules])
    held.warm(1)
    assert texts(held.about_address(ip_address("10.1.2.3"), 1)) == [r"^10\.\d+"]
    assert texts(held.about_address(ip_address("fd00::1"), 1)) == [r"^f[cd][0-9a-f]{2}:"]
    assert held.about_address(ip_address("10.1.2.3"), 0b10) == []
    assert texts(held.holding("ads.test", 1, 1)) == ["^ads"]


def test_networks_with_an_answer_of_their_own_are_found_by_their_first_bits() -> None:
    rules = [
        ComplexRule("network", network, network, answer="nodata")
        for network in ("192.0.2.0/24", "192.0.2.7/32", "2001:db8::/32", "0.0.0.0/0")
    ]
    held = ComplexRules([[], rules])
    assert held.addressed == 0b10
    assert texts(held.about_address(ip_address("192.0.2.7"), 0b10)) == ["0.0.0.0/0", "192.0.2.0/24", "192.0.2.7/32"]
    assert texts(held.about_address(ip_address("2001:db8::1"), 0b10)) == ["2001:db8::/32"]
    assert held.about_address(ip_address("2001:db9::1"), 0b10) == held.about_address(ip_address("192.0.2.7"), 1) == []
    assert held.holding("192.0.2.7", 0b10, 1) == []


def test_who_asks_matters_where_a_rule_says_so() -> None:
    held = ComplexRules([[ComplexRule("all", "", "ann", when=When(clients=("ann",)))]])
    assert held.personal == 1
    assert texts(held.holding("x.test", 1, 1, Client(names=frozenset({"ann"})))) == ["ann"]
    assert held.holding("x.test", 1, 1) == []
