# SPDX-License-Identifier: GPL-3.0-or-later
"""One byte of a report that was flipped, taken or added is found; so is one row of the log, with day and row."""

import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from phone_report import FROM_US, as_html

from evidence.chain.verify import What
from evidence.report import report_check, sealed
from evidence.report.sealed import NotReport
from store.log import querylog

pytestmark = pytest.mark.database

FIRST_DAY = FROM_US // 86_400_000_000


def test_a_report_fits_the_log_that_it_was_made_from(phone: Path, html: bytes, json_file: bytes) -> None:
    for content in (html, json_file):
        checked = report_check.check(content, phone)
        assert checked.fits and checked.compared and not checked.notes, checked
        alone = report_check.check(content, None)
        assert alone.fits and not alone.compared


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


CHANGES: dict[str, Callable[[bytes, int], bytes]] = {
    "flipped": _flipped,
    "removed": lambda content, at: content[:at] + content[at + 1 :],
    "added": lambda content, at: content[:at] + b" " + content[at:],
    "doubled": lambda content, at: content[: at + 1] + content[at:],
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("form", ["html", "json_file"])
def test_a_byte_that_was_changed_is_found(form: str, change: str, request: pytest.FixtureRequest) -> None:
    content: bytes = request.getfixturevalue(form)
    places = [*range(40), *range(40, len(content) - 120, len(content) // 60), *range(len(content) - 120, len(content))]
    for at in places:
        altered = CHANGES[change](content, at)
        assert altered != content
        assert not sealed.is_whole(altered), (at, content[max(0, at - 20) : at + 20])
    for at in (0, len(content)):
        assert not sealed.is_whole(content[:at] + b"\n" + content[at:])
    assert sealed.is_whole(content)


def test_an_altered_report_is_told_as_that(phone: Path, html: bytes) -> None:
    checked = report_check.check(html.replace(b"Redmi", b"Rodmi", 1), phone)
    assert not checked.fits
    assert checked.altered[0] == "The file was changed after it was made: its digest does not fit."


def _forged(values: dict[str, Any], change: Callable[[dict[str, Any]], None]) -> bytes:
    """Numbers changed by somebody who can make the digest anew, and the page with it."""
    change(values)
    return as_html(values)


def _fewer(values: dict[str, Any]) -> None:
    values["numbers"]["names"][0]["lookups"] -= 1


def _other_hour(values: dict[str, Any]) -> None:
    values["numbers"]["hours"][3]["lookups"] += 5


def _no_beat(values: dict[str, Any]) -> None:
    del values["beats"][0]


def _invented(values: dict[str, Any]) -> None:
    values["numbers"]["companies"].append({**values["numbers"]["companies"][0], "company": "Invented"})


@pytest.mark.parametrize(
    ("change", "table", "of"),
    [(_fewer, "names", "data.mistat.intl.xiaomi.com"), (_other_hour, "hours", ""), (_no_beat, "beats", ""),
     (_invented, "companies", "Invented tracking")],
)  # fmt: skip
def test_a_number_that_was_forged_is_found(
    phone: Path, values: dict[str, Any], change: Callable[[dict[str, Any]], None], table: str, of: str
) -> None:
    checked = report_check.check(_forged(values, change), phone)
    assert not checked.fits and not any("digest" in sentence for sentence in checked.altered)
    assert table in {each.table for each in checked.numbers}
    assert not of or of in {each.of for each in checked.numbers}


def test_sentences_and_a_page_that_say_something_else_are_found(phone: Path, values: dict[str, Any]) -> None:
    values["summary"][0] = "It never asked for anything."
    assert "Its sentences do not fit its own numbers." in report_check.check(as_html(values), phone).altered
    out = io.BytesIO()
    sealed.write_html(out, [as_html(values).decode().rpartition("<!--sha256")[0].replace("· advertising", "· nothing")])
    assert "Its page does not show what its own data say." in report_check.check(out.getvalue(), phone).altered


def _edited(state: Path, sql: str) -> None:
    with closing(sqlite3.connect(state / querylog.FILE_NAME)) as con:
        con.execute(sql)
        con.commit()


ROW = "(SELECT time_us FROM records r JOIN clients c ON c.id = r.client_id WHERE c.device_id = 1 LIMIT 1 OFFSET 499)"


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        (f"UPDATE records SET duration_us = 7 WHERE time_us = {ROW}", What.CHANGED),
        (f"DELETE FROM records WHERE time_us = {ROW}", What.MISSING),
        ("INSERT INTO records SELECT time_us + 1, client_id, name_id, outcome_id, 9 FROM records"
         f" WHERE time_us = {ROW}", What.ADDED),
    ],
)  # fmt: skip
def test_a_row_of_the_log_that_was_changed_is_named(phone: Path, html: bytes, sql: str, what: What) -> None:
    with closing(sqlite3.connect(phone / querylog.FILE_NAME)) as con:
        before = con.execute(f"SELECT time_us FROM records WHERE time_us <= {ROW}").fetchall()[-1][0]
        of_day = con.execute(
            "SELECT count(*) FROM records r JOIN clients c ON c.id = r.client_id WHERE c.device_id = 1 AND time_us <= ?"
            " AND time_us >= ?", (before, before // 86_400_000_000 * 86_400_000_000)).fetchone()[0]  # fmt: skip
    _edited(phone, sql)
    checked = report_check.check(html, phone)
    assert not checked.fits and not checked.altered
    fault = checked.rows[0]
    assert (fault.what, fault.day) == (what, before // 86_400_000_000)
    assert fault.row == of_day + (what is What.ADDED)
    assert [each.day for each in checked.chain_rows] == [fault.day]
    assert bool(checked.numbers) == (what is not What.CHANGED)


def test_the_chain_that_was_made_anew_is_found(phone: Path, html: bytes) -> None:
    with closing(sqlite3.connect(phone / "chain.db")) as con:
        con.execute("UPDATE links SET head = replace(head, 'a', 'b')")
        con.commit()
    checked = report_check.check(html, phone)
    assert any("is not the one of the report" in sentence for sentence in checked.chain)
    (phone / "chain.db").unlink()
    assert report_check.check(html, phone).chain


def test_a_device_that_was_split_since_is_told(phone: Path, html: bytes) -> None:
    _edited(phone, "UPDATE clients SET device_id = 5 WHERE device_id = 1")
    checked = report_check.check(html, phone)
    assert checked.fits
    assert any("merged or split" in note for note in checked.notes)


def test_rows_that_are_no_longer_kept_are_no_fault(phone: Path, html: bytes) -> None:
    newest = FROM_US + 86_400_000_000
    _edited(phone, f"DELETE FROM records WHERE time_us <= {newest}")
    _edited(phone, f"UPDATE marks SET value = {newest} WHERE key = 'deleted_to'")
    checked = report_check.check(html, phone)
    assert checked.fits, checked
    assert any("no longer keeps" in note for note in checked.notes) and not checked.counted


def test_rows_of_a_json_report_fit_its_own_digests(json_file: bytes) -> None:
    values = json.loads(json_file)
    assert len(values["rows"]) == values["numbers"]["total"]["queries"]
    values["rows"][5][2] = "www.example.com"
    rows = values.pop("rows")
    values.pop("sha256")
    out = io.BytesIO()
    sealed.write_json(out, values, [json.dumps(row, separators=(",", ":")) for row in rows])
    checked = report_check.check(out.getvalue(), None)
    assert not checked.altered and [(each.day, each.row) for each in checked.rows] == [(FIRST_DAY, 6)]


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"<html></html>", b"\xff\xfe" * 200])
def test_what_is_no_report(content: bytes) -> None:
    with pytest.raises(NotReport, match="This is no report of Telltale"):
        report_check.check(content, None)


def test_values_that_are_no_reports(values: dict[str, Any]) -> None:
    for key in ("range", "numbers", "subject", "days", "beats", "chain"):
        broken = {**values, key: 7}
        out = io.BytesIO()
        sealed.write_json(out, broken, [])
        assert not report_check.check(out.getvalue(), None).fits


SHAPES: list[tuple[tuple[str | int, ...], Any]] = [
    (("days", 0), 1), (("days", 0), {}), (("days", 0, "day"), {}), (("days", 0, "day"), 10**30),
    (("rows_left_out",), None), (("subject", "device_id"), 10**30),
    (("subject", "device_id"), {}), (("subject", "clients"), 5),
    (("subject", "clients"), [{}]), (("numbers", "names", 0), 7), (("test",), "x"),
    (("chain", "days"), [{}]), (("chain", "links"), "x"), (("beats", 0), None), (("numbers", "hours"), 3),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value"), SHAPES)
@pytest.mark.parametrize("drawn_by", ["this version", "another"])
def test_values_of_another_shape_do_not_fit_and_raise_nothing(
    phone: Path, json_file: bytes, place: tuple[str | int, ...], value: object, drawn_by: str
) -> None:
    values = json.loads(json_file)
    rows = values.pop("rows")
    del values["sha256"]
    holder: Any = values
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    values["drawn_by"] = values["drawn_by"] if drawn_by == "this version" else drawn_by
    out = io.BytesIO()
    sealed.write_json(out, values, map(json.dumps, rows))
    assert not report_check.check(out.getvalue(), phone).fits
    alone = report_check.check(out.getvalue(), None)
    assert "The file was changed after it was made: its digest does not fit." not in alone.altered
