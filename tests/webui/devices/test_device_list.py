# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of devices: marks, orders, and its sentence; sixty devices stay in order."""

from __future__ import annotations

from store.log.values import Reported, Reports
from webui.devices import device_list
from webui.devices.device_list import DAY_S, ListForm
from webui.devices.devices_view import DeviceView

NOW = 1_800_000_000.0


def view(number: int, lookups: int = 0, blocked: int = 0, **more: object) -> DeviceView:
    reports = Reports(Reported(None, lookups, blocked), None) if lookups else None
    values: dict[str, object] = {"name": f"Device {number}", "given_name": "x", "first_seen": NOW - 60 * DAY_S,
                                 "last_seen": NOW - 9.0, "reports": reports, **more}  # fmt: skip
    return DeviceView(id=number, found_name=None, maker=None, mac=None, addresses=(), **values)  # type: ignore[arg-type]


def test_marks() -> None:
    assert device_list.marks(view(1), NOW) == []
    assert device_list.marks(view(1, first_seen=NOW - DAY_S, given_name=None), NOW) == ["new", "unnamed"]
    assert device_list.marks(view(1, last_seen=NOW - 3 * DAY_S), NOW) == ["silent"]
    assert device_list.marks(view(1, last_seen=None), NOW) == []


def test_what_got_through_comes_first() -> None:
    views = [view(1, 90, 90), view(2, 9, 1), view(3), view(4, 50, 40)]
    assert [each.id for each in device_list.chosen(views, ListForm(), NOW)] == [4, 2, 1, 3]
    assert [each.id for each in device_list.chosen(views, ListForm(sort="tracking"), NOW)] == [1, 4, 2, 3]


def test_sixty_devices_with_equal_numbers_stand_by_name() -> None:
    views = [view(number, name=f"Lamp {number:02}") for number in range(60, 0, -1)]
    shown = device_list.chosen(views, ListForm(q="lamp"), NOW)
    assert [each.id for each in shown] == list(range(1, 61))


def test_the_sentence() -> None:
    assert device_list.sentence([view(1, 9, 1), view(2, 3, 3), view(3)], "Today") == (
        "Today 2 of 3 devices asked for tracking; with 1 of them some got through."
    )
    assert device_list.sentence([view(1)], "Today") == (
        "Today none of 1 device asked for what is known as tracking."
    )
