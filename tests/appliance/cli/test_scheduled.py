# SPDX-License-Identifier: GPL-3.0-or-later
"""--schedule of other commands."""

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def night(command: Command) -> None:
    assert command("schedules", "add", "Night", "daily 21:00-06:30")[0] == 0


@pytest.mark.usefixtures("night")
def test_a_rule_and_a_list_have_a_schedule_and_lose_it(command: Command) -> None:
    assert command("rules", "add", "block", "a.example", "--schedule", "Night")[0] == 0
    assert json.loads(command("rules", "--json")[1])[0]["schedule_id"] == 1
    command("rules", "add", "block", "a.example", "--comment", "why")
    assert json.loads(command("rules", "--json")[1])[0]["schedule_id"] == 1, "as it was"
    command("rules", "add", "block", "a.example", "--schedule", "none")
    assert json.loads(command("rules", "--json")[1])[0]["schedule_id"] is None
    command("groups", "add", "Children")
    name = json.loads(command("lists", "--json")[1])[0]["id"]
    assert command("lists", "on", name, "--scope", "group:1", "--schedule", "1")[0] == 0
    toggles = json.loads(command("lists", "--json")[1])[0]["toggles"]
    assert {"scope": "group:1", "on": True, "level": None, "schedule": 1} in toggles


@pytest.mark.usefixtures("night")
def test_a_schedule_that_is_none_is_said(command: Command) -> None:
    code, _, err = command("rules", "add", "block", "a.example", "--schedule", "Day")
    assert code == 1 and "no schedule 'Day'" in err
    assert command("rules", "--json")[1].strip() == "[]"
