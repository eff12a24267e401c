# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQL over the view `queries` of querylog.db that gives each number of an idle test's result. Pure.

It is written out with its values, so that a person can paste it into `sqlite3 querylog.db`.
"""

from __future__ import annotations

from dataclasses import fields

from evidence.idle_test.result import Counts, TestResult
from store.log.records import ANSWERED, FAILED_IN_VIEW
from store.sums.lookups import ADDRESS_WORDS, TOGETHER_US, begins_sql

_BLOCKED = "verdict = 'BLOCK'"
_ANSWERED = f"(verdict IN {tuple(verdict.name for verdict in ANSWERED)} AND NOT ({FAILED_IN_VIEW}))"
_OF = {
    "queries": "count(*)", "blocked": f"sum({_BLOCKED})", "answered": f"sum({_ANSWERED})",
    "failed": f"sum({FAILED_IN_VIEW})",
    "lookups": "sum(begins)", "lookups_blocked": f"sum(begins AND {_BLOCKED})",
    "lookups_answered": f"sum(begins AND {_ANSWERED})", "lookups_failed": f"sum(begins AND {FAILED_IN_VIEW})",
}  # fmt: skip


def by_name(result: TestResult, unblocked: bool = False) -> str:
    """A row a name: the name, then the fields of Counts in their order; `unblocked`: while blocking was paused."""
    named = f"{_statement(result, unblocked, 'name, ')} AND name <> ''"
    return f"{named} GROUP BY name ORDER BY lookups DESC, queries DESC, name"


def in_all(result: TestResult, unblocked: bool = False) -> str:
    """One row: the fields of Counts in their order."""
    return _statement(result, unblocked, "")


def _statement(result: TestResult, unblocked: bool, first: str) -> str:
    to_us = (result.unblocked_us or result.from_us) if unblocked else result.to_us
    columns = ", ".join(f"coalesce({_OF[field.name]}, 0) AS {field.name}" for field in fields(Counts))
    return f"""WITH asked AS (
    SELECT *, type IN {ADDRESS_WORDS} AS address FROM queries
    WHERE device_id = {result.device_id} AND time_us >= {result.from_us} - {TOGETHER_US} AND time_us < {to_us}
        AND source IS NULL
), timed AS (
    SELECT *, {begins_sql("time_us", "name")} AS begins
    FROM asked
)
SELECT {first}{columns}
FROM timed WHERE time_us >= {result.from_us}"""  # noqa: S608 - numbers and fixed text
