# SPDX-License-Identifier: GPL-3.0-or-later
"""Home shows what is new and loud, a device's page what is its own; damage to evidence takes neither away."""

import time
from contextlib import closing
from dataclasses import replace
from typing import Any

from evidence.base import evidence_file
from evidence.base.evidence_file import FILE_NAME
from evidence.findings import finding_rows
from evidence.findings.finding import Cause, Finding, FindingKind
from webui.pages import attention

NOW = time.time_ns() // 1000  # a device's page tells what is new this week
LEAK = Finding(FindingKind.LEAK, 1, "Xiaomi", "Xiaomi", ("a.example", "b.example"), NOW - 9, NOW, 7,
               cause=Cause.NO_LIST)  # fmt: skip
QUIET = replace(LEAK, kind=FindingKind.NEW_NAME, key="quiet.example", device_id=2, confidence=0.4)


def test_findings_stand_where_they_belong(visitor: Any) -> None:
    assert "Tracking by Xiaomi" not in visitor.get("/").text
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [LEAK, QUIET], NOW)
    home = visitor.get("/").text
    assert "Tracking by Xiaomi was answered for Redmi Note 13 7 times." in home and "quiet.example" not in home
    assert "Tracking by Xiaomi" in visitor.get("/devices/1").text
    other = visitor.get("/devices/2").text
    assert "quiet.example for the first time" in other and "Tracking by Xiaomi" not in other


def test_home_shows_the_three_weightiest(visitor: Any) -> None:
    leaks = [replace(LEAK, key=f"Them {number}", company=f"Them {number}", count=number) for number in range(10, 15)]
    beacon = replace(LEAK, kind=FindingKind.BEACON, key="b.example", names=("b.example",), last_us=NOW + 9)
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [*leaks, beacon], NOW)
    home = visitor.get("/").text
    assert [f"Them {number} was" in home for number in (14, 13, 12, 11, 10)] == [True, True, True, False, False]
    assert [line.count for line in attention.of_company(visitor.home.state, "Them 11", {})] == [11]


def test_damage_shows_nothing_and_breaks_nothing(visitor: Any) -> None:
    (visitor.home.state / FILE_NAME).write_text("no database" * 1000)
    assert attention.new_ones(visitor.home.state) == []
    assert visitor.get("/").status_code == 200
