# SPDX-License-Identifier: GPL-3.0-or-later
from store.household.policy_values import NOBODY, Policy, PolicySet, Who

HOUSE, STRICT = Policy((), ()), Policy((("ads", None),), ())
CLIENTS = {"10.0.0.2": 3, "fd00::2": 3, "10.0.0.4": 4}
SET = PolicySet(1, HOUSE, {3: STRICT}, CLIENTS, who={3: Who(("phone",), ("kids",))})


def test_a_device_has_its_policy_at_each_of_its_addresses_and_all_others_the_house_s() -> None:
    assert SET.of("10.0.0.2") is SET.of("fd00::2") is STRICT
    assert SET.of("10.0.0.4") is SET.of("192.0.2.1") is HOUSE


def test_rules_of_lists_know_a_device_by_its_names_and_groups() -> None:
    assert SET.who_asks("fd00::2") == (("phone",), ("kids",))
    assert SET.who_asks("10.0.0.4") == SET.who_asks("192.0.2.1") == NOBODY
