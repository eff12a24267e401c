# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeping the query log within its age and its size, in steps that never hold the write lock for long.

All of it runs on the recorder's connection, between two commits of its Writer.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from store.base.db import transaction
from store.log import late_rows, rollup_tables
from store.log.log_clock import Late
from store.log.records import OUTCOME_COLUMNS
from store.log.timespan import split
from store.log.values import EARLIEST_US, IMPORTED, LATEST_US, OWN, Retained
from store.sums import packed

STEP_ROWS = 10_000  # deleted at once: some 10 ms on a small board
PURGE_AFTER = 500_000  # deleted records between two searches for orphan words: some days of a busy home
STEP_PAGES = 2_000  # given back at once, 8 MiB
MANY_ROWS = 1_000  # of one commit: some six pages
SLACK = 8  # an eighth of what is used may be free: the next rows take it, and giving it back would move pages about
ROOM = 64  # a log that is too large loses a 64th more, so that what is free then lasts for a while
SMALL = 64 * 1024 * 1024  # bytes; a pass over the records of such a log takes a second on a small board
MANY_OUTCOMES = 20_000  # some 2 MB; a home has hundreds
MAX_STEPS = 40  # a call, so that the recorder commits between two calls

NOT_LATE = Late()

_DAY_US = 86_400 * 1_000_000
_USED = """SELECT (c.page_count - f.freelist_count) * s.page_size
           FROM pragma_page_count c, pragma_freelist_count f, pragma_page_size s"""

OF_SOURCE = f"""SELECT o.id FROM outcomes o LEFT JOIN sources s ON s.id = o.source_id
    WHERE COALESCE(s.name, '{OWN}') = ? OR (? = '{IMPORTED}' AND o.source_id <> 0)"""  # noqa: S608 - fixed text
_IN_SPAN = "WHERE time_us >= ? AND time_us < ?"

_FORGET_OUTCOME = f"""DELETE FROM known_outcomes
    WHERE ({OUTCOME_COLUMNS}) = (SELECT {OUTCOME_COLUMNS} FROM outcomes WHERE id = ?)"""  # noqa: S608 - fixed text


def retain(
    con: sqlite3.Connection, keep_days: int, max_mb: int, now_us: int, newest_us: int = LATEST_US,
    late: Late = NOT_LATE, imported_days: int | None = None,
) -> Retained:  # fmt: skip
    """Delete what is older than keep_days or beyond max_mb (MiB), oldest first, and give most of the disk back.

    now_us, newest_us and late: see store.log.log_clock. Beyond max_mb rows past newest_us go first: a clock that was
    ahead wrote them, some time ago. Late ones are not old before keep_days have passed since.

    imported_days: the same as keep_days for imported history from before this log began (mark imported_to).

    By age whole hours go, since an hour costs as many writes as a minute. Now and then the words that nothing refers to
    any more go too.
    A clock that was never set (before 2020) judges nothing by age. Raises sqlite3.Error; what was deleted stays so.
    """
    oldest_us = now_us - keep_days * _DAY_US
    cutoff = oldest_us // rollup_tables.HOUR_US * rollup_tables.HOUR_US if now_us >= EARLIEST_US else 0
    old = _spans(cutoff, oldest_us, late)
    if now_us >= EARLIEST_US:
        old = _imported_apart(con, old, now_us, imported_days)
    limit = max_mb * 1024 * 1024
    room = limit - limit // ROOM if _used(con) > limit else limit
    deleted = 0
    more = True
    for _ in range(MAX_STEPS):
        step = _delete_old(con, old) or (_delete_surplus(con, newest_us) if _used(con) > room else 0)
        deleted += step
        _give_back(con, limit)
        if not step:
            more = False
            break
    for span in old:
        if con.execute(f"SELECT 1 FROM drops {_IN_SPAN} LIMIT 1", span).fetchone():  # noqa: S608 - fixed text
            con.execute(f"DELETE FROM drops {_IN_SPAN}", span)  # noqa: S608
    words = 0 if more else _purge_when_due(con, deleted)
    while not more and _give_back(con, limit):
        pass
    if _is_overlong(con):
        # Only this shortens the file itself; PASSIVE waits for no reader, the next call does what is left.
        con.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return Retained(deleted, more, words)


