# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an idle test: blocking off and on apart, and what is left of it when the log has let its rows go."""

import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from phone_report import FROM_US, NOW_US, as_html, copied

from blocklists.whose import home_facts
from evidence.idle_test import idle_test_rows, idle_tests_file, settle
from evidence.idle_test.idle_test import NewTest
from evidence.report import report_check, report_document, sealed
from evidence.report.report_document import Question
from store.log import querylog

pytestmark = pytest.mark.database

HOUR_US = 3_600_000_000
START_US = FROM_US + 30 * HOUR_US


@pytest.fixture
def tested(phone: Path, _migrated: Path) -> Path:
    """A phone's log, with a test of three hours of which the first was without blocking, and its kept result."""
    shutil.copy(_migrated / "config.db", phone)
    with closing(idle_tests_file.open_writer(phone)) as con:
        idle_test_rows.begin(con, NewTest(1, "Redmi Note 12", 180), START_US, START_US + HOUR_US)
        test = idle_test_rows.test(con, 1)
        idle_test_rows.keep(con, 1, settle.computed(phone, test, home_facts.load(phone), NOW_US))
    return phone


def made(state: Path) -> dict[str, Any]:
    return copied(report_document.make(state, {}, Question(None, "", 0, 0, test=1), NOW_US)[0])


def deleted(state: Path, before_us: int) -> None:
    """As retention does."""
    with closing(sqlite3.connect(state / querylog.FILE_NAME)) as con:
        con.execute("DELETE FROM records WHERE time_us < ?", (before_us,))
        con.execute("UPDATE marks SET value = ? WHERE key = 'deleted_to'", (before_us - 1,))
        con.commit()


def test_blocking_off_and_on_stand_apart_and_equal_their_statements(tested: Path) -> None:
    values = made(tested)
    halves = values["numbers"]["halves"]
    assert not values.get("kept") and [row["blocking"] for row in halves] == ["off", "on"]
    assert sum(row["lookups"] for row in halves) == values["numbers"]["total"]["lookups"] > 0
    with closing(sqlite3.connect(tested / querylog.FILE_NAME)) as con:
        con.create_function("readfile", 1, lambda name: json.dumps(values))
        con.executescript(values["sql"]["preparation"])
        for statement in values["sql"]["statements"]:
            if statement["key"] in {"halves", "half_names"}:
                cursor = con.execute(statement["sql"])
                names = [column[0] for column in cursor.description]
                rows = [dict(zip(names, row, strict=True)) for row in cursor]
                told = [{name: row[name] for name in names} for row in values["numbers"][statement["key"]]]
                assert sorted(map(repr, rows)) == sorted(map(repr, told)) and rows
    page = as_html(values).decode()
    assert "Blocking paused" in page and 'id="sql-half_names"' in page
    assert report_check.check(page.encode(), tested).fits
    values["numbers"]["halves"][0]["lookups"] += 1
    assert "halves" in {each.table for each in report_check.check(as_html(values), tested).numbers}


@pytest.mark.parametrize("hours", [1, 100], ids=["in part", "wholly"])
def test_the_kept_result_outlives_the_rows(tested: Path, hours: int) -> None:
    before = made(tested)
    deleted(tested, START_US + hours * HOUR_US)
    values = made(tested)
    assert values["kept"] and values["range"] == before["range"] and not values["days"]
    for table in ("total", "kinds", "halves", "half_names"):
        assert values["numbers"][table] == before["numbers"][table], table
    assert [(row["name"], row["lookups"]) for row in values["numbers"]["names"]] == [
        (row["name"], row["lookups"]) for row in before["numbers"]["names"]
    ]
    assert "no longer has all rows of this time" in values["summary"][0]
    assert any("data.mistat.intl.xiaomi.com" in sentence and "at a beat" in sentence for sentence in values["summary"])
    page = as_html(values).decode()
    assert "so that they cannot be run again" in page.replace("\n", " ") and 'href="#sql-' not in page
    checked = report_check.check(page.encode(), tested)
    assert checked.fits and checked.kept and checked.compared, checked
    assert any("neither rows nor statements can be compared" in note for note in checked.notes)


def test_without_any_log_the_kept_result_is_reported(tested: Path) -> None:
    (tested / querylog.FILE_NAME).unlink()
    values = made(tested)
    assert values["kept"] and report_check.check(as_html(values), tested).fits


def test_where_the_result_is_not_kept_that_is_said(tested: Path, tmp_path: Path) -> None:
    deleted(tested, NOW_US)
    page = as_html(made(tested))
    for state in (tmp_path / "elsewhere", None):
        checked = report_check.check(page, state)
        assert checked.fits and not checked.compared
        assert any("is not kept here" in note for note in checked.notes) == (state is not None)


def _fewer(values: dict[str, Any]) -> None:
    values["numbers"]["names"][0]["lookups"] -= 1


def _fewer_in_both(values: dict[str, Any]) -> None:
    values["kept"]["result"]["names"][0]["counts"][4] -= 1


def _no_result(values: dict[str, Any]) -> None:
    values["kept"]["result"] = {"names": 7}


def _no_table(values: dict[str, Any]) -> None:
    values["numbers"]["lists"] = 7


def _no_test(values: dict[str, Any]) -> None:
    values["test"] = None


def _other_limits(values: dict[str, Any]) -> None:
    values["kept"]["result"]["limits"]["dropped"] = 5


@pytest.mark.parametrize("forge", [_no_table, _no_test])
def test_data_that_are_none_are_told(tested: Path, forge: Callable[[dict[str, Any]], None]) -> None:
    deleted(tested, NOW_US)
    values = made(tested)
    forge(values)
    out = io.BytesIO()
    sealed.write_json(out, values, [])
    assert "Its data are not those of a report." in report_check.check(out.getvalue(), tested).altered


@pytest.mark.parametrize("forge", [_fewer, _fewer_in_both, _no_result, _other_limits])
def test_a_kept_number_that_was_forged_is_found(tested: Path, forge: Callable[[dict[str, Any]], None]) -> None:
    deleted(tested, NOW_US)
    values = made(tested)
    forge(values)
    checked = report_check.check(as_html(values), tested)
    assert not checked.fits and not any("digest" in sentence for sentence in checked.altered)


def test_of_a_device_that_asked_for_nothing(tested: Path) -> None:
    with closing(idle_tests_file.open_writer(tested)) as con:
        test = idle_test_rows.begin(con, NewTest(9, "Lamp", 60), START_US)
        idle_test_rows.keep(con, test.id, settle.computed(tested, test, home_facts.load(tested), NOW_US))
    deleted(tested, NOW_US)
    values, _ = report_document.make(tested, {}, Question(None, "", 0, 0, test=test.id), NOW_US)
    assert any("asked for nothing" in sentence for sentence in values["summary"])
    assert report_check.check(as_html(copied(values)), tested).fits
