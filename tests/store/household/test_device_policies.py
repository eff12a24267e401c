# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from store.config.scopes import HOUSE, device, group
from store.config.settings import Settings
from store.household.combination import Combiner
from store.household.device_policies import DevicePolicies, KnownAs, lists_anywhere
from store.household.policy_values import Policy
from store.household.relief import Relief
from store.household.scope_words import ScopeWords

WORDS = {
    HOUSE: ScopeWords({"ads": (True, None)}),
    group(1): ScopeWords({"social": (True, None)}, name="Children"),
    group(2): ScopeWords(name="Silent"),
    device(7): ScopeWords({"ads": (False, None)}),
}
GROUPS = {5: (1,), 6: (1, 2), 7: (1,), 8: (2,)}


def made() -> tuple[DevicePolicies, Policy]:
    combiner = Combiner(WORDS[HOUSE], set(), Settings())
    default = combiner.policy()
    return DevicePolicies(WORDS, {device(9): Relief(everything=True)}, GROUPS, combiner, default), default


def test_only_devices_for_which_anything_else_holds_are_there() -> None:
    policies, default = made()
    assert list(policies) == [5, 6, 7, 9] and len(policies) == 4
    assert policies.get(8) is None and policies.get(99) is None and policies.get(8, default) is default
    with pytest.raises(KeyError):
        policies[8]


def test_equal_ones_are_one_and_a_device_s_own_is_its_own() -> None:
    policies, _ = made()
    assert policies[5] is policies[6] and policies[7] is policies[7] is not policies[5]
    assert policies[5].lists == (("ads", None), ("social", None)) and policies[7].lists == (("social", None),)
    assert policies[9].relief.everything


def test_what_a_device_is_known_as() -> None:
    known = KnownAs({6: ["phone", "aa:00"], 9: []}, GROUPS, WORDS)
    assert known[6] == (("phone", "aa:00"), ("children", "silent")) and known[9] == ((), ())
    assert dict(known) == {6: known[6], 9: known[9]}


def test_lists_that_any_device_may_have_on() -> None:
    words = {**WORDS, group(3): ScopeWords({"pack:acme": (True, "safe"), "off": (False, None)})}
    assert lists_anywhere(words, {"pack:acme"}) == {("ads", None), ("social", None), ("pack:acme", "everything")}
