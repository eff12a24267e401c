# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report says of a phone whose days are known."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import xiaomi_phone
from phone_report import DAYS, FROM_US, NOW_US, TO_US, as_html, copied

from evidence.idle_test import idle_test_rows, idle_tests_file
from evidence.idle_test.idle_test import NewTest
from evidence.report import report_check, report_document
from evidence.report.report_document import Question
from evidence.report_counts.subject import NoReport
from store.log import querylog

pytestmark = pytest.mark.database


def test_the_summary_is_in_plain_words(values: dict[str, Any]) -> None:
    total, tracking = values["numbers"]["total"], values["numbers"]["kinds"][0]
    assert values["summary"][0].endswith(
        f"Redmi Note 12 asked for {total['names']} names, in {total['lookups']:,} look-ups."
    )
    assert values["summary"][1].startswith(f"{tracking['lookups']:,} look-ups (")
    assert any(f"{tracking['blocked']:,} look-ups were blocked" in sentence for sentence in values["summary"])
    beat = "data.mistat.intl.xiaomi.com (Xiaomi) was asked for at a beat: at least every 15 minutes, also at night."
    assert beat in values["summary"]


def test_beats_come_back_within_five_per_cent(values: dict[str, Any]) -> None:
    periods = {beat["name"]: beat["period_s"] for beat in values["beats"] if beat["kind"] == "tracking"}
    for name, period, _ in xiaomi_phone.BEATS:
        assert periods[name] == pytest.approx(period, rel=0.05)
    first = values["beats"][0]
    assert sum(map(len, first["ticks"].values())) == first["lookups"] and len(first["ticks"]) >= DAYS


def test_it_carries_the_chain_and_each_days_digest(phone: Path, values: dict[str, Any]) -> None:
    with closing(sqlite3.connect(phone / "chain.db")) as con:
        links = con.execute("SELECT head, sha256, rows FROM links ORDER BY seq").fetchall()
    assert values["chain"]["head"] == links[-1][0] and values["chain"]["links"] == len(links)
    assert [(day["sha256"], day["rows"]) for day in values["chain"]["days"]] == [row[1:] for row in links]
    assert sum(day["rows"] for day in values["days"]) == values["numbers"]["total"]["queries"]


def test_limits_are_stated(values: dict[str, Any], phone: Path) -> None:
    limits = " ".join(values["limits"])
    for words in ("neither what was sent", "own cache", "at that time is not known", "No record is known"):
        assert words in limits, words
    with closing(sqlite3.connect(phone / querylog.FILE_NAME)) as con:
        con.execute("INSERT INTO drops VALUES (?, 1, 12)", (FROM_US + 3_600_000_000,))
        con.execute("DELETE FROM records WHERE time_us BETWEEN ? AND ?", (FROM_US + 9 * 3_600_000_000, FROM_US
                                                                      + 15 * 3_600_000_000))  # fmt: skip
        con.commit()
    again, _ = report_document.make(phone, {}, Question(1, "", FROM_US, TO_US), NOW_US)
    limits = " ".join(again["limits"])
    assert "12 records of the whole home were dropped" in limits
    assert "In 6 hours of this time the log has nothing of any device" in limits
    assert len(again["circumstances"]["gaps"]) == 1


def test_the_range_is_that_of_the_log(values: dict[str, Any], phone: Path) -> None:
    long, _ = report_document.make(phone, {}, Question(1, "", 1, NOW_US * 2), NOW_US)
    assert FROM_US <= long["range"]["from_us"] < FROM_US + 3_600_000_000
    assert long["range"]["to_us"] == NOW_US - report_document.SETTLED_US
    assert long["numbers"]["total"] == values["numbers"]["total"]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (Question(7, "", FROM_US, TO_US), "no query of a device 7"),
        (Question(0, "", FROM_US, TO_US), "no query of a device 0"),
        (Question(None, "Nobody Ltd", FROM_US, TO_US), "no name of a company 'Nobody Ltd'"),
        (Question(1, "", TO_US, FROM_US), "range is empty"),
        (Question(1, "", 5, 6), "nothing of this time"),
    ],
)
def test_what_cannot_be_reported_is_said(phone: Path, question: Question, sentence: str) -> None:
    with pytest.raises(NoReport, match=sentence):
        report_document.make(phone, {}, question, NOW_US)


def test_without_a_log(tmp_path: Path) -> None:
    with pytest.raises(NoReport, match="There is no query log"):
        report_document.make(tmp_path, {}, Question(1, "", FROM_US, TO_US), NOW_US)


def test_a_company_is_found_however_it_is_written(phone: Path, company: dict[str, Any]) -> None:
    values, subject = report_document.make(phone, {}, Question(None, " xiaomi ", FROM_US, TO_US), NOW_US)
    assert values["subject"]["company"] == "Xiaomi" and subject.names
    assert values["numbers"] == company["numbers"]
    assert {row["company"] for row in values["numbers"]["names"]} == {"Xiaomi"}


def test_rows_are_bounded_and_say_so(phone: Path, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_document, "MAX_JSON_ROWS", 100)
    made, subject = report_document.make(phone, {}, Question(1, "", FROM_US, TO_US), NOW_US)
    rows = list(report_document.rows(phone, subject, FROM_US, TO_US))
    assert len(rows) == 100 and made["rows_left_out"] == values["numbers"]["total"]["queries"] - 100


def test_the_report_of_an_idle_test(phone: Path) -> None:
    start = FROM_US + 30 * 3_600_000_000
    with closing(idle_tests_file.open_writer(phone)) as con:
        test = idle_test_rows.begin(con, NewTest(1, "Redmi Note 12", 180), start)
    values, _ = report_document.make(phone, {}, Question(None, "", 0, 0, test=test.id), NOW_US)
    span = values["range"]
    assert (span["from_us"], span["to_us"]) == (start, start + 3 * 3_600_000_000) and values["test"] == {"id": test.id}
    assert values["summary"][0].startswith("Idle test: from ") and "nobody used Redmi Note 12" in values["summary"][0]
    beat = next(each for each in values["beats"] if each["name"] == "data.mistat.intl.xiaomi.com")
    assert beat["period_s"] == pytest.approx(900, rel=0.05)
    assert report_check.check(as_html(copied(values)), phone).fits
    with pytest.raises(NoReport, match="no idle test 99"):
        report_document.make(phone, {}, Question(None, "", 0, 0, test=99), NOW_US)
    with pytest.raises(NoReport, match="is not over yet"):
        report_document.make(phone, {}, Question(None, "", 0, 0, test=test.id), start + 1)
