# SPDX-License-Identifier: GPL-3.0-or-later
import io
from pathlib import Path

import pytest

from blocklists.explain.lines import Line
from blocklists.explain.matching_rules import Case, MatchedRule, matching_rules
from blocklists.index import list_files
from blocklists.index.compile import Part, compile_index
from blocklists.index.index import Index
from blocklists.index.shard import Shard
from blocklists.packs import vendor_packs
from blocklists.update.assemble import Assembler, Listed
from store.config.choices import RuleKind
from store.household.policy import Rule

LISTS = {
    "added:hosts": "# title\r\n\r\n0.0.0.0 other.test\r\n0.0.0.0 x.test ADS.Example. # why\r\n",
    "added:adblock": "! title\n||notads.example^\n||example^$third-party\n||ads.example^\n@@||good.ads.example^|\n",
    "added:wild": "*.example\n*.xn--bcher-kva.test\n",
    "added:own-script": "*.test\nwww.b\u00fccher.test\n",
}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    for list_id, text in LISTS.items():
        with list_files.replacing(list_files.text_path(tmp_path, list_id)) as file:
            file.write(text.encode())
    return tmp_path


def matched(state: Path, name: str, rules: tuple[Rule, ...] = (), others: tuple[Rule, ...] = ()) -> list[MatchedRule]:
    lists = [Listed(list_id, list_id.title(), None, list_id == "added:wild") for list_id in LISTS]
    return matching_rules(Case(name, Assembler(state).build(lists, 1), 0, rules, others=others), state)


def test_every_rule_that_matches_with_its_line(state: Path) -> None:
    rules = matched(state, "ads.example")
    assert [(rule.blocklist, rule.verdict, rule.rule, rule.line) for rule in rules] == [
        ("added:hosts", "BLOCK", "ads.example", Line(4, "0.0.0.0 x.test ADS.Example. # why")),
        ("added:adblock", "BLOCK", "||ads.example^", Line(4, "||ads.example^")),
        ("added:wild", "ALLOW", "@@||example^", Line(1, "*.example")),
    ]
    assert all(rule.confirmed and rule.title == rule.blocklist.title() for rule in rules)


def test_an_exception_is_told_from_the_block_it_lifts(state: Path) -> None:
    rules = matched(state, "www.good.ads.example")
    assert [(rule.allow, rule.line_number) for rule in rules] == [(True, 5), (False, 4), (True, 1)]


def test_names_in_other_scripts_are_found_in_either_spelling(state: Path) -> None:
    rules = matched(state, "www.xn--bcher-kva.test")
    texts = [rule.line and rule.line.text for rule in rules]
    assert texts == ["www.b\u00fccher.test", "*.xn--bcher-kva.test", "*.test"]


def test_a_pack_names_its_level_and_what_is_known_of_the_name(state: Path) -> None:
    pack = vendor_packs.load()[0]
    entry = next(name for name in pack.names if name.level == "safe")
    rules = [rule for rule in matched(state, entry.name) if rule.entry == entry]
    assert [(rule.blocklist, rule.level, rule.confirmed) for rule in rules] == [(pack.blocklist_id, "safe", True)]
    assert rules[0].comment == entry.note


def test_a_name_of_the_wall_has_its_line(tmp_path: Path) -> None:
    index = Assembler(tmp_path).build([], 1)
    every = matching_rules(Case("dns.google", index, 0), tmp_path)
    (rule,) = [rule for rule in every if rule.blocklist == "wall:doh"]
    assert (rule.confirmed, rule.rule, rule.title) == (True, "dns.google", "The wall: encrypted DNS")
    assert rule.line and rule.line.text.startswith("dns.google\tdoh\tGoogle\t")


def test_own_rules_come_first_and_the_nearest_of_them_before_the_others(state: Path) -> None:
    own = (
        Rule(1, RuleKind.BLOCK, "example", True, "", created_at=86_400),
        Rule(2, RuleKind.ALLOW, "ads.example", False, "mine"),
        Rule(3, RuleKind.BLOCK, "other.test", True, ""),
    )
    rules = matched(state, "ads.example", own)
    assert [(rule.rule, rule.own, rule.since_exact) for rule in rules[:2]] == [
        ("@@ads.example", own[1], False),
        ("||example^", own[0], True),
    ]
    assert (rules[0].comment, rules[0].blocklist, rules[0].title) == ("mine", "", "")
    assert {rule.blocklist for rule in rules[2:]} == {"added:hosts", "added:adblock", "added:wild"}
    of_others = matched(state, "ads.example", own[:1], others=own)
    assert [rule.own for rule in of_others[:2]] == [own[1], own[0]] and not of_others[2].own


def test_a_hash_that_the_text_does_not_bear_out_is_never_told_as_a_fact(state: Path) -> None:
    text = list_files.text_path(state, "added:hosts")
    case = Case("ads.example", Assembler(state).build([Listed("added:hosts", "Hosts", None, False)], 1), 0)
    text.write_text("0.0.0.0 another.test\n")
    (rule,) = matching_rules(case, state)
    assert (rule.confirmed, rule.line, rule.line_number) == (False, None, None)
    text.write_text("")
    assert not matching_rules(case, state)[0].confirmed
    text.unlink()
    assert not matching_rules(case, state)[0].confirmed


def test_lists_given_on_the_spot_are_read_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text("0.0.0.0 ads.example\n")
    compiled = compile_index([Part(str(path), None, "hosts", False, Shard.of_text(path, None, 0))], 0)
    data = io.BytesIO()
    compiled.write(data.write)
    (rule,) = matching_rules(Case("ads.example", Index(memoryview(data.getvalue())), 1), None)
    assert (rule.line, rule.title, rule.since) == (Line(1, "0.0.0.0 ads.example"), "hosts", None)


def test_a_name_that_no_rule_is_about(state: Path) -> None:
    assert matched(state, "harmless.invalid") == []


def test_lines_too_long_to_be_rules_are_passed_over(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LISTS, "added:hosts", "0.0.0.0 " + "ads.example " * 500 + "\n0.0.0.0 ads.example\n")
    list_files.text_path(state, "added:hosts").write_text(LISTS["added:hosts"])
    assert matched(state, "ads.example")[0].line == Line(2, "0.0.0.0 ads.example")
