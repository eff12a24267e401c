# SPDX-License-Identifier: GPL-3.0-or-later
"""What a reader of a report must know beside its rows: lists in force, what people changed, the wall, gaps and drops.

Each is None where it is not known, as beside an imported log without config.db. Times: Unix seconds, or µs where named.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from evidence.report_counts.subject import Subject
from store.base.db import connect
from store.base.sentences import unpacked
from store.config import list_status, usable_settings
from store.config.settings import SettingError, Settings
from store.config.wall_switches import KINDS
from store.history.acting import PEOPLE
from store.household import policy
from store.log import late_rows
from store.log.rollup_tables import HOUR_US
from store.wall import bypass

SECOND_US = 1_000_000
MAX_LISTS = 300
MAX_CHANGES = 30  # of what people changed, the latest
MAX_GAPS = 20  # the longest
LEAST_GAP_HOURS = 2  # a night without one query of any device is a rare home's


def circumstances(
    state: Path, environ: Mapping[str, str], log: sqlite3.Connection, subject: Subject, from_us: int, to_us: int
) -> dict[str, Any]:
    """Of a range. Raises sqlite3.Error where the log cannot be read; the other files may be of no use."""
    return {**of_home(state, environ, subject, from_us, to_us), **_of_log(log, from_us, to_us)}


def of_home(state: Path, environ: Mapping[str, str], subject: Subject, from_us: int, to_us: int) -> dict[str, Any]:
    """What the other files say of it; `gaps` of the log: none."""
    around: dict[str, Any] = {"lists": None, "changes": None, "wall": None, "bypasses": None, "gaps": []}
    try:
        used = usable_settings.load(state, environ)
        with closing(connect(state / "config.db", read_only=True)) as con:
            around["lists"] = list(_lists(con, used, subject))[:MAX_LISTS]
            around["changes"] = _changes(con, from_us // SECOND_US, to_us // SECOND_US)
        around["wall"] = {"mode": str(used.wall), "switches": {name: str(mode) for name, mode in
                                                               used.wall_switches.items()}}  # fmt: skip
    except (sqlite3.Error, SettingError, OSError):
        pass
    try:
        wall = bypass.open_reader(state)
        if wall is not None:
            with closing(wall):
                around["bypasses"] = list(_bypasses(wall, subject, from_us // SECOND_US, to_us // SECOND_US))
    except sqlite3.Error:
        pass
    return around


def _lists(con: sqlite3.Connection, used: Settings, subject: Subject) -> Iterator[dict[str, Any]]:
    """Those in force now: for the device, or for any."""
    policies = policy.load(con, used)
    mine = policies.by_device.get(subject.device_id, policies.default).lists if subject.device_id else policies.lists
    levels = dict(mine)
    for each in list_status.installed(con):
        if each.id in levels:
            yield {"list": each.id, "title": each.title, "level": levels[each.id], "rules": each.status.rules or None,
                   "changed": each.status.changed_at, "sha256": each.status.sha256}  # fmt: skip


def _changes(con: sqlite3.Connection, from_s: int, to_s: int) -> dict[str, Any]:
    """What people changed: how often, and the latest ones."""
    marks = ", ".join("?" * len(PEOPLE))
    where = f"FROM change WHERE at >= ? AND at < ? AND origin IN ({marks})"
    values = (from_s, to_s, *map(str, PEOPLE))
    count = con.execute(f"SELECT count(*) {where}", values).fetchone()[0]
    latest = con.execute(f"SELECT at, what {where} ORDER BY id DESC LIMIT ?", (*values, MAX_CHANGES))
    return {"count": count, "latest": [{"at": at, "what": unpacked(what)} for at, what in latest]}


def _bypasses(con: sqlite3.Connection, subject: Subject, from_s: int, to_s: int) -> Iterator[dict[str, Any]]:
    """What the wall caught, by kind."""
    devices = [subject.device_id] if subject.device_id else None
    for kind, (watched, refused) in sorted(bypass.totals(con, from_s, to_s, devices).items()):
        yield {"kind": kind, "title": KINDS.get(kind, kind), "watched": watched, "refused": refused}


def _of_log(log: sqlite3.Connection, from_us: int, to_us: int) -> dict[str, Any]:
    dropped = "SELECT coalesce(sum(count), 0) FROM drops WHERE time_us >= ? AND time_us < ?"
    cleared = "SELECT count(*) FROM cleared WHERE before_us > ?"
    first, last = log.execute("SELECT min(time_us), max(time_us) FROM records").fetchone()
    gaps = sorted(_gaps(log, from_us, to_us), key=lambda gap: gap["from_hour"] - gap["to_hour"])
    return {
        "log_first_us": first,
        "log_last_us": last,
        "deleted_to_us": late_rows.deleted_to(log),
        "dropped": log.execute(dropped, (from_us, to_us)).fetchone()[0],
        "cleared": log.execute(cleared, (from_us,)).fetchone()[0],
        "gaps": sorted(gaps[:MAX_GAPS], key=lambda gap: gap["from_hour"]),
        "gap_hours": sum(gap["to_hour"] - gap["from_hour"] for gap in gaps),
    }


def _gaps(log: sqlite3.Connection, from_us: int, to_us: int) -> Iterator[dict[str, int]]:
    """Whole hours (since 1970) in which the log has no record of any device, from ≤ hour < to."""
    at = -(-from_us // HOUR_US)
    end = to_us // HOUR_US
    for hour in _hours(log, from_us, to_us):
        if hour - at >= LEAST_GAP_HOURS:
            yield {"from_hour": at, "to_hour": hour}
        at = max(at, hour + 1)
    if end - at >= LEAST_GAP_HOURS:
        yield {"from_hour": at, "to_hour": end}


def _hours(log: sqlite3.Connection, from_us: int, to_us: int) -> Iterator[int]:
    """Every hour of the range that has a record; a step along the primary key each."""
    at = from_us
    while at < to_us:
        row = log.execute("SELECT min(time_us) FROM records WHERE time_us >= ? AND time_us < ?", (at, to_us)).fetchone()
        if row[0] is None:
            return
        yield row[0] // HOUR_US
        at = (row[0] // HOUR_US + 1) * HOUR_US
