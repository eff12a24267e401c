# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of a report from the kept result of an idle test, of which the log has the rows no more. Pure.

They are keyed as `report_numbers` has them; what the result does not keep (hours, lists by number) is empty.
"""

from __future__ import annotations

from typing import Any

from evidence.idle_test import count_sql, result_json
from evidence.idle_test.result import Counts, NameAsked, TestResult
from evidence.report_counts import beat_rows, report_numbers
from evidence.report_counts.half_rows import OFF, ON, in_order
from evidence.report_counts.report_numbers import Row, moment
from store.base import languages
from store.base.sentences import say
from store.names.purpose import Kind

SECOND_US = 1_000_000


def numbers(result: TestResult) -> dict[str, Any]:
    """All tables; of names that the result left out only the sum stands in `total`."""
    names = sorted(
        map(_name, result.names), key=lambda row: (row["kind"] != Kind.TRACKING.word, -row["lookups"], row["name"])
    )
    times = [name.first_us for name in result.names], [name.last_us for name in result.names]
    return {
        "total": {**_sums(result.counts), "names": len(names) + result.names_left_out, "imported": 0,
                  "first_us": min(times[0], default=0), "last_us": max(times[1], default=0)},
        **report_numbers.grouped(names),
        "names_left_out": result.names_left_out, "hours": [], "lists": [], "devices": [], "leaks": [],
        "leaks_left_out": 0, **_halves(result),
    }  # fmt: skip


def beats(result: TestResult) -> list[Row]:
    """Tracking first; the test is too short to say more of day and night than when it was."""
    with_beat = [name for name in result.names if name.beat is not None]
    return [_beat(name, result) for name in sorted(with_beat, key=lambda name: name.kind is not Kind.TRACKING)]


def sql(result: TestResult, language: str) -> dict[str, Any]:
    """The statements by which the result was counted when its rows were there."""
    every = [("in_all", say("All queries and look-ups"), count_sql.in_all(result)),
             ("by_name", say("Names"), count_sql.by_name(result))]  # fmt: skip
    if result.unblocked_us is not None:
        every += [
            ("in_all_unblocked", say("The same while blocking was paused"), count_sql.in_all(result, True)),
            ("by_name_unblocked", say("Names while blocking was paused"), count_sql.by_name(result, True)),
        ]
    return {"preparation": "", "statements": [
        {"key": key, "title": languages.tell(title, language), "sql": f"{text};"} for key, title, text in every
    ]}  # fmt: skip


def result_in(values: dict[str, Any]) -> TestResult:
    """The result that a report carries. Raises KeyError, TypeError or ValueError for what is none."""
    return result_json.result_of(values["kept"]["result"])


def _name(name: NameAsked) -> Row:
    return {
        "name": name.name, "company": name.company, "product": name.product, "purpose": name.purpose.value,
        "kind": name.kind.word, "country": name.country, "matched": "", "source": name.source, **_sums(name.counts),
        "first_us": name.first_us, "last_us": name.last_us, "first": moment(name.first_us),
        "last": moment(name.last_us), "blocked_by": list(name.blocked_by),
    }  # fmt: skip


def _halves(result: TestResult) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {"halves": [], "half_names": []}
    if result.unblocked_us is None:
        return tables
    for blocking, there in ((OFF, result.unblocked_us > result.from_us), (ON, result.unblocked_us < result.to_us)):
        if there:
            rows = [{"blocking": blocking, "name": name.name, **_sums(_part(name.counts, name.unblocked, blocking))}
                    for name in result.names]  # fmt: skip
            asked = [row for row in rows if row["queries"]]
            total = _sums(_part(result.counts, result.unblocked, blocking))
            tables["halves"].append({"blocking": blocking, **total, "names": len(asked)})
            tables["half_names"] += in_order(asked)
    return tables


def _part(counts: Counts, unblocked: Counts, blocking: str) -> Counts:
    return unblocked if blocking == OFF else counts - unblocked


def _sums(counts: Counts) -> Row:
    known = counts.lookups_blocked + counts.lookups_answered + counts.lookups_failed
    return {
        "queries": counts.queries, "lookups": counts.lookups, "blocked": counts.lookups_blocked,
        "answered": counts.lookups_answered, "failed": counts.lookups_failed, "other": counts.lookups - known,
    }  # fmt: skip


def _beat(name: NameAsked, result: TestResult) -> Row:
    beat = name.beat
    assert beat is not None
    seconds = [result.from_us // SECOND_US + second for second in name.times]
    return {
        "name": name.name, "company": name.company, "kind": name.kind.word, "device": None, "device_id": 0,
        "period_s": beat.period_s, "jitter": beat.jitter, "confidence": beat.confidence, "night": None, "day": None,
        "lookups": name.counts.lookups, "ticks": beat_rows.ticks(seconds, result.to_us // SECOND_US),
    }  # fmt: skip
