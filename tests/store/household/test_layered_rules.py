# SPDX-License-Identifier: GPL-3.0-or-later
from store.config.choices import RuleKind
from store.household.layered_rules import LayeredRules
from store.household.policy_values import Rule

ONE, TWO, THREE = (Rule(number, RuleKind.BLOCK, f"{number}.example", True, "") for number in (1, 2, 3))


def test_rules_of_several_scopes_are_one_sequence_by_id() -> None:
    rules = LayeredRules(((ONE, THREE), (TWO,)))
    assert rules == (ONE, TWO, THREE) == tuple(rules) and len(rules) == 3
    assert rules[1] is TWO and rules[1:] == (TWO, THREE) and THREE in rules
    assert rules == LayeredRules(((TWO,), (ONE, THREE))) and hash(rules) == hash(LayeredRules(((ONE, TWO, THREE),)))
    assert rules != (ONE, TWO) and rules != 3
