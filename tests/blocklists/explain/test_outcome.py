# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from blocklists.explain.matching_rules import Case, matching_rules
from blocklists.explain.outcome import LOSES, OFF, TAKEN, UNMET, WINS, with_outcomes
from blocklists.index import list_files
from blocklists.index.match import RuleTable, decide
from blocklists.packs import vendor_packs
from blocklists.rules.complex_rule import Client
from blocklists.update.assemble import Assembler, Listed
from store.household.policy import Rule

LISTS = {
    "added:a": "||ads.test^\n||test^$dnstype=AAAA\n||shop.test^$client=~ann\n*$dnstype=TXT,denyallow=spared.test\n",
    "added:b": "||ads.test^$badfilter\n@@||shop.test^\n||re.test^$dnsrewrite=192.0.2.1\n/^re/$badfilter\n/^re/\n",
    "added:c": "0.0.0.0 www.ads.test\n0.0.0.0 other.invalid.test\n",
    "added:d": "@@||re.test^$dnsrewrite\n",
}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    for list_id, text in LISTS.items():
        with list_files.replacing(list_files.text_path(tmp_path, list_id)) as file:
            file.write(text.encode())
    return tmp_path


def told(
    state: Path, name: str, on: str = "abc", qtype: int = 1, who: str = "", own: tuple[Rule, ...] = ()
) -> dict[str, tuple[str, str]]:
    """Rule → its standing and why, with these lists on; own rules with an odd id hold."""
    lists = [Listed(list_id, list_id[-1].upper(), None, allow=False) for list_id in LISTS]
    index = Assembler(state).build(lists, 1)
    mask = index.mask([(f"added:{letter}", None) for letter in on])
    client, rules = Client(names=frozenset({who} if who else ())), [rule for rule in own if rule.id % 2]
    decision = decide(name, RuleTable.build(rules), index, mask, qtype, client)
    case = Case(name, index, mask, rules, qtype, client, others=own)
    every = with_outcomes(matching_rules(case, state), case, decision)
    assert sum(rule.standing == WINS for rule in every) == (decision is not None)
    return {rule.rule: (rule.standing, rule.why) for rule in every if rule.blocklist.startswith("added:") or rule.own}


def test_the_winner_and_the_losers(state: Path) -> None:
    found = told(state, "www.ads.test", "ac")
    assert found["www.ads.test"] == (WINS, "")
    assert found["||ads.test^"] == (LOSES, "")
    assert found["||test^$dnstype=AAAA"] == (UNMET, "it is about other query types")
    assert told(state, "www.ads.test", "a", qtype=28)["||test^$dnstype=AAAA"][0] == LOSES


def test_a_rule_that_badfilter_takes_back_says_which_list_does(state: Path) -> None:
    found = told(state, "x.ads.test", "ab")
    assert found["||ads.test^"] == (TAKEN, "badfilter in B takes it away")
    assert told(state, "x.ads.test", "a")["||ads.test^"] == (WINS, "")
    assert told(state, "re.test", "b")["/^re/"] == (TAKEN, "badfilter in B takes it away")


def test_lists_that_are_off_and_rules_for_others(state: Path) -> None:
    own = (Rule(1, "block", "ads.test", False, ""), Rule(2, "allow", "ads.test", True, ""))
    found = told(state, "ads.test", "b", own=own)
    assert found["||ads.test^"] == (OFF, "its list is off")
    assert (found["ads.test"], found["@@||ads.test^"]) == ((WINS, ""), (OFF, "it is for others"))


def test_conditions_on_who_asks_and_what_is_spared(state: Path) -> None:
    assert told(state, "shop.test", "ab", who="ann")["||shop.test^$client=~ann"] == (UNMET, "it is about other devices")
    found = told(state, "shop.test", "ab", who="bob")
    assert (found["||shop.test^$client=~ann"], found["@@||shop.test^"]) == ((LOSES, ""), (WINS, ""))
    rule = "*$dnstype=TXT,denyallow=spared.test"
    assert told(state, "x.spared.test", "a", qtype=16)[rule] == (UNMET, "it spares this name")
    assert told(state, "x.test", "a", qtype=16)[rule] == (WINS, "")


def test_a_rewrite_that_is_taken_away(state: Path) -> None:
    assert told(state, "re.test", "b")["||re.test^$dnsrewrite=192.0.2.1"] == (WINS, "")
    found = told(state, "re.test", "bd")["||re.test^$dnsrewrite=192.0.2.1"]
    assert found == (TAKEN, "a rule without rewrites for this name takes it away")


def test_a_level_of_a_pack_that_is_not_reached(state: Path) -> None:
    index = Assembler(state).build([], 1)
    slot = next(number for number, slot in enumerate(index.slots) if slot.level == "strict" and slot.block_names)
    pack = index.slots[slot].blocklist_id
    name = next(
        entry.name for one in vendor_packs.load() if one.blocklist_id == pack
        for entry in one.names if entry.level == "strict"
    )  # fmt: skip
    for active, why in ([(pack, "safe")], "its list is at a lower level"), ([], "its list is off"):
        case = Case(name, index, index.mask(active))
        rules = with_outcomes(matching_rules(case, state), case, None)
        assert (OFF, why) in {(rule.standing, rule.why) for rule in rules if rule.slot == slot}
