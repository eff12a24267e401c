# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracking that got through, in a report: why, by whom, all of it, as counts that stay true and cannot be forged."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asked_log
import pytest
from asked_log import Asked
from leaking_home import AT, NOW, PACK, XIAOMI
from leaking_home import home as home
from phone_report import as_html, copied

from evidence.report import report_check, report_document, sealed
from evidence.report.report_document import Question
from evidence.report_counts import leak_rows
from store.config import edit
from store.log.records import Verdict
from store.log.rollup_tables import HOUR_US

pytestmark = pytest.mark.database


def reported(state: Path, device: int | None = 1, company: str = "") -> dict[str, Any]:
    question = Question(device, company, AT - HOUR_US, NOW)
    return copied(report_document.make(state, {}, question, NOW + HOUR_US)[0])


def causes(values: dict[str, Any]) -> dict[tuple[int, str], int]:
    return {(row["device_id"], row["cause"]): row["lookups"] for row in values["numbers"]["leaks"]}


def answered(values: dict[str, Any]) -> int:
    count: int = next(row["answered"] for row in values["numbers"]["kinds"] if row["kind"] == "tracking")
    return count


def test_each_answered_look_up_has_its_reason_and_cure(home: Path) -> None:
    values = reported(home)
    assert causes(values) == {(1, "list_off"): 2, (1, "pause"): 0}  # the second query is of the first look-up
    assert sum(causes(values).values()) == answered(values)
    off = values["leaks_told"][0]
    assert off["cure"] == "Turn on Xiaomi, Redmi and POCO at level safe for the house."
    assert off["command"] == f"telltale lists level {PACK} safe"
    assert ("2 answered look-ups got through for this reason: A list that is installed has it, but is off for the "
            "device, or on at a lower level.") in values["summary"]  # fmt: skip
    page = as_html(values).decode()
    assert "Tracking that got through" in page and "Turn on Xiaomi" in page and 'id="sql-leaks"' in page
    assert any("told from the home&#x27;s history" in line for line in page.splitlines())


def test_a_companys_report_tells_them_by_device(home: Path) -> None:
    values = reported(home, None, "Xiaomi")
    assert causes(values) == {(1, "list_off"): 2, (2, "list_off"): 1, (1, "pause"): 0}
    assert report_check.check(as_html(values), home).fits


def test_better_lists_later_change_no_report_that_was_made(home: Path) -> None:
    asked_log.write(home, [Asked(AT + 3 * HOUR_US, 1, XIAOMI)], now_us=NOW)
    before = reported(home)
    edit.set_toggle(edit.engine(home), PACK, "house", True)
    assert {cause for _, cause in causes(reported(home))} == {"list_later", "pause"}
    assert report_check.check(as_html(before), home).fits


def test_a_reason_that_changed_splits_the_spans(home: Path) -> None:
    """A pause for one hour, an exception in the next, of one name: each row counts under its own."""
    more = [Asked(AT + 3 * HOUR_US, 1, XIAOMI, verdict=Verdict.ALLOW, blocklist="exception", rule=f"||{XIAOMI}^"),
            Asked(AT + 3 * HOUR_US + 9_000_000, 1, XIAOMI, source="pihole")]  # fmt: skip
    asked_log.write(home, more, now_us=NOW)
    values = reported(home)
    assert causes(values) == {(1, "list_off"): 2, (1, "pause"): 0, (1, "exception"): 1, (1, "unknown"): 1}
    assert report_check.check(as_html(values), home).fits


def _dropped(values: dict[str, Any]) -> None:
    del values["numbers"]["leaks"][1]


def _fewer(values: dict[str, Any]) -> None:
    values["numbers"]["leaks"][0]["queries"] -= 1


def _other_cause(values: dict[str, Any]) -> None:
    values["numbers"]["leaks"][0]["cause"] = "pause"


def _cut(values: dict[str, Any]) -> None:
    values["numbers"]["leaks"][0]["spans"][0]["to_us"] -= HOUR_US * 3
    values["numbers"]["leaks"][0]["spans"][0]["to_us"] //= HOUR_US
    values["numbers"]["leaks"][0]["spans"][0]["to_us"] *= HOUR_US


def _half_an_hour(values: dict[str, Any]) -> None:
    values["numbers"]["leaks"][0]["spans"][0]["to_us"] -= HOUR_US // 2


def _left_out(values: dict[str, Any]) -> None:
    _dropped(values)
    values["numbers"]["leaks_left_out"] = 7


@pytest.mark.parametrize("change", [_dropped, _fewer, _other_cause, _cut, _half_an_hour, _left_out])
def test_what_was_forged_is_found(home: Path, change: Callable[[dict[str, Any]], None]) -> None:
    values = reported(home)
    assert report_check.check(as_html(values), home).fits
    change(values)
    values = report_document.in_words(values, "en")
    assert not report_check.check(as_html(values), home).fits


@pytest.mark.parametrize("wrong", [7, [7], [{}], [{"leak": 1, "cause": "no such", "spans": []}], None])
def test_leaks_of_another_shape_do_not_fit(home: Path, wrong: object) -> None:
    values = reported(home)
    values["numbers"]["leaks"] = wrong
    out = io.BytesIO()
    sealed.write_json(out, values, [])
    assert not report_check.check(out.getvalue(), home).fits


def test_what_is_too_much_is_told_as_a_number(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leak_rows, "MAX_LEAKS", 1)
    values = reported(home, None, "Xiaomi")
    assert len(values["numbers"]["leaks"]) == 1 and values["numbers"]["leaks_left_out"] == 1
    assert "1 look-up more is not told one by one." in as_html(values).decode()
    assert report_check.check(as_html(values), home).fits


def test_a_home_without_its_files_says_that_it_does_not_know(home: Path) -> None:
    (home / "index" / "current.idx").unlink()
    assert {cause for _, cause in causes(reported(home))} == {"unknown", "pause"}
    (home / "config.db").unlink()
    assert {cause for _, cause in causes(reported(home))} == {"unknown", "pause"}


def test_a_report_of_before_leaks_were_told_still_fits(home: Path) -> None:
    values = reported(home)
    del values["numbers"]["leaks"], values["numbers"]["leaks_left_out"], values["leaks_told"]
    values["drawn_by"] = "another"
    out = io.BytesIO()
    sealed.write_html(out, ["<!DOCTYPE html>", sealed.data_block(values)])
    assert report_check.check(out.getvalue(), home).fits
