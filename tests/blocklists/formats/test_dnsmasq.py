# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats import list_names
from blocklists.formats.dnsmasq import dnsmasq
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ComplexRule
from blocklists.rules.list_options import Options
from blocklists.rules.rule import Kind

SUFFIX, ALLOW = Kind.BLOCK_SUFFIX, Kind.ALLOW_SUFFIX


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
        ("address=/ads.example/192.168.0.9", [(None, reasons.REAL_ADDRESS)]),
        ("server=/ads.example/9.9.9.9", [(None, reasons.FORWARDS)]),
        ("server=/ads.example/#", [(ALLOW, "ads.example")]),
        ("address=/#/0.0.0.0", [(None, reasons.EVERYTHING)]),
        ("local=//", [(None, reasons.EVERYTHING)]),
        ("address=/ads*.example/", [(None, reasons.PATTERN)]),
        ("cache-size=100", [(None, reasons.OPTION)]),
    ],
)
def test_dnsmasq_lines(line: str, expected: list[list_names.Item]) -> None:
    assert list(dnsmasq(line)) == expected


def test_a_real_address_is_answered_where_the_list_may_do_so() -> None:
    ((complex_rule, _),) = dnsmasq("address=/nas.example/192.168.0.9", Options(real_address="answer"))
    assert isinstance(complex_rule, ComplexRule)
    assert (complex_rule.scope, complex_rule.subject, complex_rule.answer) == ("suffix", "nas.example", "A 192.168.0.9")
