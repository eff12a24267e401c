# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search from the command line."""

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def said(command: Command) -> list[tuple[str, str, bool, str]]:
    views = json.loads(command("safe-search", "--json")[1])
    return [(view["scope"], view["engine"], view["on"], view["level"]) for view in views]


def test_all_engines_and_one_by_one(command: Command) -> None:
    command("groups", "add", "Children")
    assert command("safe-search", "on", "--youtube", "moderate")[0] == 0
    assert len(said(command)) == 8 and ("house", "youtube", True, "moderate") in said(command)
    assert command("safe-search", "off", "bing", "--scope", "group:1")[0] == 0
    assert said(command)[-1] == ("group:1", "bing", False, "")
    assert command("safe-search", "clear")[0] == 0
    assert said(command) == [("group:1", "bing", False, "")]
    assert "group:1" in command("safe-search")[1]


def test_what_is_no_engine_or_level_is_refused_in_a_sentence(command: Command) -> None:
    assert "no search engine" in command("safe-search", "on", "altavista")[2]
    assert "no level of YouTube" in command("safe-search", "on", "youtube", "--youtube", "kids")[2]
    assert "no device 4" in command("safe-search", "on", "--scope", "device:4")[2]
    assert said(command) == []
