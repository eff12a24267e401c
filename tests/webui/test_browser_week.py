# SPDX-License-Identifier: GPL-3.0-or-later
"""A week is drawn, by mouse and by keys, and says the same as its text."""

from __future__ import annotations

from typing import Any

from real_browser import address, chromium, first_run, marks, opened, sync_api

from store.config import edit
from store.household import schedules
from store.household.week import Window
from store.household.window_input import spoken

__all__ = ["address", "chromium"]

pytestmark = marks
ODD = "fri 22:10-06:45\nsat 00:00-24:00\nmon-wed 09:00-12:00\nsun 20:00-24:00"


def covered(windows: tuple[Window, ...]) -> set[int]:
    """The minutes of the week."""
    return {
        (day * 1440 + window.from_ + minute) % 10_080
        for window in windows for day in window.days for minute in range(window.minutes)
    }


def test_a_week_is_drawn(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/times")
    new = page.locator("#new")
    new.locator("summary").click()
    picture, field = new.locator("[data-draw-week] svg"), new.locator("textarea")
    box = picture.bounding_box()
    wide, high = box["width"] / 24, box["height"] / 7
    # The browser's week begins on a Sunday: that is the row at the top.
    page.mouse.move(box["x"] + 20.2 * wide, box["y"] + 1.5 * high)
    page.mouse.down()
    page.mouse.move(box["x"] + 21.7 * wide, box["y"] + 5.5 * high, steps=5)
    page.mouse.up()
    expect(field).to_have_value("mon,tue,wed,thu,fri 20:00-22:00")
    # By keys: from where the mouse was, to Saturday, then right with Shift.
    picture.press("ArrowDown")
    picture.press(" ")
    picture.press("Shift+ArrowRight")
    expect(field).to_have_value("mon,tue,wed,thu,fri 20:00-22:00\nsat 21:30-22:30")
    expect(new.locator("[data-draw-week] [role=status]")).to_have_text("Saturday, 22:00–22:30: in force")
    new.get_by_label("Name").fill("Drawn")
    new.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Drawn")).to_be_visible()
    (drawn,) = schedules.schedules(edit.engine(home.state))
    assert sorted(map(spoken, drawn.windows)) == ["sat 21:30-22:30", "weekdays 20:00-22:00"]
    assert complaints == []


def test_what_was_typed_is_the_same_after_it_was_drawn_over_and_back(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/times")
    new = page.locator("#new")
    new.locator("summary").click()
    picture, field = new.locator("[data-draw-week] svg"), new.locator("textarea")
    field.press_sequentially(ODD)
    for _ in range(2):
        picture.press("Enter")  # 21:00 on the first day
    expect(field).not_to_have_value(ODD)
    new.get_by_label("Name").fill("Odd")
    new.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Odd")).to_be_visible()
    engine = edit.engine(home.state)
    schedules.add_schedule(engine, "Typed", [
        {"days": ["fri"], "from": "22:10", "to": "06:45"}, {"days": ["sat"], "from": "00:00", "to": "24:00"},
        {"days": ["mon", "tue", "wed"], "from": "09:00", "to": "12:00"},
        {"days": ["sun"], "from": "20:00", "to": "24:00"},
    ])  # fmt: skip
    by_name = {each.name: covered(each.windows) for each in schedules.schedules(engine)}
    assert by_name["Odd"] == by_name["Typed"]
