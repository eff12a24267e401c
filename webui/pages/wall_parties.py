# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall caught, in a sentence, by device and by the service that was asked, for the pages of the wall."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from firewall.sight import Sight
from store.base.sentences import say, say_count, together
from store.config.choices import WallMode
from store.wall import bypass
from store.wall.bypass import Party
from webui.numbers.home_view import ROWS, Row
from webui.views.ranges import Range


@dataclass(frozen=True, slots=True)
class Caught:
    """Rows of two top lists, and the sentence above them. `devices`, `services`: how many there are of each."""

    sentence: str
    by_device: list[Row]
    by_service: list[Row]
    devices: int
    services: int


def caught(
    state: Path, span: Range, names: Mapping[int, str], mode: WallMode, seen: Sight,
    members: Iterable[int] | None = None,
) -> Caught:  # fmt: skip
    """Of all devices, or of `members`. `names`: of devices. Nothing while the file cannot be read."""
    devices, services = _parties(state, span, members)
    return Caught(
        headline(span.choice.sentence, mode, seen, devices), _device_rows(devices, names),
        [_row(party, party.label, "") for party in services[:ROWS]], len(devices), len(services),
    )  # fmt: skip


def headline(when: str, mode: WallMode, seen: Sight, parties: Collection[Party]) -> str:
    """What the wall caught, in a sentence; `when` begins it ("In the last 24 hours"), `parties`: by device."""
    passed, refused = sum(party.passed for party in parties), sum(party.refused for party in parties)
    if passed or refused:
        return say_count(
            passed + refused,
            "{when} {devices} went around DNS {count:,} time: {refused:,} refused or sent here, {passed:,} passed.",
            "{when} {devices} went around DNS {count:,} times: {refused:,} refused or sent here, {passed:,} passed.",
            when=when, devices=say_count(len(parties), "{count:,} device", "{count:,} devices"), refused=refused,
            passed=passed,
        )  # fmt: skip
    if mode == WallMode.OFF:
        return say("The wall is off. Devices that go around DNS are neither seen nor stopped.")
    if not seen.sees:
        return together(*filter(None, (seen.why, seen.cure)))
    return say("{when} nothing went around DNS that the wall could see.", when=when)


def _parties(state: Path, span: Range, members: Iterable[int] | None) -> tuple[list[Party], list[Party]]:
    start, end = span.from_us // 1_000_000, span.to_us // 1_000_000
    wanted = None if members is None else list(members)
    try:
        con = bypass.open_reader(state)
        if con is None:
            return [], []
        with closing(con):
            return bypass.by_device(con, start, end, wanted), bypass.by_service(con, start, end, wanted)
    except sqlite3.Error:
        return [], []


def _device_rows(parties: Iterable[Party], names: Mapping[int, str]) -> list[Row]:
    """Who is no device of the home any more has no page."""
    return [
        _row(party, names.get(party.device_id or 0, party.label or str(party.device_id)),
             f"/devices/{party.device_id}" if party.device_id in names else "") for party in parties
    ][:ROWS]  # fmt: skip


def _row(party: Party, label: str, href: str) -> Row:
    return Row(label, party.passed + party.refused, party.refused, party.passed, 0, href)
