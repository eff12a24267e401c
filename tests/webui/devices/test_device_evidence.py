# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings of a device by what they are, the loudest first; what is done, muted or no news any more is left out."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind, FindingState
from webui.devices import device_evidence
from webui.devices.device_evidence import SHOWN, WEEK_US, Told

pytestmark = pytest.mark.database
NOW = 1_800_000_000_000_000
LEAK = Finding(FindingKind.LEAK, 1, "Acme", "Acme", ("a.example",), NOW - 9, NOW - 1, 7)
BEAT = replace(LEAK, kind=FindingKind.BEACON, key="b.example", names=("b.example",), period_s=900.0)
NEWS = replace(LEAK, kind=FindingKind.NEW_COMPANY, key="New")


def keep(state: Path, *findings: Finding) -> None:
    with closing(evidence_file.open_writer(state)) as con:
        finding_rows.keep(con, findings, NOW)


def told(state: Path) -> dict[str, Told]:
    return {each.key: each for each in device_evidence.of_device(state, 1, {1: "Phone"}, NOW)}


def test_each_under_its_heading(tmp_path: Path) -> None:
    keep(tmp_path, LEAK, BEAT, NEWS, replace(LEAK, device_id=2))
    shown = told(tmp_path)
    assert list(shown) == ["leaks", "beats", "news"]
    assert [len(each.lines) for each in shown.values()] == [1, 1, 1]
    assert "15 minutes" in shown["beats"].lines[0].sentence
    of_company = device_evidence.of_company(tmp_path, "acme", {1: "Phone"}, NOW)
    assert sum(len(each.lines) for each in of_company) == 4


def test_no_news_after_a_week_and_nothing_that_is_done(tmp_path: Path) -> None:
    keep(tmp_path, replace(NEWS, last_us=NOW - WEEK_US - 1, first_us=1), LEAK)
    with closing(evidence_file.open_writer(tmp_path)) as con:
        finding_rows.set_state(con, 2, FindingState.DONE, NOW)
    assert told(tmp_path) == {}


def test_the_loudest_first_and_how_many_more(tmp_path: Path) -> None:
    keep(tmp_path, *(replace(LEAK, key=str(number), confidence=number / 10) for number in range(1, SHOWN + 3)))
    leaks = told(tmp_path)["leaks"]
    assert len(leaks.lines) == SHOWN and leaks.more == 2
    assert leaks.lines[0].id == SHOWN + 2


def test_without_evidence_there_is_none(tmp_path: Path) -> None:
    assert told(tmp_path) == {}
