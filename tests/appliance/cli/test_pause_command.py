# SPDX-License-Identifier: GPL-3.0-or-later
"""Pausing from the command line, as the explanation of a name shows it."""

import json
import time
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def explained(command: Command, name: str) -> dict[str, str]:
    answer: dict[str, str] = json.loads(command("explain", name, "--offline", "--json")[1])
    return answer


def test_while_all_is_paused_names_pass_and_the_explanation_says_why(command: Command) -> None:
    assert command("rules", "add", "block", "blocked.org")[0] == 0
    begun = int(time.time())
    code, told, _ = command("pause", "--for", "10m")
    assert code == 0 and "Blocking is paused for house until 2" in told
    answer = explained(command, "www.blocked.org")
    assert (answer["verdict"], answer["list"], answer["rule"]) == ("ALLOW", "pause", "||blocked.org^")
    assert "paused here" in answer["relief"]
    text = command("explain", "www.blocked.org", "--offline")[1]
    assert "Else ||blocked.org^ would block it" in text and "Blocking is paused for the whole house until" in text
    (row,) = json.loads(command("pauses", "--json")[1])
    assert (row["scope"], row["blocklist"], row["who"]) == ("house", None, "command line")
    assert begun + 600 <= row["until"] <= time.time() + 600
    assert "everything" in command("pauses")[1]
    assert "1 pause ended" in command("resume")[1]
    assert explained(command, "www.blocked.org")["verdict"] == "BLOCK"
    assert command("resume")[:2] == (0, "Nothing was paused there.\n")


def test_without_a_time_it_holds_until_it_is_resumed(command: Command) -> None:
    assert "until `telltale resume`" in command("pause", "--list", "pack:xiaomi")[1]
    assert "until it is resumed" in command("pauses")[1]
    assert "Nothing was paused there" in command("resume", "--scope", "house")[1]
    assert "1 pause ended" in command("resume", "--scope", "house", "--list", "pack:xiaomi")[1]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--for", "soon"), "write 90s, 15m, 2h or 3d"), (("--for", "9999d"), "a year is the most"),
        (("--scope", "all"), "no scope"), (("--scope", "device:77"), "no device 77"), (("--list", "none"), "'none'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(command: Command, words: tuple[str, ...], error: str) -> None:
    code, _, errors = command("pause", *words)
    assert code != 0 and error in errors and errors.count("\n") == 1
    assert json.loads(command("pauses", "--json")[1]) == []
