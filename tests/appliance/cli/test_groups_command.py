# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups from the command line."""

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database

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


def test_a_group_has_lists_times_upstreams_and_a_name(command: Command) -> None:
    command("groups", "add", "Children")
    command("schedules", "add", "Night", "21:00-06:30")
    pack = next(row["id"] for row in json.loads(command("lists", "--json")[1]) if row["kind"] == "pack")
    said = command("groups", "lists", "1", pack, "--level", "strict", "--schedule", "Night")[1]
    assert pack in said and "strict" in said
    assert json.loads(command("groups", "lists", "1", "--json")[1]) == [
        {"id": pack, "on": True, "level": "strict", "schedule": 1}
    ]
    command("groups", "lists", "1", pack, "--off")
    assert json.loads(command("groups", "lists", "1", "--json")[1])[0]["on"] is False
    command("groups", "lists", "1", pack, "--follow")
    assert command("groups", "lists", "1", "--json")[1].strip() == "[]"
    assert "192.0.2.1" in command("groups", "upstreams", "1", "192.0.2.1")[1]
    assert "no access inside schedule 1" in command("groups", "access", "1", "Night")[1]
    command("groups", "rename", "1", "Kids")
    (group,) = json.loads(command("groups", "--json")[1])
    assert (group["name"], group["schedule"], group["upstreams"]) == ("Kids", 1, ["192.0.2.1"])
    assert "at all times" in command("groups", "access", "1")[1]
    assert json.loads(command("groups", "--json")[1])[0]["schedule"] is None


def test_what_makes_no_sense_is_refused_in_a_sentence(command: Command) -> None:
    command("groups", "add", "Children")
    code, _, err = command("groups", "answer", "1", "what is this?")
    assert code != 0 and "is no answer" in err
    assert "no group 7" in command("groups", "remove", "7")[2]
    assert "no group 7" in command("groups", "lists", "7")[2]
    assert "one of --off" in command("groups", "lists", "1", "x", "--off", "--follow")[2]
    assert "no blocklist 'x'" in command("groups", "lists", "1", "x")[2]
    assert "upstreams" in command("groups", "upstreams", "1", "gopher://x")[2]
    assert "is this appliance itself" in command("groups", "upstreams", "1", "127.0.0.1")[2]
    assert "no schedule 'Night'" in command("groups", "access", "1", "Night")[2]