def make_room(
    con: sqlite3.Connection, keep_days: int, rows: int, now_us: int, late: Late = NOT_LATE,
    imported_days: int | None = None,
) -> None:  # fmt: skip
    """In the transaction that adds so many rows, before it does: delete as many or twice as many that are too old.

    The new rows take the pages of the old ones, which are then written once. Deleted by themselves, SQLite writes each
    page as it becomes free, and again later. A commit of a few rows is left alone.
    """
    if rows < MANY_ROWS or now_us < EARLIEST_US:
        return
    oldest_us = now_us - keep_days * _DAY_US
    deleted = 0
    for span in _imported_apart(con, _spans(oldest_us, oldest_us, late), now_us, imported_days):
        deleted += delete_some(con, _IN_SPAN, span, 2 * rows - deleted)
    if deleted:
        con.execute("UPDATE marks SET value = value + ? WHERE key = 'records_deleted'", (deleted,))


def purge_names(con: sqlite3.Connection, small: int = SMALL) -> int:
    """Delete names, clients and outcomes that no record refers to any more; returns how many rows.

    `retain` calls it when enough was deleted. What hours and days add up to tells which names and clients there are.
    Which outcomes, only the records tell: those are few, and of a log beyond `small` bytes they stay until they have
    become many.
    """
    deleted = 0
    if _used(con) <= small or con.execute("SELECT count(*) FROM outcomes").fetchone()[0] > MANY_OUTCOMES:
        outcomes = {number for (number,) in con.execute("SELECT DISTINCT outcome_id FROM records")}
        deleted += _delete_unused(con, "outcomes", lambda number: number not in outcomes)
    with transaction(con, "DEFERRED"):
        whole = split(con, 0, LATEST_US)
        clients = {client for (client,) in whole.in_gaps.counts("client_id")}
        clients.update(packed.numbers(whole.section("clients")))
        bits = whole.presence({name for (name,) in whole.in_gaps.counts("name_id")})
        rules = {number for (number,) in con.execute("SELECT rule_id FROM outcomes")}
    deleted += _delete_unused(con, "clients", lambda number: number not in clients)
    return deleted + _delete_unused(con, "names", lambda number: number not in rules and not packed.holds(bits, number))


def _purge_when_due(con: sqlite3.Connection, deleted: int) -> int:
    if deleted:
        con.execute("UPDATE marks SET value = value + ? WHERE key = 'records_deleted'", (deleted,))
    if con.execute("SELECT value FROM marks WHERE key = 'records_deleted'").fetchone()[0] < PURGE_AFTER:
        return 0
    words = purge_names(con)
    con.execute("UPDATE marks SET value = 0 WHERE key = 'records_deleted'")
    return words


def _delete_unused(con: sqlite3.Connection, table: str, unused: Callable[[int], bool]) -> int:
    deleted, last = 0, 0
    while True:
        # The table is a literal of this file.
        ids = con.execute(f"SELECT id FROM {table} WHERE id > ? ORDER BY id LIMIT ?", (last, STEP_ROWS)).fetchall()  # noqa: S608
        if not ids:
            return deleted
        last = ids[-1][0]
        gone = [row for row in ids if unused(row[0])]
        if gone:
            with transaction(con):
                if table == "names":
                    con.executemany("DELETE FROM known_names WHERE name = (SELECT name FROM names WHERE id = ?)", gone)
                if table == "outcomes":
                    con.executemany(_FORGET_OUTCOME, gone)
                con.executemany(f"DELETE FROM {table} WHERE id = ?", gone)  # noqa: S608
                con.execute("UPDATE marks SET value = value + 1 WHERE key = 'names_purged'")
                # The next new words may get the ids of the last ones, and those are not among the known ones.
                newest = f"COALESCE((SELECT max(id) FROM {table}), 0)"  # noqa: S608
                con.execute(f"UPDATE marks SET value = min(value, {newest}) WHERE key = ?", (f"{table}_known",))  # noqa: S608
        deleted += len(gone)


