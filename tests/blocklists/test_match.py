# SPDX-License-Identifier: GPL-3.0-or-later
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from blocklists.compile import Part, compile_index
from blocklists.index import Index
from blocklists.match import RuleTable, decide
from blocklists.rule import Kind
from blocklists.shard import Shard
from store.policy import Rule

Said = tuple[Kind, str]
NAMES = ["a", "b.a", "c.a", "b.b.a", "c.b.a", "a.c.b.a", "a.a", "b", "x.b"]


def reference(name: str, own: list[Rule], lists: dict[str, list[Said]], on: set[str]) -> tuple[bool, str, str] | None:
    """What decides, written as it is told: (allow, list or "", name of the rule). Lists speak in their order."""

    def holds(rule_name: str, subdomains: bool) -> bool:
        return name == rule_name or (subdomains and name.endswith("." + rule_name))

    spoken = [
        ("", rule.kind == "allow", rule.name, rule.subdomains) for rule in own if holds(rule.name, rule.subdomains)
    ]
    if not spoken:
        spoken = [
            (list_id, kind.allow, rule_name, kind.subdomains)
            for list_id in sorted(on)
            for kind, rule_name in lists[list_id]
            if holds(rule_name, kind.subdomains)
        ]
    if not spoken:
        return None
    allowing = [rule for rule in spoken if rule[1]]
    candidates = allowing or spoken
    longest = max(len(rule[2]) for rule in candidates)
    nearest = [rule for rule in candidates if len(rule[2]) == longest]
    list_id, allow, rule_name, _ = min(nearest)
    return allow, list_id, rule_name


list_rules = st.lists(st.tuples(st.sampled_from(Kind), st.sampled_from(NAMES)), max_size=8)
own_rules = st.lists(
    st.tuples(st.sampled_from(["block", "allow"]), st.sampled_from(NAMES), st.booleans()), max_size=3
).map(lambda rows: [Rule(number, *row, "") for number, row in enumerate(rows)])


@given(own_rules, st.lists(list_rules, max_size=5), st.sets(st.integers(0, 4)))
@settings(max_examples=300)
def test_the_order_of_rules_is_that_of_the_reference(
    own: list[Rule], held: list[list[Said]], on_numbers: set[int]
) -> None:
    lists = {f"l{number}": rules for number, rules in enumerate(held)}
    on = {f"l{number}" for number in on_numbers if number < len(held)}
    data = BytesIO()
    parts = [Part(list_id, None, list_id, False, Shard.of_rules(rules, 1)) for list_id, rules in lists.items()]
    compile_index(parts, 1).write(data.write)
    index = Index(memoryview(data.getvalue()))
    table, mask = RuleTable.build(own), index.mask([(list_id, None) for list_id in on])
    for name in (*NAMES, "z.c.b.a", "other"):
        decision = decide(name, table, index, mask)
        decided = decision and (decision.own or decision.match)
        found = decision and decided and (decision.allow, decision.blocklist, decided.name)
        assert found == reference(name, own, lists, on), name


def test_a_decision_names_its_rule_as_people_write_it() -> None:
    table = RuleTable.build(
        [Rule(1, "block", "ads.test", True, ""), Rule(2, "allow", "good.ads.test", False, "my wish")]
    )
    index = Index.empty()
    blocked, allowed = decide("x.ads.test", table, index, 0), decide("good.ads.test", table, index, 0)
    assert blocked and (blocked.allow, blocked.blocklist, blocked.rule) == (False, "", "||ads.test^")
    assert allowed and (allowed.allow, allowed.rule) == (True, "@@good.ads.test")
    assert allowed.own and allowed.own.comment == "my wish"
    assert decide("other.test", table, index, 0) is None
    assert len(table) == 2


def test_the_homes_block_wins_over_an_allowing_list() -> None:
    data = BytesIO()
    compile_index([Part("l", None, "L", True, Shard.of_rules([(Kind.BLOCK_EXACT, "a.test")], 1))], 1).write(data.write)
    index = Index(memoryview(data.getvalue()))
    allowed = decide("a.test", RuleTable(), index, 1)
    assert allowed and allowed.allow and allowed.blocklist == "l"
    blocked = decide("a.test", RuleTable.build([Rule(1, "block", "a.test", False, "")]), index, 1)
    assert blocked and not blocked.allow
