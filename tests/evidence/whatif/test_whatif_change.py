# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes as JSON: read, refused with a reason, written and read again."""

from __future__ import annotations

import pytest

from evidence.whatif.whatif_change import (
    MAX_CHANGES,
    BadChange,
    GroupChange,
    RuleChange,
    RuleRemoval,
    SourceChange,
    ToggleChange,
    as_json,
    read_changes,
)

READ = (
    ({"toggle": {"blocklist": "pack:xiaomi", "level": "strict"}}, ToggleChange("pack:xiaomi", level="strict")),
    ({"toggle": {"blocklist": "a", "scope": "device:3", "on": None}}, ToggleChange("a", "device:3", None)),
    ({"rule": {"kind": "block", "name": "x.example"}}, RuleChange("block", "x.example")),
    ({"rule": {"remove": 5}}, RuleRemoval(5)),
    ({"group": {"device": 3, "group": 2}}, GroupChange(3, 2)),
    ({"source": "https://lists.example/a"}, SourceChange("https://lists.example/a")),
    ({"source": {"source": "hagezi-pro", "scope": "group:1"}}, SourceChange("hagezi-pro", "group:1")),
)  # fmt: skip


@pytest.mark.parametrize(("value", "change"), READ)
def test_a_change_is_read_and_written_again(value: object, change: object) -> None:
    changes = read_changes([value])
    assert changes == (change,)
    assert read_changes(as_json(changes)) == changes


@pytest.mark.parametrize(("value", "words"), [
    ([], "at least one"), ({}, "at least one"), ([{}], "one of toggle"),
    ([{"toggle": {}, "rule": {}}], "one of toggle"),
    ([{"toggle": 5}], "no object"), ([{"toggle": {}}], "needs “blocklist”"),
    ([{"toggle": {"blocklist": "a", "scop": "house"}}], "has no “scop”"),
    ([{"toggle": {"blocklist": 5}}], "cannot be 5"), ([{"toggle": {"blocklist": "a", "on": 1}}], "cannot be 1"),
    ([{"rule": {"kind": "maybe", "name": "a"}}], "block or allow"), ([{"group": {"device": 1}}], "needs “group”"),
    ([{"group": {"device": True, "group": 1}}], "cannot be True"),
    ([{"rule": {"remove": 1}}] * (MAX_CHANGES + 1), "At most"),
])  # fmt: skip
def test_what_is_no_change_is_refused_with_its_reason(value: object, words: str) -> None:
    with pytest.raises(BadChange, match=words):
        read_changes(value)
