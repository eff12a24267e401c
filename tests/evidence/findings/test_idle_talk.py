# SPDX-License-Identifier: GPL-3.0-or-later
"""Talk while nobody uses the device: said of things that people use, and of servers and always-on things not."""

from collections.abc import Callable, Sequence

import pytest

from evidence.findings import idle_talk
from evidence.findings.finding import Cause, Finding
from evidence.findings.tracked_hours import Asked
from store.config.choices import DeviceKind
from store.log.records import Verdict
from store.log.rollup_tables import HOUR_US

HOUR = 500_000
IDLE = (HOUR, HOUR + 5, HOUR + 6)


def row(hour: int, name: str = "t.example", verdict: Verdict = Verdict.PASS, queries: int = 2) -> Asked:
    return Asked(1, name, int(verdict), "", "", False, queries, hour * HOUR_US + 7, hour * HOUR_US + 9)


def cause_in(hours: Sequence[int], cause: Cause = Cause.IDLE) -> Callable[[int, int], Cause]:
    return lambda device, at_us: cause if at_us // HOUR_US in hours else Cause.NONE


def found(
    rows: Sequence[Asked], kind: DeviceKind = DeviceKind.PHONE, cause: Cause = Cause.IDLE, hours: Sequence[int] = IDLE
) -> list[Finding]:
    company_of = {"t.example": "Them", "u.example": "Them"}.get
    return list(idle_talk.find(rows, {1: kind}, cause_in(hours, cause), company_of))


def test_the_last_time_that_nobody_used_it_is_told_with_all_its_rows() -> None:
    other = row(HOUR + 5, "u.example")
    rows = [row(HOUR), row(HOUR + 1, queries=50), row(HOUR + 5), other, row(HOUR + 6, queries=9)]
    (talk,) = found(rows)
    assert (talk.company, talk.count, talk.cause) == ("Them", 13, Cause.IDLE)
    assert set(talk.names) == {"t.example", "u.example"}
    assert (talk.first_us, talk.last_us) == ((HOUR + 5) * HOUR_US + 7, (HOUR + 6) * HOUR_US + 9)


def test_once_or_twice_is_no_habit() -> None:
    assert found([row(HOUR), row(HOUR + 5), row(HOUR + 1)]) == []


def test_what_was_blocked_is_told_quietly() -> None:
    (talk,) = found([row(hour, verdict=Verdict.BLOCK) for hour in IDLE])
    assert talk.confidence == idle_talk.QUIET < idle_talk.LOUD


@pytest.mark.parametrize("kind", [DeviceKind.CAMERA, DeviceKind.SPEAKER, DeviceKind.ROUTER, DeviceKind.UNKNOWN])
def test_things_that_nobody_uses_are_never_idle(kind: DeviceKind) -> None:
    assert found([row(hour) for hour in IDLE], kind) == []


def test_a_computer_may_be_a_server_that_works_at_night() -> None:
    rows = [row(hour) for hour in IDLE]
    assert found(rows, DeviceKind.COMPUTER, Cause.NIGHT) == []
    assert len(found(rows, DeviceKind.COMPUTER, Cause.IDLE)) == 1
    assert len(found(rows, DeviceKind.PHONE, Cause.NIGHT)) == 1
