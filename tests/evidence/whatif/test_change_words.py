# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.whatif.change_words import EXAMPLES, parse, turned
from evidence.whatif.whatif_change import (
    BadChange,
    GroupChange,
    RuleChange,
    RuleRemoval,
    SourceChange,
    ToggleChange,
)
from store.config.choices import RuleForm


@pytest.mark.parametrize(("words", "changes"), [
    ("on hagezi-pro", [ToggleChange("hagezi-pro")]),
    ("off pack:xiaomi for device:3", [ToggleChange("pack:xiaomi", "device:3", False)]),
    ("on pack:samsung at strict", [ToggleChange("pack:samsung", level="strict")]),
    ("follow a for group:1", [ToggleChange("a", "group:1", None)]),
    ("block =x.example for group:2", [RuleChange("block", "x.example", "group:2", subdomains=False)]),
    ("allow x.example", [RuleChange("allow", "x.example")]),
    ("block /^ads/$dnstype=A", [RuleChange("block", "^ads", subdomains=False, form=RuleForm.REGEX, types="A")]),
    ("forget 12", [RuleRemoval(12)]),
    ("device:3 joins group:2 device:4 leaves group:2", [GroupChange(3, 2), GroupChange(4, 2, member=False)]),
    ("list https://lists.example/a for group:1 off b", [
        SourceChange("https://lists.example/a", "group:1"), ToggleChange("b", on=False),
    ]),
    ("permit ours", [SourceChange("ours", allow=True)]),
])  # fmt: skip
def test_words_become_changes_however_they_are_quoted(words: str, changes: list[object]) -> None:
    assert list(parse([words])) == changes
    assert list(parse(words.split())) == changes


def test_a_file_is_meant_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.txt").write_text("a.example\n")
    monkeypatch.chdir(tmp_path)
    assert parse(["list", "mine.txt"]) == (SourceChange(str(tmp_path / "mine.txt")),)


@pytest.mark.parametrize("words", [
    "", "on", "on a at", "off a for", "follow a", "block", "block ..", "allow 10.0.0.1", "block @@x.example", "forget",
    "forget x", "device:3 joins", "device:3 joins device:2", "what is this", "list",
])  # fmt: skip
def test_what_is_no_change_is_refused(words: str) -> None:
    with pytest.raises(BadChange):
        parse([words])


def test_the_examples_are_changes() -> None:
    assert len(parse(EXAMPLES)) == len(EXAMPLES)


@pytest.mark.parametrize(
    ("on", "level", "scope", "words"),
    [
        (True, "", "house", "on pack:xiaomi"),
        (False, "strict", "house", "off pack:xiaomi"),
        (True, "strict", "group:2", "on pack:xiaomi at strict for group:2"),
        (False, "", "device:3", "off pack:xiaomi for device:3"),
    ],
)
def test_words_for_a_turn_are_understood_again(on: bool, level: str, scope: str, words: str) -> None:
    assert turned("pack:xiaomi", on, level, scope) == words
    assert parse([words])
