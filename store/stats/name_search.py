# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and companies that the log knows, by a few letters of them. No record is read for it."""

import sqlite3
import time

# Names that begin with the letters stand in an index; those that hold them elsewhere are looked for as long as this. A
# million names take longer: then the newest are found.
PATIENCE_SECONDS = 0.03
STEPS = 2000  # of SQLite's machine between two looks at the clock
# The table holds rules of lists too, as lists write them; no name that an app asks for begins so.
RULES = "substr(name, 1, 2) IN ('||', '@@') OR substr(name, 1, 1) = '/'"
END = "\U0010ffff"  # sorts behind whatever a name may hold


def names(con: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """First those that begin with it, then those of which a later label does, then others; each newest first but those
    that begin with it, which come by the alphabet. Lower case is the caller's.
    """
    if not text:
        return []
    first = [
        name for (name,) in con.execute(
            f"SELECT name FROM known_names WHERE name >= ? AND name < ? AND NOT ({RULES}) ORDER BY name LIMIT ?",  # noqa: S608
            (text, text + END, limit),
        )
    ]  # fmt: skip
    if len(first) == limit:
        return first
    holding = _holding(con, text, 4 * limit)
    rest = sorted(holding, key=lambda name: 0 if name.startswith(text) else 1 if f".{text}" in name else 2)
    return list(dict.fromkeys([*first, *rest]))[:limit]


def companies(con: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """Companies whose name holds it, upper and lower case of ASCII alike; those that begin with it first."""
    if not text:
        return []
    rows = con.execute(
        """SELECT name FROM companies WHERE instr(lower(name), lower(?1)) GROUP BY name
           ORDER BY instr(lower(name), lower(?1)) > 1, name LIMIT ?2""",
        (text, limit),
    )
    return [name for (name,) in rows]


def _holding(con: sqlite3.Connection, text: str, limit: int) -> list[str]:
    """The newest names that hold it, as many as are found in time."""
    until = time.monotonic() + PATIENCE_SECONDS
    holding: list[str] = []
    con.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        sql = f"SELECT name FROM names WHERE instr(name, ?) AND NOT ({RULES}) ORDER BY id DESC"  # noqa: S608
        for (name,) in con.execute(sql, (text,)):
            holding.append(name)
            if len(holding) == limit:
                break
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
    finally:
        con.set_progress_handler(None, 0)
    return holding
