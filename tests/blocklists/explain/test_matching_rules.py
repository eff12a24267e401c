# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path

import pytest

from blocklists.explain.lines import Line
from blocklists.explain.matching_rules import Spoken, speakers
from blocklists.index import list_files
from blocklists.packs import vendor_packs
from blocklists.update.assemble import Assembler, Listed
from store.config.policy import Rule

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


def spoken(state: Path, name: str, rules: tuple[Rule, ...] = ()) -> list[Spoken]:
    lists = [Listed(list_id, list_id.title(), None, list_id == "added:wild") for list_id in LISTS]
    return speakers(name, Assembler(state).build(lists, 1), state, rules)


def test_every_rule_that_spoke_with_its_line(state: Path) -> None:
    found = spoken(state, "ads.example")
    assert [(one.blocklist, one.allow, one.rule, one.line) for one in found] == [
        ("added:hosts", False, "ads.example", Line(4, "0.0.0.0 x.test ADS.Example. # why")),
        ("added:adblock", False, "||ads.example^", Line(4, "||ads.example^")),
        ("added:wild", True, "@@||example^", Line(1, "*.example")),
    ]
    assert all(one.confirmed and one.title == one.blocklist.title() for one in found)


def test_an_exception_is_told_from_the_block_it_lifts(state: Path) -> None:
    found = spoken(state, "www.good.ads.example")
    assert [(one.allow, one.line and one.line.number) for one in found] == [(True, 5), (False, 4), (True, 1)]


def test_names_in_other_scripts_are_found_in_either_spelling(state: Path) -> None:
    found = spoken(state, "www.xn--bcher-kva.test")
    assert [one.line and one.line.text for one in found] == ["www.b\u00fccher.test", "*.xn--bcher-kva.test", "*.test"]


def test_a_pack_names_its_level_and_what_is_known_of_the_name(state: Path) -> None:
    pack = vendor_packs.load()[0]
    entry = next(name for name in pack.names if name.level == "safe")
    found = [one for one in spoken(state, entry.name) if one.blocklist == pack.blocklist_id]
    assert [(one.level, one.entry, one.confirmed) for one in found if one.entry == entry] == [("safe", entry, True)]


def test_a_name_of_the_wall_has_its_line(tmp_path: Path) -> None:
    index = Assembler(tmp_path).build([], 1)
    (spoken,) = [one for one in speakers("dns.google", index, tmp_path) if one.blocklist == "wall:doh"]
    assert (spoken.confirmed, spoken.rule, spoken.title) == (True, "dns.google", "The wall: encrypted DNS")
    assert spoken.line and spoken.line.text.startswith("dns.google\tdoh\tGoogle\t")


def test_own_rules_come_first_and_the_nearest_of_them_before_the_others(state: Path) -> None:
    rules = (Rule(1, "block", "example", True, ""), Rule(2, "allow", "ads.example", False, "mine"),
             Rule(3, "block", "other.test", True, ""))  # fmt: skip
    found = spoken(state, "ads.example", rules)
    assert [(one.rule, one.own) for one in found[:2]] == [("@@ads.example", rules[1]), ("||example^", rules[0])]
    assert {one.blocklist for one in found[2:]} == {"added:hosts", "added:adblock", "added:wild"}


def test_a_hash_that_the_text_does_not_bear_out_is_never_told_as_a_fact(state: Path) -> None:
    index = Assembler(state).build([Listed("added:hosts", "Hosts", None, False)], 1)
    list_files.text_path(state, "added:hosts").write_text("0.0.0.0 another.test\n")
    (found,) = speakers("ads.example", index, state)
    assert (found.confirmed, found.line) == (False, None)
    list_files.text_path(state, "added:hosts").write_text("")
    assert not speakers("ads.example", index, state)[0].confirmed
    list_files.text_path(state, "added:hosts").unlink()
    assert not speakers("ads.example", index, state)[0].confirmed


def test_a_name_that_no_rule_is_about(state: Path) -> None:
    assert spoken(state, "harmless.invalid") == []


def test_lines_too_long_to_be_rules_are_passed_over(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LISTS, "added:hosts", "0.0.0.0 " + "ads.example " * 500 + "\n0.0.0.0 ads.example\n")
    list_files.text_path(state, "added:hosts").write_text(LISTS["added:hosts"])
    assert spoken(state, "ads.example")[0].line == Line(2, "0.0.0.0 ads.example")
