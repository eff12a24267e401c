# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log row by row: pages with filters, newest first, and what is new for the live tail."""

import json
import re
import sqlite3

from store.base.db import transaction
from store.base.sentences import say
from store.log.records import COLUMNS, COUNTED, QueryRow, counted_sql
from store.log.retention import OF_SOURCE
from store.log.values import LATEST_US, Page, QueryFilter
from store.stats import company_counts, search
from store.stats.search import IdFilter
from wire.types import type_number

MAX_PAGE = 1000  # rows at once; further ones by cursor


def queries(con: sqlite3.Connection, filters: QueryFilter, cursor: str | None = None, limit: int = 100) -> Page:
    """A page, newest first. ValueError for a cursor that is none of ours; for a verdict or kind that does not exist."""
    limit = max(1, min(limit, MAX_PAGE))
    to_us = LATEST_US if filters.to_us is None else filters.to_us
    if cursor is not None:
        to_us = min(to_us, _from_cursor(cursor))
    with transaction(con, "DEFERRED"):
        wanted = id_filter(con, filters)
        times, searched_us = search.times(con, wanted, filters.from_us or 0, to_us, limit + 1)
        items = _rows(con, times[:limit])
    if len(times) > limit:
        return Page(items, f"{times[limit - 1]:x}")
    return Page(items, None if searched_us is None else f"{searched_us:x}", searched_us)


_COLUMNS = ", ".join(f"q.{column.name}" for column in COLUMNS)


def _rows(con: sqlite3.Connection, times: list[int]) -> list[QueryRow]:
    """The page is found on integers, along the primary key; only its rows are put into words."""
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM json_each(?) j CROSS JOIN queries q ON q.time_us = j.value ORDER BY j.key",  # noqa: S608
        (json.dumps(times),),
    )
    return [QueryRow(*row) for row in rows]


def id_filter(con: sqlite3.Connection, filters: QueryFilter) -> IdFilter:
    """Each filter as the ids that it lets through."""
    verdict = _verdict(filters.verdict)
    return IdFilter(
        clients=_ids(con, [(_OF_DEVICE, filters.device), (_OF_ADDRESS, filters.client)]),
        names=_ids(con, [
            (_LIKE, _pattern(filters.name)), (_NAMED, None if filters.names is None else _as_json(filters.names)),
            (_OF_COMPANY, None if filters.company == UNKNOWN else filters.company),
        ]),
        outcomes=_ids(con, [
            (_OF_VERDICT, verdict), (_OF_LIST, filters.list), (_OF_TYPE, _type(filters.type)),
            (OF_SOURCE, filters.source),
        ]),
        companies=_companies(con, filters.company, filters.kind),
        verdict=verdict,
    )  # fmt: skip


def _companies(con: sqlite3.Connection, company: str | None, kind: str | None) -> frozenset[int] | None:
    """The numbers of companies that both let through: of names of this kind, and, where nobody is asked for, of nobody.
    0 is for names of which nothing is known. Of a company the names say all but the kind.
    """
    if company != UNKNOWN and kind is None:
        return None
    known = company_counts.companies(con)
    wanted = company_counts.of_kind(known, kind)
    return frozenset(number for number in wanted if company != UNKNOWN or known[number].name is None)


def _ids(con: sqlite3.Connection, terms: list[tuple[str, str | int | None]]) -> frozenset[int] | None:
    """What all of these let through; None where none of them is asked for."""
    allowed: set[int] | None = None
    for sql, value in terms:
        if value is not None:
            ids = {number for (number,) in con.execute(sql, (value,) * sql.count("?"))}
            allowed = ids if allowed is None else allowed & ids
    return None if allowed is None else frozenset(allowed)


UNKNOWN = "unknown"  # what a page calls the company that nobody knows; NULL in SQL
_OF_DEVICE = "SELECT id FROM clients WHERE device_id = ?"
_OF_ADDRESS = "SELECT id FROM clients WHERE address = ?"
_LIKE = r"SELECT id FROM names WHERE name LIKE ? ESCAPE '\'"
_NAMED = "SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))"  # names have no index: one pass for all
_OF_COMPANY = "SELECT n.id FROM names n JOIN companies c ON c.id = n.company_id WHERE c.name = ? COLLATE NOCASE"
_OF_VERDICT = f"SELECT o.id FROM outcomes o WHERE {counted_sql('o')} = ?"  # noqa: S608 - fixed text
_OF_LIST = "SELECT o.id FROM outcomes o JOIN lists l ON l.id = o.list_id WHERE l.key = ?"
_OF_TYPE = "SELECT id FROM outcomes WHERE type = ?"


def _as_json(names: str) -> str:
    return json.dumps([name.strip().lower() for name in names.split(",")])


def _pattern(name: str | None) -> str | None:
    """`ads` → anywhere in the name; `*.example.com` → the whole name. Everything but `*` means itself."""
    if not name:
        return None
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%") if "*" in name else f"%{escaped}%"


def _verdict(verdict: str | int | None) -> int | None:
    if verdict is None or isinstance(verdict, int):
        return verdict
    if verdict.upper() not in COUNTED:
        raise ValueError(say(
            "There is no verdict '{verdict}'; choose {choices}.",
            verdict=verdict, choices=", ".join(COUNTED),
        ))
    return COUNTED[verdict.upper()]


def _type(qtype: str | int | None) -> int | None:
    """A number or a word as a number; -1 for what is no type, and so of no record."""
    if qtype is None or isinstance(qtype, int):
        return qtype
    number = type_number(qtype)
    return -1 if number is None else number


def _from_cursor(cursor: str) -> int:
    if not re.fullmatch(r"[0-9a-f]{1,15}", cursor):
        raise ValueError(say("This cursor is none of ours; begin at the first page."))
    return int(cursor, 16)
