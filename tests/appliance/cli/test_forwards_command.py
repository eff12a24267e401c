# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwards from the command line."""

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def test_forwards_are_added_shown_and_removed(command: Command) -> None:
    assert command("forwards", "add", "fritz.box", "192.168.178.1", "192.168.178.2")[0] == 0
    assert command("forwards", "add", "www.fritz.box", "house", "--comment", "theirs")[0] == 0
    box, www = json.loads(command("forwards", "--json")[1])
    assert json.loads(box["upstreams"]) == ["192.168.178.1", "192.168.178.2"] and www["upstreams"] == "[]"
    shown = command("forwards")[1]
    assert "192.168.178.1, 192.168.178.2" in shown and "house" in shown
    assert command("forwards", "remove", "fritz.box")[0] == command("forwards", "remove", str(www["id"]))[0] == 0
    assert json.loads(command("forwards", "list", "--json")[1]) == []


def test_what_makes_no_sense_is_refused_in_a_sentence(command: Command) -> None:
    assert "no IP address" in command("forwards", "add", "lan", "router")[2]
    assert "itself in a circle" in command("forwards", "add", "lan", "127.0.0.1")[2]
    assert "not forwarded" in command("forwards", "remove", "lan")[2]
    assert "no forward 7" in command("forwards", "remove", "7")[2]
