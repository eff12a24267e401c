# SPDX-License-Identifier: GPL-3.0-or-later
import ipaddress
import re
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.match import RuleTable, decide, decide_address
from blocklists.index.shard import Shard
from blocklists.rules.complex_rule import Client
from blocklists.rules.patterns import available
from blocklists.rules.rule import Kind
from store.config.custom_responses import Answer
from store.household.policy import Rule

NAMES = ["a", "b.a", "c.a", "b.b.a", "c.b.a", "a.c.b.a", "a.a", "b", "x.b"]
TYPES = {"A": 1, "AAAA": 28, "HTTPS": 65}
ANN, BOB = Client("10.0.0.1", frozenset({"ann"})), Client("10.0.0.2", frozenset({"bob"}))


@dataclass(frozen=True)
class Said:
    """A rule of a list in the reference's own words; `line` is how the list has it."""

    scope: str  # exact, suffix, below, pattern, all
    subject: str
    allow: bool = False
    important: bool = False
    types: str = ""
    spared: str = ""
    client: str = ""
    answer: str = ""
    badfilter: bool = False

    @property
    def line(self) -> str:
        forms = {"exact": "|{}^", "suffix": "||{}^", "below": "*.{}^", "pattern": "/{}/", "all": "*"}
        modifiers = [word for word in ("important", "badfilter") if getattr(self, word)]
        modifiers += [f"dnstype={self.types}"] if self.types else []
        modifiers += [f"denyallow={self.spared}"] if self.spared else []
        modifiers += [f"client={self.client}"] if self.client else []
        modifiers += [f"dnsrewrite={self.answer}"] if self.answer else []
        pattern = f"{'@@' if self.allow else ''}{forms[self.scope].format(self.subject)}"
        return f"{pattern}{'$' if modifiers else ''}{','.join(modifiers)}"


def holds(said: Said, name: str, qtype: str, client: str) -> bool:
    below = name.endswith(f".{said.subject}")
    subject = {
        "exact": name == said.subject,
        "suffix": name == said.subject or below,
        "below": below,
        "pattern": bool(re.search(said.subject, name)),
        "all": True,
    }[said.scope]
    spared = said.spared and (name == said.spared or name.endswith(f".{said.spared}"))
    typed = not said.types or (qtype in said.types.strip("~").split("|")) != said.types.startswith("~")
    asked = not said.client or (client == said.client.strip("~")) != said.client.startswith("~")
    return bool(subject and not spared and typed and asked)


def reference(
    name: str, qtype: str, client: str, own: list[Rule], lists: list[tuple[bool, list[Said]]]
) -> tuple[bool, int, str, str] | None:
    """What decides, written as it is told: (allow, number of the list or -1, what the rule is about, answer)."""
    mine = [rule for rule in own if name == rule.name or (rule.subdomains and name.endswith(f".{rule.name}"))]
    mine = [rule for rule in mine if not rule.types or qtype in rule.types.split(",")]
    if mine:
        first = min(mine, key=lambda rule: (rule.kind != "allow", -len(rule.name), not rule.types, rule.subdomains))
        return first.kind == "allow", -1, first.name, ""
    every = [(number, allows, said) for number, (allows, rules) in enumerate(lists) for said in rules]
    back = [replace(said, badfilter=False) for _, _, said in every if said.badfilter]
    spoken = [
        (number, allows, said)
        for number, allows, said in every
        if not said.badfilter and (allows or said not in back) and holds(said, name, qtype, client)
    ]

    def rank(entry: tuple[int, bool, Said]) -> tuple[int, int, int, bool, bool]:
        number, allows, said = entry
        allow, important = said.allow or allows, said.important or allows
        tier = (0 if allow else 1) if important else 2 if said.answer else 3 if allow else 4
        length = 0 if said.scope in ("pattern", "all") else len(said.subject)
        complex_rule = bool(said.types or said.spared or said.client or said.answer or not length)
        return tier, -length, number, not complex_rule, said.scope == "all"

    if not spoken:
        return None
    number, allows, said = min(spoken, key=rank)
    return said.allow or allows, number, said.subject, "" if allows else said.answer


