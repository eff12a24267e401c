# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices shaped for the page."""

from dataclasses import replace

from store.config.devices import DeviceRow
from store.config.lists import BlocklistView, ToggleView
from store.log.values import Reported, Reports
from webui.devices import devices_view

ROW = DeviceRow(3, None, "redmi", "Xiaomi", None, 100, "lease")
XIAOMI = Reports(Reported(None, 9, 2), Reported("Xiaomi", 7, 0))
LIST = BlocklistView("a", "catalogue", "A", "", None, False, "", "", "", "", "", 0, False, None, (), None)


def test_a_line_says_what_is_known_and_nothing_more() -> None:
    shown = devices_view.line(ROW, {}, (0, 0))
    assert (shown.name, shown.given_name, shown.last_seen, shown.reports) == ("redmi", None, None, None)
    shown = devices_view.line(replace(ROW, name="Phone"), {3: (1_000_000, 5_000_000)}, (10, 4), XIAOMI)
    assert (shown.name, shown.last_seen, shown.queries, shown.blocked) == ("Phone", 5.0, 10, 4)
    assert shown.reports == XIAOMI


def test_toggles_say_what_this_device_has() -> None:
    lists = [
        replace(LIST, id="other", toggles=(ToggleView("device:4", True, None),)),
        replace(LIST, id="off-here", on=True, toggles=(ToggleView("device:3", False, None),)),
        replace(LIST, id="on-here", toggles=(ToggleView("device:3", True, None), ToggleView("group:3", False, None))),
    ]
    states = {one.id: one.device_state for one in devices_view.toggles(lists, 3, {})}
    assert states == {"other": "inherit", "off-here": "off", "on-here": "on"}


def test_what_matters_comes_first() -> None:
    lists = [
        replace(LIST, id="idle"),
        replace(LIST, id="hit"),
        replace(LIST, id="house", on=True),
        replace(LIST, id="own", toggles=(ToggleView("device:3", True, None),)),
    ]
    shown = devices_view.toggles(lists, 3, {"hit": 5})
    assert shown[0].id == "own"
    assert [one.id for one in shown if not devices_view.matters(one)] == ["idle"]
