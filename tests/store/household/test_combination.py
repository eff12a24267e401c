# SPDX-License-Identifier: GPL-3.0-or-later
"""How scopes combine, against a reference that is written down from docs/groups.md sentence by sentence."""

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.config.choices import RuleKind
from store.config.settings import Settings, build
from store.household.combination import Combiner, modes_together
from store.household.policy_values import Policy, Rule
from store.household.scope_words import ScopeWords

PACKS = {"pack:acme", "pack:tv"}
LEVELS = ["safe", "strict", "everything"]
MODES = ["off", "watch", "enforce"]
DOH = "wall:doh"


def reference(own: ScopeWords, groups: list[ScopeWords], house: ScopeWords) -> Policy:
    lists = []
    for name in ("ads", "light", *sorted(PACKS)):
        of_groups = [group.toggles[name] for group in groups if name in group.toggles]
        if name in own.toggles:
            on = own.toggles[name][0]
        elif of_groups:
            on = any(is_on for is_on, _ in of_groups)
        else:
            on = name in house.toggles and house.toggles[name][0]
        named = [level for is_on, level in of_groups if is_on and level]
        level = (
            (name in own.toggles and own.toggles[name][1])
            or (named and max(named, key=LEVELS.index))
            or (name in house.toggles and house.toggles[name][1])
            or "safe"
        )
        if on:
            lists.append((name, level if name in PACKS else None))
    of_groups_ = [group.modes["doh"] for group in groups if "doh" in group.modes]
    mode = own.modes.get("doh") or (max(of_groups_, key=MODES.index) if of_groups_ else "off")
    if mode == "enforce":
        lists.append((DOH, None))
    return Policy(
        tuple(sorted(lists)),
        tuple(sorted((rule for words in (own, *groups, house) for rule in words.rules), key=lambda rule: rule.id)),
        ([group.answer for group in groups if group.answer] or [""])[0],
        ([group.upstreams for group in groups if group.upstreams] or [()])[0],
        ([group.closed for group in groups if group.closed] or [""])[0],
    )


def toggles() -> st.SearchStrategy[dict[str, tuple[bool, str | None]]]:
    names = st.sampled_from(["ads", "light", "pack:acme", "pack:tv"])
    return st.dictionaries(names, st.tuples(st.booleans(), st.none() | st.sampled_from(LEVELS)))


def words(scope: int) -> st.SearchStrategy[ScopeWords]:
    rules = st.sets(st.integers(0, 9), max_size=3).map(
        lambda drawn: [Rule(10 * each + scope, RuleKind.BLOCK, f"{each}.example", True, "") for each in sorted(drawn)]
    )
    modes = st.dictionaries(st.just("doh"), st.sampled_from(MODES))
    of_group = st.tuples(
        st.sampled_from(["", "refused", "nxdomain"]), st.sampled_from([(), ("192.0.2.1",), ("192.0.2.2",)]),
        st.sampled_from(["", "bedtime", "homework"]),
    )  # fmt: skip
    return st.builds(
        lambda toggles, rules, modes, group: (
            ScopeWords(toggles, rules, modes, "", *group) if 0 < scope < 9 else ScopeWords(toggles, rules, modes)
        ),
        toggles(), rules, modes, of_group,
    )  # fmt: skip


@given(words(0), st.lists(st.integers(1, 3), max_size=3, unique=True).map(sorted), st.data())
@settings(max_examples=examples(200))
def test_scopes_combine_as_the_reference_says(house: ScopeWords, numbers: list[int], data: st.DataObject) -> None:
    house.modes.clear()  # the house's own are settings
    groups, own = [data.draw(words(number)) for number in numbers], data.draw(words(9))
    combiner = Combiner(house, PACKS, build({"wall": "enforce", "wall_doh": "off", "wall_httpdns": "off"}))
    assert combiner.policy(groups, own) == reference(own, groups, house)
    assert combiner.policy(groups, own) is combiner.policy(groups, own)
    assert combiner.policy() == reference(ScopeWords(), [], house)


def test_equal_policies_of_different_groups_are_one_object() -> None:
    first, second = ScopeWords({"ads": (True, None)}), ScopeWords({"ads": (True, None)})
    combiner = Combiner(ScopeWords(), set(), Settings())
    assert combiner.policy([first]) is combiner.policy([second]) is combiner.policy([first, second])


def test_of_switches_the_mode_that_goes_furthest_counts() -> None:
    several = [{"doh": "watch", "raw": "off"}, {"doh": "enforce"}, {"doh": "off"}]
    assert modes_together(several) == {"doh": "enforce", "raw": "off"}
