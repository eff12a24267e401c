# SPDX-License-Identifier: GPL-3.0-or-later
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklists.index.layered_table import LayeredTable, RuleTables
from blocklists.index.own_rules import RuleTable
from store.config.choices import RuleForm, RuleKind
from store.household.layered_rules import LayeredRules
from store.household.policy import Rule

NAMES = ["test", "a.test", "b.a.test", "c.b.a.test", "x.test"]
PATTERNS = ["^a", "b", "test$"]


def rules() -> st.SearchStrategy[list[Rule]]:
    plain = st.builds(
        Rule, st.just(0), st.sampled_from(RuleKind), st.sampled_from(NAMES), st.booleans(), st.just(""),
        types=st.sampled_from(["", "", "", "A", "~A"]),
    )  # fmt: skip
    pattern = st.builds(
        Rule, st.just(0), st.sampled_from(RuleKind), st.sampled_from(PATTERNS), st.just(True), st.just(""),
        form=st.just(RuleForm.REGEX), types=st.sampled_from(["", "AAAA"]), inverted=st.booleans(),
    )  # fmt: skip
    return st.lists(plain | plain | plain | pattern, max_size=8)


@given(rules(), st.data())
@settings(max_examples=examples(200))
def test_layers_decide_as_one_table_with_all_rules_does(drawn: list[Rule], data: st.DataObject) -> None:
    numbered = [
        Rule(at, own.kind, own.name, own.subdomains, "", own.form, own.types, own.inverted)
        for at, own in enumerate(drawn, 1)
    ]
    place = [data.draw(st.integers(0, 2)) for _ in numbered]
    layers = tuple(
        tuple(own for own, at in zip(numbered, place, strict=True) if at == layer) for layer in range(3)
    )
    whole, layered = RuleTable.build(numbered), RuleTables().of(LayeredRules(layers))
    assert len(layered) == sum(map(len, map(RuleTable.build, layers)))
    for name in NAMES:
        for qtype in (1, 28):
            assert layered.find(name, qtype) == whole.find(name, qtype), (name, qtype)
            assert set(whole.holding(name, qtype)) <= set(layered.holding(name, qtype))


def test_what_is_shared_has_one_table() -> None:
    house, own = (Rule(1, RuleKind.BLOCK, "a.test", True, ""),), (Rule(2, RuleKind.BLOCK, "b.test", True, ""),)
    tables = RuleTables()
    first, second = tables.of(LayeredRules((house, own))), tables.of(LayeredRules((house, ())))
    assert isinstance(first, LayeredTable) and isinstance(second, LayeredTable)
    assert first.layers[0] is second.layers[0] is tables.of(house)
