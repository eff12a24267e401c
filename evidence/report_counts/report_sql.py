# SPDX-License-Identifier: GPL-3.0-or-later
"""The statements that a report quotes: run over querylog.db, each gives the numbers that stand beside it. Pure.

They read the view `queries`, as a person with an SQLite browser would. What the report counted a name under (company,
purpose, kind) is in the report itself, so that better facts later do not change what it said.
"""

from __future__ import annotations

from dataclasses import dataclass

from evidence.report_counts.subject import About, Subject
from store.base.sentences import say
from store.log.records import ANSWERED, FAILED_IN_VIEW
from store.log.rollup_tables import HOUR_US
from store.sums.lookups import ADDRESS_WORDS, TOGETHER_US, begins_sql


@dataclass(frozen=True, slots=True)
class Statement:
    """`key`: what it counts, as `numbers` of a report is keyed; `columns`: those of its rows, in its order."""

    key: str
    title: str
    sql: str
    columns: tuple[str, ...]


_SUMS = """count(*) AS queries, count(*) FILTER (WHERE begins) AS lookups,
       count(*) FILTER (WHERE begins AND fate = 'blocked') AS blocked,
       count(*) FILTER (WHERE begins AND fate = 'answered') AS answered,
       count(*) FILTER (WHERE begins AND fate = 'failed') AS failed,
       count(*) FILTER (WHERE begins AND fate = 'other') AS other"""
SUMS = ("queries", "lookups", "blocked", "answered", "failed", "other")


def preparation(subject: Subject, from_us: int, to_us: int) -> str:
    """What comes before the statements: the facts that the report holds, and its rows, as `asked`."""
    mine = (f"device_id = {subject.device_id}" if subject.about is About.DEVICE
            else "name IN (SELECT name FROM facts)")  # fmt: skip
    return f"""CREATE TEMP TABLE facts AS
SELECT json_extract(value, '$.name') AS name, json_extract(value, '$.company') AS company,
       json_extract(value, '$.kind') AS kind
FROM json_each(readfile('report.json'), '$.numbers.names');
CREATE TEMP TABLE leak_spans AS
SELECT json_extract(leak.value, '$.leak') AS leak, json_extract(span.value, '$.device_id') AS device_id,
       json_extract(span.value, '$.name') AS name, json_extract(span.value, '$.verdict') AS verdict,
       json_extract(span.value, '$.list') AS list, json_extract(span.value, '$.rule') AS rule,
       json_extract(span.value, '$.imported') AS imported, json_extract(span.value, '$.from_us') AS from_us,
       json_extract(span.value, '$.to_us') AS to_us
FROM json_each(readfile('report.json'), '$.numbers.leaks') AS leak, json_each(leak.value, '$.spans') AS span;
CREATE TEMP TABLE asked AS
WITH mine AS (
    SELECT time_us, device_id, name, verdict, list, rule, source,
           type IN {ADDRESS_WORDS} AS address,
           CASE WHEN verdict = 'BLOCK' THEN 'blocked'
                WHEN {FAILED_IN_VIEW} THEN 'failed'
                WHEN verdict IN {tuple(verdict.name for verdict in ANSWERED)} THEN 'answered'
                ELSE 'other' END AS fate
    FROM queries WHERE time_us >= {from_us} - {TOGETHER_US} AND time_us < {to_us} AND {mine}
), timed AS (
    SELECT *, {begins_sql("time_us", "device_id, name")} AS begins
    FROM mine
)
SELECT * FROM timed WHERE time_us >= {from_us};"""  # noqa: S608 - numbers, and fixed text


def statements(subject: Subject, unblocked_us: int | None = None) -> tuple[Statement, ...]:
    """In the order of the report; before `unblocked_us` blocking was paused (None: never)."""
    every = [
        Statement("total", say("All queries and look-ups"),
                  f"SELECT {_SUMS},\n       count(DISTINCT name) AS names, count(source) AS imported\n"
                  "FROM asked;", (*SUMS, "names", "imported")),
        Statement("kinds", say("Tracking, use and unknown"),
                  f"SELECT kind, {_SUMS},\n       count(DISTINCT name) AS names\n"
                  "FROM asked JOIN facts USING (name) GROUP BY kind;", ("kind", *SUMS, "names")),
        Statement("companies", say("Companies"),
                  f"SELECT company, kind, {_SUMS},\n       count(DISTINCT name) AS names\n"
                  "FROM asked JOIN facts USING (name) GROUP BY company, kind;",
                  ("company", "kind", *SUMS, "names")),
        Statement("names", say("Names"),
                  f"SELECT name, {_SUMS},\n       min(time_us) AS first_us, max(time_us) AS last_us\n"
                  "FROM asked GROUP BY name;", ("name", *SUMS, "first_us", "last_us")),
        Statement("hours", say("Look-ups by hour"),
                  f"SELECT time_us / {HOUR_US} AS hour, kind, count(*) FILTER (WHERE begins) AS lookups\n"
                  "FROM asked JOIN facts USING (name) GROUP BY hour, kind;", ("hour", "kind", "lookups")),
        Statement("lists", say("What blocked"),
                  "SELECT list, count(*) FILTER (WHERE begins) AS lookups\n"
                  "FROM asked WHERE fate = 'blocked' GROUP BY list;",
                  ("list", "lookups")),
    ]  # fmt: skip
    every.append(_of_leaks())
    if subject.about is About.COMPANY:
        every.append(Statement(
            "devices", say("Devices"),
            f"SELECT coalesce(device_id, 0) AS device_id, kind, {_SUMS}\n"
            "FROM asked JOIN facts USING (name) GROUP BY 1, kind;", ("device_id", "kind", *SUMS),
        ))  # fmt: skip
    if unblocked_us is not None:
        every += _of_halves(unblocked_us)
    return tuple(every)


def _of_leaks() -> Statement:
    return Statement(
        "leaks", say("Tracking that got through"),
        "SELECT leak, count(*) AS queries, count(*) FILTER (WHERE begins) AS lookups,\n"
        "       count(DISTINCT name) AS names, min(time_us) AS first_us, max(time_us) AS last_us\n"
        "FROM asked a JOIN leak_spans s USING (name)\n"
        "WHERE fate = 'answered' AND coalesce(a.device_id, 0) = s.device_id AND a.verdict = s.verdict\n"
        "      AND coalesce(a.list, '') = s.list AND coalesce(a.rule, '') = s.rule\n"
        "      AND (a.source IS NOT NULL) = s.imported AND time_us >= from_us AND time_us < to_us\n"
        "GROUP BY leak;", ("leak", "queries", "lookups", "names", "first_us", "last_us"),
    )  # fmt: skip


def _of_halves(unblocked_us: int) -> list[Statement]:
    half = f"CASE WHEN time_us < {unblocked_us} THEN 'off' ELSE 'on' END AS blocking"
    return [
        Statement("halves", say("Blocking off and on"),
                  f"SELECT {half}, {_SUMS},\n       count(DISTINCT name) AS names\nFROM asked GROUP BY blocking;",
                  ("blocking", *SUMS, "names")),
        Statement("half_names", say("Names, blocking off and on"),
                  f"SELECT {half}, name, {_SUMS}\nFROM asked GROUP BY blocking, name;", ("blocking", "name", *SUMS)),
    ]  # fmt: skip
