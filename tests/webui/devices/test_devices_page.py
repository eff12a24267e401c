# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices, one line each."""

from typing import Any

from store.log.records import Verdict


def test_every_device_has_its_line_and_counts(looker: Any) -> None:
    page = looker.get("/devices?range=7d").text
    row = page[page.index('<tr id="device-1"') : page.index("</tr>", page.index('<tr id="device-1"'))]
    assert "Redmi Note 13" in row
    assert "192.168.1.21" in row
    assert f'data-label="Queries">{looker.home.count(client="192.168.1.21"):,}<' in row
    assert f"({looker.home.count(client='192.168.1.21', verdict=Verdict.BLOCK):,})" in row
    assert "Xiaomi" in row
    assert page.count('<tr id="device-') == 5


def test_without_devices_it_says_what_to_do(newcomer: Any) -> None:
    assert "No device yet" in newcomer.get("/devices").text
