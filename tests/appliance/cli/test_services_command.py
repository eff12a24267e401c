# SPDX-License-Identifier: GPL-3.0-or-later
"""Services from the command line."""

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def blocked(command: Command, service: str) -> list[tuple[str, bool]]:
    (view,) = [each for each in json.loads(command("services", "--json")[1]) if each["id"] == f"service:{service}"]
    return [(toggle["scope"], toggle["on"]) for toggle in view["toggles"]]


def test_a_service_is_blocked_for_whom_it_is_said_and_let_be_again(command: Command) -> None:
    assert command("groups", "add", "Children")[0] == 0
    assert blocked(command, "tiktok") == []
    assert "TikTok is blocked for house." in command("services", "on", "tiktok")[1]
    assert "not blocked for group:1" in command("services", "off", "service:tiktok", "--scope", "group:1")[1]
    assert sorted(blocked(command, "tiktok")) == [("group:1", False), ("house", True)]
    assert command("services", "clear", "tiktok", "--scope", "group:1")[0] == 0
    assert blocked(command, "tiktok") == [("house", True)]
    shown = command("services")[1]
    assert next(line for line in shown.splitlines() if line.startswith("tiktok")).split()[:2] == ["tiktok", "house"]


def test_it_is_told_what_a_service_is(command: Command) -> None:
    code, shown, _ = command("services", "show", "amazon")
    assert code == 0
    assert "=amazon.de" in shown and "www.amazon.de" in shown and "Kindle" in shown


def test_services_are_no_lists(command: Command) -> None:
    assert "service:" not in command("lists")[1]


def test_what_is_no_service_is_refused_in_a_sentence(command: Command) -> None:
    for words in (("on", "friendster"), ("show", "friendster"), ("clear", "pack:xiaomi")):
        code, _, err = command("services", *words)
        assert code != 0 and "There is no service" in err
    assert "no group 7" in command("services", "on", "tiktok", "--scope", "group:7")[2]


def test_explain_tells_the_service_by_its_title_and_the_line_of_its_file(command: Command) -> None:
    command("services", "on", "tiktok")
    told = command("explain", "v16.tiktokcdn.com")[1]
    assert "BLOCK" in told and "of TikTok" in told
    asked = json.loads(command("explain", "www.roblox.com", "--json")[1])
    assert asked["verdict"] == "PASS"
    assert [(rule["list"], rule["standing"]) for rule in asked["rules"]] == [("service:roblox", "off")]
    assert '"roblox.com"' in asked["rules"][0]["line"]


def test_explain_tells_of_safe_search(command: Command) -> None:
    command("safe-search", "on", "bing")
    asked = json.loads(command("explain", "www.bing.com", "--json")[1])
    assert (asked["verdict"], asked["list"], asked["answer"]) == ("BLOCK", "safe-search", "strict.bing.com")
    assert "safe search" in command("explain", "www.bing.com")[1]
