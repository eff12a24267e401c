# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log row by row: pages with filters, newest first, and what is new for the live tail."""

import json
import re
import sqlite3

from store.base.db import transaction
from store.base.sentences import say
from store.log.records import CHECKED, COLUMNS, COUNTED, Origin, QueryRow, Transport, counted_sql
from store.log.retention import OF_SOURCE
from store.log.values import LATEST_US, Counted, Page, QueryFilter, cursor_at
from store.names.purpose import Purpose, kind_of
from store.stats import company_counts, search
from store.stats.search import IdFilter
from wire import types
from wire.types import type_number

MAX_PAGE = 1000  # rows at once; further ones by cursor


def queries(con: sqlite3.Connection, filters: QueryFilter, cursor: str | None = None, limit: int = 100) -> Page:
    """A page, newest first. ValueError for a cursor that is none of ours; for a verdict or kind that does not exist."""
    limit = max(1, min(limit, MAX_PAGE))
    if cursor is not None and cursor.startswith(_NEWER):
        return _newer(con, filters, _from_cursor(cursor.removeprefix(_NEWER)), limit)
    with transaction(con, "DEFERRED"):
        wanted = id_filter(con, filters)
        times, searched_us = search.times(con, wanted, filters.from_us or 0, _to_us(filters, cursor), limit + 1)
        items = _rows(con, times[:limit])
    newer = f"{_NEWER}{times[0] + 1:x}" if times else None
    if len(times) > limit:
        return Page(items, cursor_at(times[limit - 1]), newer=newer)
    return Page(items, None if searched_us is None else cursor_at(searched_us), searched_us, newer)


def count(con: sqlite3.Connection, filters: QueryFilter, cursor: str | None = None) -> Counted:
    """How many there are, as far as one look goes. ValueError as `queries`."""
    to_us = _to_us(filters, cursor)
    with transaction(con, "DEFERRED"):
        total, searched_us = search.count(con, id_filter(con, filters), filters.from_us or 0, to_us)
    return Counted(total, None if searched_us is None else cursor_at(searched_us), searched_us)


def _to_us(filters: QueryFilter, cursor: str | None) -> int:
    to_us = LATEST_US if filters.to_us is None else filters.to_us
    return to_us if cursor is None else min(to_us, _from_cursor(cursor))


def _newer(con: sqlite3.Connection, filters: QueryFilter, from_us: int, limit: int) -> Page:
    """The page before one that begins before this time."""
    to_us = LATEST_US if filters.to_us is None else filters.to_us
    from_us = max(from_us, filters.from_us or 0)
    with transaction(con, "DEFERRED"):
        times, searched_us = search.times(con, id_filter(con, filters), from_us, to_us, limit + 1, oldest=True)
        items = _rows(con, times[:limit][::-1])
    newest = times[:limit][-1] + 1 if times else from_us
    more = newest if len(times) > limit else searched_us
    older = cursor_at(times[0] if times else from_us)
    return Page(items, older, searched_us, None if more is None else f"{_NEWER}{more:x}")


_NEWER = "n"  # begins the cursor of a page that goes up


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
    purpose = None if filters.purpose is None else _purpose_named(filters.purpose)
    kind = filters.kind if purpose is None else kind_of(purpose).word
    agreed = filters.kind in (None, kind)
    return IdFilter(
        clients=_ids(con, [(_OF_DEVICE, filters.device), (_OF_ADDRESS, filters.client)]),
        names=_ids(con, [
            (_LIKE, _pattern(filters.name)), (_NAMED, None if filters.names is None else _as_json(filters.names)),
            (_OF_COMPANY, None if filters.company == UNKNOWN else filters.company),
        ]),
        outcomes=_ids(con, [
            (_OF_VERDICT, verdict), (_OF_LIST, filters.list), (_OF_TYPE, _type(filters.type)),
            (OF_SOURCE, filters.source), (_OF_ORIGIN, _origin(filters.origin)), (_OF_RCODE, _rcode(filters.rcode)),
            (_OF_TRANSPORT, _transport(filters.transport)), (_OF_DNSSEC, _dnssec(filters.dnssec)),
        ]),
        companies=_companies(con, filters.company, kind) if agreed else frozenset(),
        verdict=verdict,
        purpose=_purpose(con, purpose),
        hidden=_hidden(con, filters.hide),
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
_OF_ORIGIN = "SELECT id FROM outcomes WHERE origin = ?"
_OF_TRANSPORT = "SELECT id FROM outcomes WHERE transport = ?"
_OF_DNSSEC = "SELECT id FROM outcomes WHERE dnssec IN (SELECT value FROM json_each(?))"
_OF_RCODE = "SELECT id FROM outcomes WHERE rcode = ?"
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


def _hidden(con: sqlite3.Connection, hide: str | None) -> frozenset[int]:
    parts = [part for part in (hide or "").lower().split(",") if part.strip()]
    return frozenset(number for part in parts for number in _ids(con, [(_LIKE, _pattern(part.strip()))]) or ())


def _origin(origin: str | int | None) -> int | None:
    if origin is None or isinstance(origin, int):
        return origin
    try:
        return Origin[origin.upper()]
    except KeyError:
        choices = ", ".join(each.name for each in Origin)
        raise ValueError(say("There is no origin '{origin}'; choose {choices}.",
                             origin=origin, choices=choices)) from None  # fmt: skip


def _transport(transport: str | int | None) -> int | None:
    if transport is None or isinstance(transport, int):
        return transport
    if transport.upper() not in Transport.__members__:
        choices = ", ".join(each.name for each in Transport if each)
        raise ValueError(say("There is no transport '{transport}'; choose {choices}.",
                             transport=transport, choices=choices))  # fmt: skip
    return Transport[transport.upper()]


def _dnssec(word: str | None) -> str | None:
    """The numbers of a word, as JSON."""
    if word is None:
        return None
    if word.lower() not in CHECKED:
        raise ValueError(say("There is no state of signatures '{word}'; choose {choices}.",
                             word=word, choices=", ".join(CHECKED)))  # fmt: skip
    return json.dumps(sorted(CHECKED[word.lower()]))


def _rcode(rcode: str | int | None) -> int | None:
    """A number or a word as a number; -1 for what is none, and so of no record."""
    if rcode is None or isinstance(rcode, int):
        return rcode
    number = types.RCODE_NUMBERS.get(rcode.upper())
    if number is not None:
        return number
    digits = rcode.upper().removeprefix("RCODE")
    return int(digits) if re.fullmatch(r"\d{1,5}", digits, re.ASCII) else -1


def _purpose_named(word: str) -> Purpose:
    try:
        return Purpose(word.lower())
    except ValueError:
        raise ValueError(say("There is no purpose '{purpose}'; choose {choices}.",
                             purpose=word, choices=", ".join(Purpose))) from None  # fmt: skip


def _purpose(con: sqlite3.Connection, purpose: Purpose | None) -> int | None:
    """Its number in the log; -1 where that has none, and so no record with it."""
    if purpose is None:
        return None
    row = con.execute("SELECT id FROM purposes WHERE name = ?", (str(purpose),)).fetchone()
    return -1 if row is None else int(row[0])


def _from_cursor(cursor: str) -> int:
    if not re.fullmatch(r"[0-9a-f]{1,15}", cursor):
        raise ValueError(say("This cursor is none of ours; begin at the first page."))
    return int(cursor, 16)
