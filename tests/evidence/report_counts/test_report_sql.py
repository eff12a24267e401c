# SPDX-License-Identifier: GPL-3.0-or-later
"""Each number of a report is what the statement gives that it quotes, run over querylog.db as a person would."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import xiaomi_phone
from told_facts import NOTHING

from evidence.report import report_document
from evidence.report.report_document import Question
from evidence.report_counts import report_sql
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

pytestmark = pytest.mark.database

HOUR_US = 3_600_000_000


def counted_anew(state: Path, values: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]], Any]]:
    """(key, rows that the statement gives, rows of the report) of every statement that it quotes."""
    report = json.dumps(values)
    with closing(sqlite3.connect(state / querylog.FILE_NAME)) as con:
        con.create_function("readfile", 1, lambda name: report)
        con.executescript(values["sql"]["preparation"])
        for statement in values["sql"]["statements"]:
            cursor = con.execute(statement["sql"])
            names = [column[0] for column in cursor.description]
            yield statement["key"], [dict(zip(names, row, strict=True)) for row in cursor], (
                values["numbers"][statement["key"]]
            )


def assert_the_same(state: Path, values: dict[str, Any]) -> int:
    """How many numbers were compared."""
    numbers = 0
    for key, by_statement, of_report in counted_anew(state, values):
        rows = [of_report] if key == "total" else of_report
        columns = by_statement[0].keys() if by_statement else ()
        shown = [{column: row[column] for column in columns} for row in rows if row.get("queries", 1)]
        assert sorted(map(repr, shown)) == sorted(map(repr, by_statement)), key
        numbers += sum(len(row) for row in shown)
    return numbers


def test_every_number_of_a_device_is_its_count(phone: Path, values: dict[str, Any]) -> None:
    assert assert_the_same(phone, values) > 800
    assert [each["key"] for each in values["sql"]["statements"]] == [
        "total", "kinds", "companies", "names", "hours", "lists", "leaks"
    ]  # fmt: skip


def test_every_number_of_a_company_is_its_count(phone: Path, company: dict[str, Any]) -> None:
    assert assert_the_same(phone, company) > 500
    assert "devices" in [each["key"] for each in company["sql"]["statements"]]


def test_the_columns_that_are_declared_are_those_that_come(phone: Path, company: dict[str, Any]) -> None:
    subject = report_document.subjects.Subject(report_document.subjects.About.COMPANY, company="Xiaomi")
    declared = {each.key: each.columns for each in report_sql.statements(subject)}
    for key, rows, _ in counted_anew(phone, company):
        assert rows and tuple(rows[0]) == declared[key]


NAMES = ("data.mistat.xiaomi.com", "www.reddit.com", "tracking.miui.com", "nobody.knows.example")
# Steps that are just within, at and beyond the second that makes two queries one look-up, and across hours.
STEPS = (1, 400_000, 999_999, 1_000_000, 1_000_001, 61_000_000, HOUR_US - 7, HOUR_US, 26 * HOUR_US)


def _at_random(seed: int) -> tuple[list[Key], list[tuple[int, int, int, int]]]:
    draw = random.Random(seed)
    keys = [
        Key(draw.choice(NAMES), draw.choice((1, 28, 65, 64, 16, 12)), draw.choice(list(Verdict)), Origin.UPSTREAM,
            draw.choice(("", "pack:xiaomi")), "", draw.choice((0, 2, 3, 5, 65535)), "", draw.choice(("", "pihole")))
        for _ in range(30)
    ]  # fmt: skip
    at, rows = 20_700 * 24 * HOUR_US, []
    for _ in range(500):
        at += draw.choice(STEPS)
        rows.append((at, draw.randrange(3), draw.randrange(len(keys)), 7))
    return keys, rows


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_in_the_log(tmp_path: Path, seed: int) -> None:
    keys, rows = _at_random(seed)
    end = rows[-1][0] + 1
    with closing(querylog.open_log(tmp_path / querylog.FILE_NAME)) as con:
        writer = Writer(con, NOTHING, lambda: end)
        writer.add(Batch(1, 0, 1, ["10.0.0.1", "10.0.0.2", "10.0.0.9"], keys, rows),
                   {"10.0.0.1": 1, "10.0.0.2": 1}.get)  # fmt: skip
        writer.commit()
        xiaomi_phone.name_devices(con)
    for question in (Question(1, "", 1, end), Question(None, "Xiaomi", rows[70][0] + seed, rows[400][0] - seed)):
        values, _ = report_document.make(tmp_path, {}, question, end + HOUR_US)
        assert_the_same(tmp_path, json.loads(json.dumps(values)))