def _spans(cutoff: int, oldest_us: int, late: Late) -> list[tuple[int, int]]:
    """Where the old ones are, as from ≤ time < before: all before the cutoff but for late ones that are not old yet."""
    if late.is_none or late.at_us < oldest_us or late.from_us >= cutoff:
        return [(0, cutoff)]
    return [(0, late.from_us), (late.to_us + 1, max(cutoff, late.to_us + 1))]


def _imported_apart(
    con: sqlite3.Connection, spans: list[tuple[int, int]], now_us: int, imported_days: int | None
) -> list[tuple[int, int]]:
    """The same with imported history by its own age, in whole hours."""
    imported_to = int(con.execute("SELECT value FROM marks WHERE key = 'imported_to'").fetchone()[0])
    if not imported_to or imported_days is None:
        return spans
    cutoff = (now_us - imported_days * _DAY_US) // rollup_tables.HOUR_US * rollup_tables.HOUR_US
    own = [(max(begin, imported_to), end) for begin, end in spans if end > imported_to]
    return [(0, min(cutoff, imported_to)), *own]


def _delete_old(con: sqlite3.Connection, spans: list[tuple[int, int]]) -> int:
    for span in spans:
        if deleted := _delete_step(con, _IN_SPAN, span):
            return deleted
    return 0


def _delete_surplus(con: sqlite3.Connection, newest_us: int) -> int:
    return _delete_ahead(con, newest_us) or _delete_step(con, "", ())


def _delete_ahead(con: sqlite3.Connection, newest_us: int) -> int:
    with transaction(con):
        sql = "SELECT time_us FROM records WHERE time_us > ? ORDER BY time_us DESC LIMIT ?"
        times = [at for (at,) in con.execute(sql, (newest_us, STEP_ROWS))]
        if times:
            rollup_tables.invalidate(con, times)
            con.execute("DELETE FROM records WHERE time_us >= ?", (times[-1],))
    return len(times)


def _delete_step(con: sqlite3.Connection, where: str, values: tuple[int, ...]) -> int:
    with transaction(con):
        return delete_some(con, where, values, STEP_ROWS)


def delete_some(con: sqlite3.Connection, where: str, values: tuple[int, ...], rows: int) -> int:
    """Delete the oldest of those; one range of the primary key, so one walk along the tree."""
    sql = f"SELECT min(time_us), max(time_us) FROM (SELECT time_us FROM records {where} ORDER BY time_us LIMIT ?)"  # noqa: S608
    begin, end = con.execute(sql, (*values, rows)).fetchone()
    if end is None:
        return 0
    rollup_tables.invalidate_through(con, end, begin)
    late_rows.note_deleted(con, end)
    return con.execute("DELETE FROM records WHERE time_us BETWEEN ? AND ?", (begin, end)).rowcount


def _give_back(con: sqlite3.Connection, limit: int) -> bool:
    """Shorten the file by free pages beyond the slack, or beyond the limit in bytes; whether it became shorter.

    It does not where the file was made without incremental vacuum, as a copy by other tools is.
    """
    pages, size = (con.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    free = _free_pages(con)
    many = min(free, STEP_PAGES, max(free - (pages - free) // SLACK, pages - limit // size))
    if many > 0:
        con.execute(f"PRAGMA incremental_vacuum({many})").fetchall()
    return many > 0 and _free_pages(con) < free


def _used(con: sqlite3.Connection) -> int:
    return int(con.execute(_USED).fetchone()[0])


def _is_overlong(con: sqlite3.Connection) -> bool:
    path = con.execute("PRAGMA database_list").fetchone()[2]
    pages, size = (con.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    try:
        return bool(path) and Path(path).stat().st_size > pages * size
    except FileNotFoundError:  # deleted a moment ago: the recorder sees to it next
        return False


def _free_pages(con: sqlite3.Connection) -> int:
    return int(con.execute("PRAGMA freelist_count").fetchone()[0])
