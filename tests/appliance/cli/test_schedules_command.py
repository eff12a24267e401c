# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules from the command line."""

import json
from collections.abc import Callable

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def test_a_schedule_is_made_changed_renamed_and_removed(command: Command) -> None:
    assert command("schedules", "add", "Night", "mon-fri 21:00-06:30", "sat,sun 23:00-24:00")[0] == 0
    (row,) = json.loads(command("schedules", "--json")[1])
    assert row["windows"][0] == {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "21:00", "to": "06:30"}
    assert row["in_force"] in (True, False) and row["next_edge"] > 1_700_000_000 and row["uses"] == []
    assert "weekdays 21:00-06:30, weekends 23:00-24:00" in command("schedules")[1]
    assert command("schedules", "rename", "Night", "Bedtime")[0] == 0
    code, said, _ = command("schedules", "set", "Bedtime", "daily 20:00-21:00", "daily 20:30-22:00")
    assert code == 0 and "overlap" in said
    assert "daily 20:00-21:00" in command("schedules", "list")[1]
    assert command("schedules", "remove", "1")[0] == 0
    assert command("schedules", "--json")[1].strip() == "[]"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "Day", "monday 9:00-17:00"), "is no day"), (("add", "Day", "mon 9:00-9:00"), "no time at all"),
        (("add", "Day", "mon"), "no window of time"), (("add", "Night", "mon 1:00-2:00"), "already"),
        (("remove", "Night"), "in use by the access of Children"), (("remove", "7"), "no schedule '7'"),
        (("set", "Night", "mon 25:00-26:00"), "no time of day"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_a_sentence(command: Command, words: tuple[str, ...], sentence: str) -> None:
    command("schedules", "add", "Night", "21:00-22:00")
    command("groups", "add", "Children")
    command("groups", "access", "1", "Night")
    before = command("schedules", "--json")[1]
    code, _, err = command("schedules", *words)
    assert code == 1 and sentence in err
    assert json.loads(command("schedules", "--json")[1])[0]["windows"] == json.loads(before)[0]["windows"]
