# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log as a file: records by time, the oldest first, as CSV for spreadsheets or a JSON object a line.

CSV: a text that a spreadsheet would take for a formula has an apostrophe before it. JSON lines go back in by
`telltale log import`, each record once.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Iterator
from operator import attrgetter

from store.log.records import COLUMNS, QueryRow
from store.log.values import LATEST_US, QueryFilter
from store.names.escaped_json import escaped
from store.names.visible_text import as_cell
from store.stats import queries

STEP_ROWS = 1_000  # read, and handed on, at once: some 200 KB of text

_NAMES = tuple(column.name for column in COLUMNS)
_SELECT = ", ".join(f"q.{name}" for name in _NAMES)
_values = attrgetter(*_NAMES)


def rows(con: sqlite3.Connection, wanted: QueryFilter) -> Iterator[list[QueryRow]]:
    """The records in parts. ValueError as `queries`. Call it in a transaction, which is the one look at the log."""
    terms, values = queries.id_filter(con, wanted).terms
    to_us = LATEST_US if wanted.to_us is None else wanted.to_us
    records = con.execute(
        f"""SELECT {_SELECT} FROM (SELECT time_us FROM records WHERE time_us >= ? AND time_us < ?{terms}
            ORDER BY time_us) r CROSS JOIN queries q ON q.time_us = r.time_us""",  # noqa: S608 - fixed text
        (wanted.from_us or 0, to_us, *values),
    )
    while part := records.fetchmany(STEP_ROWS):
        yield [QueryRow(*row) for row in part]


def csv_text(parts: Iterable[list[QueryRow]]) -> Iterator[str]:
    """A head line, then a line a record."""
    yield _csv([_NAMES])
    for part in parts:
        yield _csv([tuple(map(_safe, _values(row))) for row in part])


def jsonl_text(parts: Iterable[list[QueryRow]]) -> Iterator[str]:
    """An object a line, with all columns; nothing in it steers a terminal."""
    for part in parts:
        lines = (json.dumps(dict(zip(_NAMES, _values(row), strict=True)), ensure_ascii=False) for row in part)
        yield escaped("".join(line + "\n" for line in lines))


def _csv(lines: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _safe(value: object) -> object:
    return as_cell(value) if isinstance(value, str) else value
