# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of schedules."""

import re
from typing import Any

import pytest

from store.config import edit
from store.household import schedules
from store.household.window_input import read_window


def test_times_are_made_changed_shown_and_removed(visitor: Any) -> None:
    assert "No times yet" in visitor.get("/times").text
    sent = visitor.form("/times/add", name="Bed <b>", windows="sun-thu 21:00-06:30\n\nfri,sat 23:00-24:00\n")
    assert sent.headers["location"].startswith("/times#schedule-")
    (row,) = schedules.schedules(visitor.engine())
    page = visitor.get("/times").text
    assert "Bed &lt;b&gt;" in page and "Bed <b>" not in page and "fri,sat 23:00-24:00" in page and "in force" in page
    visitor.form("/times/change", id=str(row.id), name="Bedtime", windows="daily 20:00-21:00")
    (row,) = schedules.schedules(visitor.engine())
    assert row.name == "Bedtime" and len(row.windows) == 1
    visitor.form("/times/remove", id=str(row.id))
    assert schedules.schedules(visitor.engine()) == []


def test_who_gives_another_name_leaves_the_times_that_somebody_else_changed(visitor: Any) -> None:
    visitor.form("/times/add", name="Bedtime", windows="mon 21:00-22:00\ntue 21:00-22:00")
    (row,) = schedules.schedules(visitor.engine())
    shown = {"shown_name": "Bedtime", "shown_windows": "mon 21:00-22:00 tue 21:00-22:00"}
    assert all(f'name="{key}" value="{value}"' in visitor.get("/times").text for key, value in shown.items())
    schedules.change_schedule(visitor.engine(), row.id, None, [read_window("wed 20:00-21:00")])
    visitor.form("/times/change", id=str(row.id), name="Night", windows="mon 21:00-22:00\r\ntue 21:00-22:00", **shown)
    (row,) = schedules.schedules(visitor.engine())
    assert row.name == "Night" and [window.days for window in row.windows] == [(2,)]


def test_what_is_wrong_is_told_and_changes_nothing(visitor: Any) -> None:
    faults = (("mon 21:00-21:00", "no time at all"), ("funday 1:00-2:00", "is no day"), ("x", "no window"))
    for windows, words in faults:
        refused = visitor.form("/times/add", name="Bedtime", windows=windows)
        assert refused.status_code == 422 and words in refused.text
    assert schedules.schedules(visitor.engine()) == []


def test_times_in_use_say_by_what_and_cannot_be_removed(visitor: Any) -> None:
    visitor.form("/times/add", name="Bedtime", windows="21:00-22:00")
    (row,) = schedules.schedules(visitor.engine())
    edit.add_rule(visitor.engine(), "block", "games.example", schedule=row.id)
    page = visitor.get("/times").text
    assert "the rule for games.example" in page and "/times/remove" not in page
    refused = visitor.form("/times/remove", id=str(row.id))
    assert refused.status_code == 422 and "in use by" in refused.text


def test_times_by_plain_choices(visitor: Any) -> None:
    visitor.form("/times/add", name="School", days="sun-thu", **{"from": "21:00", "to": "06:30"})
    (row,) = schedules.schedules(visitor.engine())
    page = visitor.get("/times").text
    assert "It crosses midnight" in page and "00:00–06:30, 21:00–24:00" in page
    visitor.form("/times/window", id=str(row.id), days="", day=["sat", "mon"], **{"from": "10:00", "to": "11:00"})
    (row,) = schedules.schedules(visitor.engine())
    assert [window.days for window in row.windows] == [(0, 1, 2, 3, 6), (0, 5)]
    visitor.form("/times/window/remove", id=str(row.id), window="mon,sat 10:00-11:00")
    assert len(schedules.schedules(visitor.engine())[0].windows) == 1
    nobody = visitor.form("/times/add", name="Never", days="", **{"from": "10:00", "to": "11:00"})
    assert nobody.status_code == 422 and "at least one day" in nobody.text
    assert visitor.form("/times/window/remove", id="99", window="x").status_code == 404


def test_what_uses_times_is_called_by_its_name(visitor: Any) -> None:
    visitor.form("/times/add", name="Night", windows="daily 21:00-22:00")
    (row,) = schedules.schedules(visitor.engine())
    edit.set_toggle(visitor.engine(), "pack:xiaomi", "device:1", True, schedule=row.id)
    assert "for Redmi Note 13" in visitor.get("/times").text and "pack:xiaomi" not in visitor.get("/times").text


@pytest.mark.parametrize(("accept", "order"), [("en-US,en;q=0.9", "sun sat"), ("en-GB", "sat sun"), ("", "sat sun")])
def test_the_week_begins_as_where_the_browser_is(visitor: Any, accept: str, order: str) -> None:
    visitor.form("/times/add", name="Weekend", windows="sat,sun 10:00-11:00")
    page = visitor.get("/times", headers={"Accept-Language": accept}).text
    rows = re.findall(r'<th scope="row">(\w+)</th><td>([^<]*)', page)
    assert len(rows) == 7
    assert [day[:3].lower() for day, text in rows if text == "10:00–11:00"] == order.split()
    assert re.findall(r'name="day" value="(\w+)"', page)[0] == rows[0][0][:3].lower()
    tops = [int(top) for top in re.findall(r'class="fill-times" x="600" y="(\d+)"', page)]
    assert tops == ([2, 134] if order == "sun sat" else [112, 134])
