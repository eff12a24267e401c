# SPDX-License-Identifier: GPL-3.0-or-later
from store.household.groups import GroupToggle, GroupView
from store.household.schedules import Schedule
from webui.views import groups_view

NIGHT = Schedule(4, "Night", (), ())
TOGGLES = (GroupToggle("zoo", True, None, 4), GroupToggle("pack:acme", False, "strict", None))
KIDS = GroupView(1, "Kids", "refused", 4, ("192.0.2.1",), (7, 8), TOGGLES)


def test_a_group_in_a_few_words() -> None:
    (line,) = groups_view.lines([KIDS], {7: "Phone"}, [NIGHT])
    assert line.devices == ("Phone", "8")
    assert line.facts == ("no access: Night", "answered by 192.0.2.1", "blocked names get refused")
    (plain,) = groups_view.lines([GroupView(2, "Plain", "", None, (), (), ())], {}, [])
    assert plain.facts == plain.devices == ()


def test_what_a_group_says_of_lists() -> None:
    lines = groups_view.lists(KIDS, [], [NIGHT])
    assert [(line.title, line.on, line.level, line.times) for line in lines] == [
        ("pack:acme", False, "strict", ""), ("zoo", True, "", "Night"),
    ]  # fmt: skip
