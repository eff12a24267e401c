# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided, in words: what differs stands first, and each line says for whom it is set."""

from __future__ import annotations

from dataclasses import replace

from store.config import scopes
from store.config.choices import ListKind, RuleKind, WallMode
from store.config.lists import BlocklistView
from store.household.decided_by import NOBODY, Word
from store.household.policy_values import Rule
from webui.devices import decided_view
from webui.devices.decided import Decided, ListWord

NAMES = {"house": "the house", "group:2": "Kids", "device:3": "TV"}
VIEW = BlocklistView(
    "pack:x", ListKind.PACK, "Pack X", "pack", None, False, "", "", "", "", "", 0, True, None, (), None,
)  # fmt: skip
OF_HOUSE = ListWord(VIEW, True, "safe", scopes.HOUSE, None, (True, "safe"), scopes.HOUSE)
NOTHING = Decided((), (), (), {}, {}, False, (), "")
SAID = {"pause": NOBODY, "access": NOBODY}


def line(word: ListWord) -> decided_view.ListLine:
    [made] = decided_view.list_lines([word], NAMES, {"pack:x": 4})
    return made


def says(decided: Decided, key: str, wall: WallMode = WallMode.OFF) -> tuple[str, str]:
    made = decided_view.lines(decided, 3, "TV", NAMES, [], wall, SAID)
    return next((each.says, each.origin) for each in made if each.key == key)


def test_a_pack_as_the_house_has_it() -> None:
    shown = line(OF_HOUSE)
    assert (shown.state, shown.origin, shown.chosen, shown.hits) == ("safe", "the house", "inherit", 4)
    assert dict(shown.choices) == {
        "inherit": "As the house: safe", "off": "Off here", "safe": "Here: safe", "strict": "Here: strict",
        "everything": "Here: everything",
    }  # fmt: skip


def test_the_word_of_a_group_and_of_the_device() -> None:
    grouped = replace(OF_HOUSE, scope=scopes.group(2), wider_scope=scopes.group(2), wider=(False, None), on=False)
    assert line(grouped).origin == "the group Kids" and dict(line(grouped).choices)["inherit"] == "As Kids: off"
    own = replace(grouped, scope=scopes.device(3), own=(True, "strict"), on=True, level="strict")
    assert (line(own).origin, line(own).chosen, line(own).own) == ("this device alone", "strict", True)
    assert line(replace(own, own=(False, None), on=False, level=None)).chosen == "off"


def test_a_list_has_no_levels() -> None:
    plain = replace(OF_HOUSE, view=replace(VIEW, kind=ListKind.CATALOGUE), level=None, wider=(True, None))
    assert [value for value, _ in line(plain).choices] == ["inherit", "off", "on"]
    assert line(plain).state == "on"


def test_what_differs_comes_first_and_what_is_off_last() -> None:
    words = [
        replace(OF_HOUSE, view=replace(VIEW, id="off", title="A"), on=False),
        replace(OF_HOUSE, view=replace(VIEW, id="quiet", title="B")),
        replace(OF_HOUSE, view=replace(VIEW, id="busy", title="C")),
        replace(OF_HOUSE, view=replace(VIEW, id="own", title="D"), own=(False, None), on=False),
    ]
    lines = decided_view.list_lines(words, NAMES, {"busy": 9})
    assert [each.id for each in lines] == ["own", "busy", "quiet", "off"]
    assert [each.id for each in lines if decided_view.matters(each)] == ["own", "busy", "quiet"]


def test_nothing_said_is_said() -> None:
    assert says(NOTHING, "blocking") == ("on", "the house")
    assert says(NOTHING, "access") == ("at all times", "the house")
    assert says(NOTHING, "services") == ("none blocked", "the house")
    assert says(NOTHING, "safe-search") == ("off", "the house")
    assert says(NOTHING, "wall") == ("off", "the house")
    assert says(NOTHING, "rules") == ("none", "")


def test_a_pause_and_a_closed_time_are_told() -> None:
    said = {"pause": Word("Blocking is paused."), "access": Word("Kids has no access inside Night.")}
    made = {each.key: each for each in decided_view.lines(NOTHING, 3, "TV", NAMES, [], WallMode.OFF, said)}
    assert made["blocking"].says == "Blocking is paused."
    assert made["access"].says == "Kids has no access inside Night."


def test_rules_wall_and_safe_search() -> None:
    rules = [(scopes.device(3), Rule(1, RuleKind.BLOCK, "a.example", True, "")),
             (scopes.HOUSE, Rule(2, RuleKind.ALLOW, "b.example", True, ""))]  # fmt: skip
    decided = replace(
        NOTHING, rules=tuple(rules), modes={"doh": "enforce"}, groups={2: "Kids"}, timed=True,
        engines=(("google", "", scopes.group(2)), ("youtube", "strict", None)), upstreams=("9.9.9.9",), answer="null",
    )  # fmt: skip
    assert says(decided, "rules") == ("block a.example; and 1 of the house", "this device alone and the house")
    assert says(decided, "wall", WallMode.WATCH)[0] == "watch, 1 switch of its own"
    assert says(decided, "safe-search") == (
        "Google and YouTube (strict)", "the group Kids and the setting of the house",
    )  # fmt: skip
    assert says(decided, "access") == ("outside the times of its groups", "the group Kids")
    assert says(decided, "upstreams") == ("9.9.9.9", "its group") and says(decided, "answer")[0] == "null"


def test_a_hostile_name_of_a_group_is_made_visible() -> None:
    assert "\u202e" not in decided_view.origin(scopes.group(2), {"group:2": "a\u202eb"})
