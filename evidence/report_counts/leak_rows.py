# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracking that was answered, in a report: by device, company and reason, and which rows of the log those are.

    log ─► counts of an hour ─► judge (evidence.findings.leak_judge) ─► leaks, each with the spans of its rows

No row says why it was answered, so a leak carries its rows as spans: a name, judged as it says, from ≤ time < to. Spans
begin and end with an hour of UTC, or with the report. With them each leak is a count again, whatever holds by then.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple

from evidence.findings.finding import Cause
from evidence.findings.leak_judge import Judge
from evidence.findings.leaks import ANSWERED, LET_THROUGH, Reason
from evidence.findings.tracked_hours import Asked
from evidence.report_counts import log_measures
from evidence.report_counts.report_numbers import Row, moment
from evidence.report_counts.subject import Subject
from store.log.records import Verdict, counted_sql
from store.log.rollup_tables import HOUR_US
from store.sums.lookups import ADDRESS_TYPES, TOGETHER_US, begins_sql

MAX_LEAKS = 2_000  # of a report, the most look-ups first; a device has some dozens
MAX_SPANS = 20_000  # of all of them, 150 bytes each; as many as names
MOST_NAMES = 5  # that a leak tells

_SQL = f"""
    WITH asked AS (
        SELECT {{device}} AS device, r.name_id AS name, r.time_us AS at, {counted_sql("o")} AS verdict,
               coalesce(o.type, 0) IN {ADDRESS_TYPES} AS address, coalesce(o.list_id, 0) AS list,
               coalesce(o.rule_id, 0) AS rule, coalesce(o.source_id, 0) > 0 AS imported
        FROM records r LEFT JOIN clients c ON c.id = r.client_id LEFT JOIN outcomes o ON o.id = r.outcome_id
        WHERE r.time_us >= ?1 - {TOGETHER_US} AND r.time_us < ?2 AND r.{{mine}}
            AND r.name_id IN (SELECT value FROM json_each(?4))
    ), timed AS (
        SELECT *, {begins_sql("at", "device, name")} AS begins
        FROM asked
    ), summed AS (
        SELECT device, name, at / {HOUR_US} AS hour, verdict, list, rule, imported, count(*) AS queries,
               sum(begins) AS lookups, min(at) AS first, max(at) AS last
        FROM timed WHERE at >= ?1 AND verdict IN {tuple(ANSWERED)} GROUP BY 1, 2, 3, 4, 5, 6, 7
    )
    SELECT device, n.name, hour, verdict, coalesce(l.key, ''), coalesce(rn.name, ''), imported, queries, lookups,
           first, last
    FROM summed s JOIN names n ON n.id = s.name LEFT JOIN lists l ON l.id = s.list LEFT JOIN names rn ON rn.id = s.rule
    ORDER BY hour"""  # noqa: S608 - fixed text


