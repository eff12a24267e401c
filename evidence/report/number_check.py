# SPDX-License-Identifier: GPL-3.0-or-later
"""Every number of a report counted again from the log, by the facts that the report itself holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blocklists.whose import home_facts
from blocklists.whose.facts import Facts, Whose
from evidence.report import report_document
from evidence.report.report_document import Question
from evidence.report_counts import report_sql
from evidence.report_counts.known_names import Known
from evidence.report_counts.subject import Subject
from store.base.sentences import Sentence, say
from store.log.rollup_tables import HOUR_US
from store.names.purpose import Purpose, kind_named

MAX_DIFFERENCES = 30
LEAKS = "leaks"
KEYS = {"kinds": ("kind",), "companies": ("company", "kind"), "names": ("name",), "hours": ("hour", "kind"),
        "lists": ("list",), "devices": ("device_id", "kind"), "beats": ("device_id", "name"),
        "halves": ("blocking",), "half_names": ("blocking", "name"), LEAKS: ("leak",)}  # fmt: skip
BY_ADDRESS = "hours"


@dataclass(frozen=True, slots=True)
class Difference:
    """A number of the report that the log does not give: of which table, of what, and both values; day: UTC, or ""."""

    table: str
    of: str
    column: str
    report: str
    log: str
    day: int | None = None


class ReportFacts:
    """The facts about names as a report holds them; of names that it left out, those of today."""

    def __init__(self, values: dict[str, Any], facts: Facts) -> None:
        self._facts = facts
        self._by_name = {
            row["name"]: Whose(row["company"], row["product"], Purpose(row["purpose"]), kind_named(row["kind"]),
                               row["country"], row["matched"], row["source"])
            for row in values["numbers"]["names"]
        }  # fmt: skip
        self.version = facts.version

    def of(self, name: str) -> Whose:
        return self._by_name.get(name) or self._facts.of(name)


def differences(
    state: Path, log: sqlite3.Connection, subject: Subject, values: dict[str, Any]
) -> tuple[list[Difference], list[Sentence]]:
    """What does not fit, and what could not be compared. Raises sqlite3.Error."""
    facts, span = home_facts.load(state), values["range"]
    try:
        known = Known(log, ReportFacts(values, facts), {}, {})
    except (LookupError, TypeError, ValueError):
        return [Difference("names", "", "facts", "", "")], []
    test = (values.get("test") or {}).get("id")
    question = Question(None, "", int(span["from_us"]), int(span["to_us"]), test=test,
                        unblocked_us=span.get("unblocked_us"))  # fmt: skip
    leaks = values["numbers"].get(LEAKS)
    now = report_document.counted(log, subject, question, known, leaks or ())
    now[LEAKS] = _without_left_out(now[LEAKS], values["numbers"].get("leaks_left_out", 0))
    # Before leaks were told, a report had none.
    notes, tables = [], ["total", *(table for table in KEYS if table != LEAKS or leaks is not None)]
    if values["numbers"].get("names_left_out") and facts.version != values["facts_version"]:
        notes.append(say("Not all names are in the report, and other facts hold today: what is counted by kind and "
                         "company was not compared."))  # fmt: skip
        tables = ["total", "lists"]
    return differing(values, now, tables), notes


def differing(values: dict[str, Any], now: dict[str, Any], tables: Iterable[str]) -> list[Difference]:
    """Where these tables of a report are others than now."""
    misfits: list[Difference] = []
    for table in tables:
        misfits += _compared(table, {**values["numbers"], "beats": values["beats"]}.get(table, []), now[table])
        if len(misfits) >= MAX_DIFFERENCES:
            break
    return misfits[:MAX_DIFFERENCES]


def _without_left_out(leaks: list[dict[str, Any]], left_out: int) -> list[dict[str, Any]]:
    """Leak 0 is all that stands in none of the report's, which are as many look-ups as it says."""
    return [row for row in leaks if row["leak"] or row["lookups"] != left_out or not left_out]


def _compared(table: str, report: Any, now: Any) -> Iterator[Difference]:
    columns = _COLUMNS[table]
    if table == "total":
        yield from _rows(table, "", report, now, columns)
        return
    before, after = ({tuple(row.get(key) for key in KEYS[table]): row for row in rows} for rows in (report, now))
    for key in sorted({**before, **after}, key=repr):
        yield from _rows(table, " ".join(str(part) for part in key if part is not None), before.get(key),
                         after.get(key), columns, int(key[0]) * HOUR_US if table == BY_ADDRESS else None)  # fmt: skip
    if len(before) != len(report):
        yield Difference(table, "", "rows", str(len(report)), str(len(after)))


def _rows(
    table: str, of: str, report: Any, now: Any, columns: tuple[str, ...], at_us: int | None = None
) -> Iterator[Difference]:
    day = None if at_us is None else at_us // (24 * HOUR_US)
    if report is None or now is None:
        before, after = ("–" if row is None else str(row.get("lookups", "")) for row in (report, now))
        yield Difference(table, of, "lookups", before, after, day)
        return
    for column in columns:
        if report.get(column) != now.get(column):
            yield Difference(table, of, column, str(report.get(column)), str(now.get(column)), day)


_SUMS = report_sql.SUMS
_COLUMNS = {
    "total": (*_SUMS, "names", "imported", "first_us", "last_us"), "kinds": (*_SUMS, "names"),
    "companies": (*_SUMS, "names", "country"), "names": (*_SUMS, "first_us", "last_us"), "hours": ("lookups",),
    "lists": ("lookups",), "devices": _SUMS, "beats": ("lookups", "period_s", "jitter"),
    "halves": (*_SUMS, "names"), "half_names": _SUMS,
    LEAKS: ("queries", "lookups", "names", "first_us", "last_us", "cause"),
}  # fmt: skip
