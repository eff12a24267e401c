# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices shaped for the page."""

from dataclasses import replace

from store.config.devices import DeviceRow
from store.log.values import Reported, Reports
from webui.devices import devices_view

ROW = DeviceRow(3, None, "redmi", "Xiaomi", None, 100, "lease")
XIAOMI = Reports(Reported(None, 9, 2), Reported("Xiaomi", 7, 0))


def test_a_line_says_what_is_known_and_nothing_more() -> None:
    shown = devices_view.line(ROW, {}, (0, 0))
    assert (shown.name, shown.given_name, shown.last_seen, shown.reports) == ("redmi", None, None, None)
    shown = devices_view.line(replace(ROW, name="Phone"), {3: (1_000_000, 5_000_000)}, (10, 4), XIAOMI)
    assert (shown.name, shown.last_seen, shown.queries, shown.blocked) == ("Phone", 5.0, 10, 4)
    assert shown.reports == XIAOMI
