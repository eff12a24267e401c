# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from store.household.groups import GroupParts, GroupView
from webui.http.form_changes import group_shown, of_group, of_ticks

GROUP = GroupView(1, "Kids", "nxdomain", 3, ("192.0.2.1",), (1, 2), ())
SAME = GroupParts(name="Kids", answer="nxdomain", schedule=3, upstreams=["192.0.2.1"], devices=[2, 1])


def test_what_is_as_it_was_shown_is_no_change() -> None:
    assert of_group(group_shown(GROUP), SAME) == {}


@pytest.mark.parametrize(
    "change", [{"name": "Children"}, {"answer": ""}, {"schedule": None}, {"upstreams": []}, {"upstreams": ["::1"]}]
)
def test_what_is_another_is_all_that_is_changed(change: GroupParts) -> None:
    assert of_group(group_shown(GROUP), SAME | change) == change


def test_devices_come_and_go() -> None:
    assert of_group(group_shown(GROUP), SAME | GroupParts(devices=[2, 7])) == {"joining": {7}, "leaving": {1}}
    assert of_ticks("[1,2]", [2, 3]) == ({3}, {1}) and of_ticks("[]", []) == (set(), set())


@pytest.mark.parametrize("shown", ["", "x", "3", "[]", "{}", '{"devices": 3}', '{"devices": ["x"]}', "[" * 100_000])
def test_what_makes_no_sense_counts_as_nothing_shown(shown: str) -> None:
    assert of_group(shown, SAME) is SAME
    assert shown == "[]" or of_ticks(shown, [1]) in (None, ({1}, set()))
