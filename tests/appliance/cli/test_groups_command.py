# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups from the command line."""

import json
from collections.abc import Callable

Command = Callable[..., tuple[int, str, str]]


def test_a_group_is_made_given_an_answer_and_dissolved(command: Command) -> None:
    assert command("groups", "add", "Children")[0] == 0
    assert command("groups", "answer", "1", "NXDOMAIN")[0] == 0
    (group,) = json.loads(command("groups", "--json")[1])
    assert (group["name"], group["answer"]) == ("Children", "nxdomain")
    assert "nxdomain" in command("groups")[1]
    assert command("groups", "answer", "1")[0] == 0
    assert json.loads(command("groups", "list", "--json")[1])[0]["answer"] == ""
    assert command("groups", "remove", "1")[0] == 0
    assert command("groups", "--json")[1].strip() == "[]"


def test_what_makes_no_sense_is_refused_in_a_sentence(command: Command) -> None:
    command("groups", "add", "Children")
    code, _, err = command("groups", "answer", "1", "what is this?")
    assert code != 0 and "is no answer" in err
    assert "no group 7" in command("groups", "remove", "7")[2]
