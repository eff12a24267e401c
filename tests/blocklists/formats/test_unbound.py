# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.formats import list_names
from blocklists.formats.unbound import unbound
from blocklists.rules import reasons
from blocklists.rules.complex_rule import ComplexRule
from blocklists.rules.rule import Kind


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('local-zone: "ads.example" always_null', [(Kind.BLOCK_SUFFIX, "ads.example")]),
        ('local-zone: "ADS.example." static', [(Kind.BLOCK_SUFFIX, "ads.example")]),
        ("local-zone: ads.example redirect  # why", [(Kind.BLOCK_SUFFIX, "ads.example")]),
        ('local-zone: "good.ads.example" always_transparent', [(Kind.ALLOW_SUFFIX, "good.ads.example")]),
        ('local-data: "ads.example A 0.0.0.0"', [(Kind.BLOCK_EXACT, "ads.example")]),
        ('local-data: "ads.example. 60 IN AAAA ::"', [(Kind.BLOCK_EXACT, "ads.example")]),
        ("server:", []),
        ("# local-zone", []),
        ('local-zone: "." always_null', [(None, reasons.EVERYTHING)]),
        ('local-zone: "ads.example" block_a', [(None, reasons.STATEMENT)]),
        ('include: "/etc/x"', [(None, reasons.STATEMENT)]),
        ('local-data: "localhost A 127.0.0.1"', [(None, list_names.LOCAL)]),
    ],
)
def test_lines(line: str, expected: list[list_names.Item]) -> None:
    assert list(unbound(line)) == expected


@pytest.mark.parametrize(
    ("line", "scope", "answer"),
    [
        ('local-zone: "ads.example" always_nodata', "suffix", "nodata"),
        ('local-zone: "ads.example" always_refuse', "suffix", "refused"),
        ('local-zone: "ads.example" deny', "suffix", "drop"),
        ('local-data: "ads.example A 192.168.0.9"', "exact", "A 192.168.0.9"),
        ("local-data: 'ads.example TXT \"Hello World\"'", "exact", "TXT Hello World"),
    ],
)
def test_answers(line: str, scope: str, answer: str) -> None:
    ((said, _),) = unbound(line)
    assert isinstance(said, ComplexRule) and (said.scope, said.subject, said.answer) == (scope, "ads.example", answer)