class Class(NamedTuple):
    """What the log tells apart of rows that were answered; `verdict` in words."""

    device_id: int
    name: str
    verdict: str
    list: str
    rule: str
    imported: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one class in one hour: its queries and look-ups, and when they were, µs."""

    of: Class
    hour: int
    queries: int
    lookups: int
    first_us: int
    last_us: int


class Key(NamedTuple):
    """What makes rows one leak; `whose`: the company, else the name."""

    device_id: int
    whose: str
    reason: Reason


@dataclass(slots=True)
class _Leak:
    queries: int = 0
    lookups: int = 0
    first_us: int = 0
    last_us: int = 0
    names: Counter[str] = field(default_factory=Counter)
    spans: list[Row] = field(default_factory=list)

    def add(self, counted: Counted) -> None:
        self.queries += counted.queries
        self.lookups += counted.lookups
        self.first_us = min(self.first_us or counted.first_us, counted.first_us)
        self.last_us = max(self.last_us, counted.last_us)
        self.names[counted.of.name] += counted.lookups

    def sums(self) -> Row:
        return {"queries": self.queries, "lookups": self.lookups, "names": len(self.names),
                "first_us": self.first_us, "last_us": self.last_us}  # fmt: skip


def leaks(
    log: sqlite3.Connection, subject: Subject, span: tuple[int, int], tracking: Sequence[int],
    companies: Mapping[str, str | None], judge: Judge, devices: Mapping[int, str],
) -> dict[str, Any]:  # fmt: skip
    """`leaks`, and in `leaks_left_out` the look-ups of those that are too many. `tracking`: ids of names that track;
    `companies`: whose each is, by name. Raises sqlite3.Error.
    """
    by_key, open_spans = dict[Key, _Leak](), dict[Class, tuple[Key, Row]]()
    for counted in _counted(log, subject, span, tracking):
        name = counted.of.name
        key = Key(counted.of.device_id, companies.get(name) or name, judge.reason(_asked(counted)))
        by_key.setdefault(key, _Leak()).add(counted)
        before = open_spans.get(counted.of)
        if before is None or before[0] != key:
            begin_us = span[0] if before is None else counted.hour * HOUR_US
            if before is not None:
                before[1]["to_us"] = begin_us
            row = {**counted.of._asdict(), "from_us": begin_us, "to_us": span[1]}
            by_key[key].spans.append(row)
            open_spans[counted.of] = key, row
    order = sorted(by_key, key=lambda key: (-by_key[key].lookups, key.device_id, key.whose, repr(key.reason)))
    rows, spans, left_out = list[Row](), 0, 0
    for key in order:
        spans += len(by_key[key].spans)
        if len(rows) >= MAX_LEAKS or spans > MAX_SPANS:
            left_out += by_key[key].lookups
            continue
        rows.append(_row(len(rows) + 1, key, by_key[key], companies, judge, devices))
    return {"leaks": rows, "leaks_left_out": left_out}


def recounted(
    log: sqlite3.Connection, subject: Subject, span: tuple[int, int], tracking: Sequence[int], report: Sequence[Row]
) -> list[Row]:
    """The same counts of the leaks of a report, by the spans that it holds; what is in none of them is leak 0.

    Raises sqlite3.Error, and LookupError, TypeError or ValueError for what is of another shape.
    """
    spans: dict[Class, list[tuple[int, int, int]]] = {}
    causes = {int(row["leak"]): Cause(row["cause"]) for row in report}
    for row in report:
        for each in row["spans"]:
            ends = int(each["from_us"]), int(each["to_us"])
            if any(end % HOUR_US and end not in span for end in ends):
                raise ValueError(ends)
            of = Class(*(each[column] for column in Class._fields))
            spans.setdefault(of, []).append((*ends, int(row["leak"])))
    sums = dict[int, _Leak]()
    for counted in _counted(log, subject, span, tracking):
        at_us = max(counted.hour * HOUR_US, span[0])
        number = next((leak for begin, end, leak in spans.get(counted.of, ()) if begin <= at_us < end), 0)
        sums.setdefault(number, _Leak()).add(counted)
        possible = _left_open(counted.of)
        if number and causes[number] not in possible:
            causes[number] = possible[0]
    return [{"leak": number, "cause": causes.get(number, Cause.NONE).value, **leak.sums()}
            for number, leak in sorted(sums.items())]  # fmt: skip


def _left_open(of: Class) -> tuple[Cause, ...]:
    """The causes that the log itself leaves open for rows of a class."""
    if of.imported:
        return (Cause.UNKNOWN,)
    if of.verdict == Verdict.ALLOW.name:
        return (LET_THROUGH.get(of.list, Cause.ALLOW_LIST),)
    return (Cause.UNKNOWN, Cause.NO_LIST, Cause.LIST_OFF, Cause.LIST_LATER, Cause.GROUP, Cause.SCHEDULE)


def _counted(
    log: sqlite3.Connection, subject: Subject, span: tuple[int, int], tracking: Sequence[int]
) -> Iterator[Counted]:
    """In order of the hours."""
    device = "0" if subject.clients is not None else "coalesce(c.device_id, 0)"
    sql = _SQL.format(device=device, mine=subject.where.replace("?", "?3"))
    for begin_us, end_us in log_measures.steps(log, *span):
        for row in log.execute(sql, (begin_us, end_us, *subject.values, json.dumps(list(tracking)))):
            number, name, hour, verdict, blocklist, rule, imported, *sums = row
            of = Class(number or subject.device_id, name, ANSWERED[verdict], blocklist, rule, bool(imported))
            yield Counted(of, hour, *sums)


def _asked(counted: Counted) -> Asked:
    of = counted.of
    return Asked(of.device_id, of.name, int(Verdict[of.verdict]), of.list, of.rule, of.imported, counted.queries,
                 counted.first_us, counted.last_us)  # fmt: skip


def _row(
    number: int, key: Key, leak: _Leak, companies: Mapping[str, str | None], judge: Judge, devices: Mapping[int, str]
) -> Row:
    reason = replace(key.reason, cause=Cause.NONE)
    most = [name for name, _ in leak.names.most_common(MOST_NAMES)]
    return {
        "leak": number, "device_id": key.device_id, "device": devices.get(key.device_id),
        "company": companies.get(most[0]), **asdict(reason), "cause": key.reason.cause.value,
        **judge.about(key.reason), "most": most, **leak.sums(), "first": moment(leak.first_us),
        "last": moment(leak.last_us), "spans": leak.spans,
    }  # fmt: skip
