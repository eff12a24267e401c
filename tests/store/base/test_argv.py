# SPDX-License-Identifier: GPL-3.0-or-later
import sys

import pytest

from store.base.argv import argued


def test_each_name_has_its_value() -> None:
    words = ("--state", "/var/lib/telltale", "--fd", "5", "--spare", "")
    found = {"state": "/var/lib/telltale", "fd": "5", "spare": "", "tcp": ""}
    assert argued(words, ("state", "fd"), ("spare", "tcp")) == found


def test_a_value_may_look_like_a_name() -> None:
    assert argued(("--state", "--run"), ("state",)) == {"state": "--run"}


def test_without_words_the_command_line_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["worker", "--state", "here"])
    assert argued(None, ("state",)) == {"state": "here"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "missing: --state"),
        (("--state", "a", "--colour", "red"), "unknown: --colour"),
        (("--state", "a", "--run"), "once"),
        (("--state", "a", "--state", "b"), "once"),
        (("state", "a"), "unknown: state; missing: --state"),
        (("--help",), "with --state --run"),
    ],
)
def test_what_is_off_is_said(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(SystemExit, match=sentence):
        argued(words, ("state",), ("run",))