@st.composite
def list_rule(draw: st.DrawFn) -> Said:
    scope = draw(
        st.sampled_from(
            ["exact", "suffix", "suffix", "below", "pattern", "all"]
            if available()
            else ["exact", "suffix", "below", "all"]
        )
    )
    subject = draw(st.sampled_from(["^b", "a$", r"c\."])) if scope == "pattern" else draw(st.sampled_from(NAMES[1:]))
    said = Said(scope, "" if scope == "all" else subject, draw(st.booleans()), draw(st.booleans()))
    if scope == "exact" and "." not in subject:
        said = replace(said, scope="suffix")
    for field, values in (
        ("types", ["A", "~A", "AAAA|HTTPS"]),
        ("spared", ["c.a", "b.b.a"]),
        ("client", ["ann", "~ann"]),
    ):
        if draw(st.integers(0, 4)) == 0 or (scope == "all" and field == "types"):
            said = replace(said, **{field: draw(st.sampled_from(values))})  # type: ignore[arg-type]
    if not said.allow and draw(st.integers(0, 5)) == 0:
        said = replace(said, answer=draw(st.sampled_from(["NXDOMAIN", "REFUSED"])))
    return replace(said, badfilter=draw(st.integers(0, 7)) == 0)


own_rules = st.lists(
    st.tuples(
        st.sampled_from(["block", "allow"]), st.sampled_from(NAMES), st.booleans(), st.sampled_from(["", "", "A"])
    ),
    max_size=2,
).map(lambda rows: [Rule(n, kind, name, below, "", types=types) for n, (kind, name, below, types) in enumerate(rows)])


def index_of(lists: list[tuple[bool, list[str]]]) -> Index:
    """The index of lists given as lines; True for one that allows."""
    data, parts = BytesIO(), []
    with TemporaryDirectory() as folder:
        for number, (allows, lines) in enumerate(lists):
            path = Path(folder) / str(number)
            path.write_text("\n".join([*lines, "||always.test^"]) + "\n")
            parts.append(Part(f"l{number}", None, f"L{number}", allows, Shard.of_text(path, "adblock", 1)))
    compile_index(parts, 1).write(data.write)
    return Index(memoryview(data.getvalue()))


@given(
    own_rules,
    st.lists(st.tuples(st.integers(0, 4).map(lambda n: n == 0), st.lists(list_rule(), max_size=8)), max_size=4),
    st.data(),
)
@settings(max_examples=examples(250))
def test_the_order_of_rules_is_that_of_the_reference(
    own: list[Rule], lists: list[tuple[bool, list[Said]]], data: st.DataObject
) -> None:
    # In a list that allows, rewrites and what takes back have no sense: it is a list of names.
    lists = [(allows, [s for s in rules if not (allows and (s.answer or s.badfilter))]) for allows, rules in lists]
    index = index_of([(allows, [said.line for said in rules]) for allows, rules in lists])
    on = data.draw(st.sets(st.integers(0, max(0, len(lists) - 1))))
    held = [(allows, rules if number in on else []) for number, (allows, rules) in enumerate(lists)]
    table, mask = RuleTable.build(own), index.mask([(f"l{number}", None) for number in on])
    for name in (*NAMES, "z.c.b.a", "other"):
        for qtype in TYPES:
            for client in (ANN, BOB):
                decision = decide(name, table, index, mask, TYPES[qtype], client)
                found = None
                if decision:
                    about = decision.own.name if decision.own else (decision.match or decision.complex_rule)
                    subject = about if isinstance(about, str) else about.name if decision.match else about.subject  # type: ignore[union-attr]
                    number = int(decision.blocklist[1:]) if decision.blocklist else -1
                    answer = decision.answer.word.upper() if decision.answer else ""
                    found = decision.allow, number, subject, answer
                assert found == reference(name, qtype, min(client.names), own, held), (name, qtype, client)


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


def test_rewrites_of_one_name_are_answered_together() -> None:
    lines = ["||a.test^$dnsrewrite=192.0.2.1", "||a.test^$dnsrewrite=192.0.2.2", "||b.test^$dnsrewrite=192.0.2.3"]
    index = index_of([(False, [*lines, "@@||b.test^$dnsrewrite", "||a.test^", "@@||a.test^"])])
    found = decide("x.a.test", RuleTable(), index, 1)
    assert found and found.answer == Answer(records=(("A", "192.0.2.1"), ("A", "192.0.2.2")))
    assert decide("b.test", RuleTable(), index, 1) is None


