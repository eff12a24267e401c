# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log row by row: pages with filters, newest first, and what is new for the live tail."""

import re
import sqlite3
from dataclasses import dataclass, fields

from store.records import Verdict

MAX_PAGE = 1000  # rows at once; further ones by cursor

Terms = list[str]
Values = list[str | int]


@dataclass(frozen=True, slots=True)
class QueryFilter:
    """All that are given must hold. `name`: part of a name, or with `*` a pattern for the whole name. `company`
    "unknown" finds names of no known company. verdict and type as words or numbers."""

    device: int | None = None
    client: str | None = None
    name: str | None = None
    verdict: str | int | None = None
    list: str | None = None
    company: str | None = None
    type: str | int | None = None
    from_us: int | None = None
    to_us: int | None = None


@dataclass(frozen=True, slots=True)
class QueryRow:
    """A row of the view `queries`: `time` is ISO 8601 in UTC, `list` the id of the blocklist."""

    time: str
    time_us: int
    device: str | None
    device_id: int | None
    client: str
    name: str
    type: str
    verdict: str
    origin: str
    rule: str | None
    list: str | None
    list_title: str | None
    company: str | None
    rcode: str
    upstream: str | None
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Page:
    """`next` is the cursor of the page after this one, None on the last."""

    items: list[QueryRow]
    next: str | None


def queries(con: sqlite3.Connection, filters: QueryFilter, cursor: str | None = None, limit: int = 100) -> Page:
    """A page, newest first. ValueError for a cursor that is none of ours and for a verdict that does not exist."""
    limit = max(1, min(limit, MAX_PAGE))
    terms, values = _terms(filters)
    if cursor is not None:
        terms.append("time_us < ?")
        values.append(_from_cursor(cursor))
    rows = _rows(con, terms, values, "DESC", limit + 1)
    return Page(rows[:limit], f"{rows[limit - 1].time_us:x}" if len(rows) > limit else None)


def since(con: sqlite3.Connection, time_us: int, limit: int = 100) -> list[QueryRow]:
    """The first `limit` records after a time, oldest first.

    Workers report in turns, so a record may come in later than a younger one: ask again from a little earlier, and pass
    over what is known by its time_us.
    """
    return _rows(con, ["time_us > ?"], [time_us], "ASC", max(1, min(limit, MAX_PAGE)))


_COLUMNS = ", ".join(f"q.{column.name}" for column in fields(QueryRow))


def _rows(con: sqlite3.Connection, terms: Terms, values: Values, order: str, limit: int) -> list[QueryRow]:
    """The page is found on integers, along the primary key; only its rows are put into words."""
    where = f"WHERE {' AND '.join(terms)}" if terms else ""
    found = con.execute(
        f"""SELECT {_COLUMNS} FROM (SELECT time_us FROM records {where} ORDER BY time_us {order} LIMIT ?) p
            CROSS JOIN queries q ON q.time_us = p.time_us ORDER BY p.time_us {order}""",  # noqa: S608 - fixed text only
        (*values, limit),
    )
    return [QueryRow(*row) for row in found]


def _terms(filters: QueryFilter) -> tuple[Terms, Values]:
    """Each filter as a term over `records` alone."""
    terms: Terms = []
    values: Values = []
    for sql, value in (
        ("time_us >= ?", filters.from_us),
        ("time_us < ?", filters.to_us),
        ("client_id IN (SELECT id FROM clients WHERE device_id = ?)", filters.device),
        ("client_id IN (SELECT id FROM clients WHERE address = ?)", filters.client),
        (r"name_id IN (SELECT id FROM names WHERE name LIKE ? ESCAPE '\')", _pattern(filters.name)),
        ("outcome_id IN (SELECT id FROM outcomes WHERE verdict = ?)", _verdict(filters.verdict)),
        (_IN_LIST, filters.list),
        (_IN_TYPE, _type(filters.type)),
        (_IN_COMPANY, None if filters.company == UNKNOWN else filters.company),
    ):
        if value is not None:
            terms.append(sql)
            values += [value] * sql.count("?")
    if filters.company == UNKNOWN:
        terms.append("name_id IN (SELECT id FROM names WHERE company_id IS NULL)")
    return terms, values


UNKNOWN = "unknown"  # what a page calls the company that nobody knows; NULL in SQL
_IN_LIST = "outcome_id IN (SELECT o.id FROM outcomes o JOIN lists l ON l.id = o.list_id WHERE l.key = ?)"
_IN_TYPE = "outcome_id IN (SELECT id FROM outcomes WHERE type IN (SELECT id FROM types WHERE name = ? UNION SELECT ?))"
_IN_COMPANY = """name_id IN (SELECT n.id FROM names n JOIN companies c ON c.id = n.company_id
                 WHERE c.name = ? COLLATE NOCASE)"""


def _pattern(name: str | None) -> str | None:
    """`ads` → anywhere in the name; `*.example.com` → the whole name. Everything but `*` means itself."""
    if not name:
        return None
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%") if "*" in name else f"%{escaped}%"


def _verdict(verdict: str | int | None) -> int | None:
    if verdict is None or isinstance(verdict, int):
        return verdict
    if verdict.upper() not in Verdict.__members__:
        raise ValueError(f"There is no verdict '{verdict}'; choose {', '.join(Verdict.__members__)}.")
    return int(Verdict[verdict.upper()])


def _type(qtype: str | int | None) -> str | int | None:
    """A number, `TYPE123` as its number, or a mnemonic."""
    if qtype is None or isinstance(qtype, int):
        return qtype
    word = qtype.strip().upper()
    digits = word.removeprefix("TYPE")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else word


def _from_cursor(cursor: str) -> int:
    if not re.fullmatch(r"[0-9a-f]{1,15}", cursor):
        raise ValueError("This cursor is none of ours; begin at the first page.")
    return int(cursor, 16)
