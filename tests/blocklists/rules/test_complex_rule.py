# SPDX-License-Identifier: GPL-3.0-or-later
import json

import pytest

from blocklists.rules import complex_rule
from blocklists.rules.complex_rule import ALWAYS, NOBODY, Client, ComplexRule, When

ANN = Client("10.0.0.7", frozenset({"ann", "phone"}), frozenset({"user_child"}))


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        (ALWAYS, True),
        (When(types=(1,)), True),
        (When(types=(28,)), False),
        (When(types_out=(1,)), False),
        (When(spared=("test",)), False),
        (When(spared=("b.test",)), True),
        (When(clients=("10.0.0.7",)), True),
        (When(clients=("10.0.0.0/24",)), True),
        (When(clients=("ann",)), True),
        (When(clients=("bob",)), False),
        (When(clients_out=("10.0.0.0/8",)), False),
        (When(clients=("10.0.0.0/8",), clients_out=("phone",)), False),
        (When(tags=("user_child", "x")), True),
        (When(tags=("x",)), False),
        (When(tags_out=("user_child",)), False),
    ],
)
def test_conditions(when: When, holds: bool) -> None:
    assert when.holds("a.test", 1, ANN) is holds


def test_nobody_is_no_client_that_a_rule_names() -> None:
    assert not When(clients=("10.0.0.0/8",)).holds("a.test", 1, NOBODY)
    assert When(clients_out=("10.0.0.0/8",)).holds("a.test", 1, NOBODY)


@pytest.mark.parametrize(
    ("scope", "covered"),
    [("exact", ["a.test"]), ("suffix", ["a.test", "b.a.test"]), ("below", ["b.a.test"])],
)
def test_what_a_subject_covers(scope: str, covered: list[str]) -> None:
    said = ComplexRule(scope, "a.test", "")
    assert [name for name in ("a.test", "b.a.test", "ba.test", "test") if said.covers(name)] == covered


def test_rules_survive_json() -> None:
    rules = [
        ComplexRule(
            "suffix", "a.test", "||a.test^$x", True, True, When((1,), (), ("ann",)), "A 192.0.2.7", True, True, True
        ),
        ComplexRule("pattern", "x", "/x/"),
    ]
    assert [complex_rule.of_row(json.loads(json.dumps(rule.row()))) for rule in rules] == rules
    assert complex_rule.of_row(rules[1].row()).when is ALWAYS


def test_an_address_in_a_network() -> None:
    assert complex_rule.within("192.0.2.7", "192.0.2.0/24") and complex_rule.within("2001:db8::7", "2001:db8::/32")
    assert not complex_rule.within("192.0.2.7", "2001:db8::/32") and not complex_rule.within("ann", "192.0.2.0/24")