def test_a_list_that_allows_takes_rules_back_too() -> None:
    lines = ["||a.test^$important", "||b.test^$dnsrewrite=192.0.2.1", "||c.test^"]
    index = index_of([(False, lines), (True, ["||a.test^$important,badfilter", "@@||b.test^$dnsrewrite"])])
    assert [bool(decide(name, RuleTable(), index, 0b01)) for name in ("a.test", "b.test", "c.test")] == [True] * 3
    assert [bool(decide(name, RuleTable(), index, 0b11)) for name in ("a.test", "b.test", "c.test")] == [
        False,
        False,
        True,
    ]


def test_addresses_are_judged_by_networks_and_patterns() -> None:
    index = index_of([(False, ["||192.0.2.7^", r"/^10\.\d+\./", "||ads.test^", "@@||10.0.0.8^"])])
    judged = {
        text: decide_address(ipaddress.ip_address(text), index, 1)
        for text in ("192.0.2.7", "192.0.2.8", "10.0.0.7", "10.0.0.8")
    }
    assert judged["192.0.2.8"] is None
    assert judged["192.0.2.7"] and judged["192.0.2.7"].rule == "192.0.2.7/32"
    assert judged["10.0.0.8"] and judged["10.0.0.8"].allow
    if available():
        assert judged["10.0.0.7"] and judged["10.0.0.7"].rule == r"/^10\.\d+\./"


def test_the_narrower_network_decides_and_one_with_an_answer_over_the_same_without() -> None:
    zone = [
        "16.0.0.2.192.rpz-ip CNAME .",
        "24.0.1.2.192.rpz-ip CNAME *.",
        "32.9.1.2.192.rpz-ip CNAME .",
        "32.8.1.2.192.rpz-ip CNAME rpz-passthru.",
        "32.9.2.2.192.rpz-ip CNAME .",
        "32.9.2.2.192.rpz-ip CNAME rpz-drop.",
        "always.test CNAME .",
    ]
    data, parts = BytesIO(), []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "zone"
        path.write_text("\n".join(zone) + "\n")
        parts.append(Part("zone", None, "Zone", False, Shard.of_text(path, "rpz", 1)))
    compile_index(parts, 1).write(data.write)
    index = Index(memoryview(data.getvalue()))
    assert index.judges_addresses
    judged = {}
    for text in ("192.2.0.1", "192.2.1.1", "192.2.1.9", "192.2.1.8", "192.2.2.9", "9.9.9.9"):
        found = decide_address(ipaddress.ip_address(text), index, 1)
        judged[text] = found and (found.allow, found.answer.word if found.answer else "")
    assert judged == {
        "192.2.0.1": (False, ""),
        "192.2.1.1": (False, "nodata"),
        "192.2.1.9": (False, ""),
        "192.2.1.8": (True, ""),
        "192.2.2.9": (False, "drop"),
        "9.9.9.9": None,
    }


@pytest.mark.skipif(not available(), reason="needs RE2")
def test_the_homes_expressions_come_after_its_names() -> None:
    rules = [
        Rule(1, "block", r"^ads\d", False, "", form="regex"),
        Rule(2, "block", r"\.home$", False, "", form="regex", inverted=True, types="TXT", answer="refused"),
        Rule(3, "allow", "ads1.test", False, ""),
    ]
    table = RuleTable.build(rules)
    texts = {
        (name, qtype): found.rule if (found := decide(name, table, Index.empty(), 0, qtype)) else None
        for name in ("ads1.test", "ads2.test", "x.test", "x.home")
        for qtype in (1, 16)
    }
    assert texts == {
        ("ads1.test", 1): "@@ads1.test",
        ("ads1.test", 16): "@@ads1.test",
        ("ads2.test", 1): r"/^ads\d/",
        ("ads2.test", 16): r"!/\.home$/$dnstype=TXT,answer=refused",
        ("x.test", 1): None,
        ("x.test", 16): r"!/\.home$/$dnstype=TXT,answer=refused",
        ("x.home", 1): None,
        ("x.home", 16): None,
    }
