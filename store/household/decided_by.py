# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose word it is that decides for a device: its own, a group's or the house's, inside which schedule, or which pause
or exception lets it through; and until when. Plain sqlite3, for explanations; what decides is settled by
`store.household.combination` and `store.household.relief`.
"""

import sqlite3
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple, TypeVar

from store.base.moments import clock
from store.base.sentences import say
from store.config import devices
from store.config.choices import ScopeKind
from store.config.list_status import shown_title
from store.household import schedule_times
from store.household.week import next_edge, windows_of


class Word(NamedTuple):
    """`sentence`: who said it, "" where it is just the house; `until_s`: when time alone ends it, in Unix seconds."""

    sentence: str = ""
    until_s: int | None = None


NOBODY = Word()
Row = TypeVar("Row", bound=tuple[Any, ...])


def of_list(con: sqlite3.Connection, blocklist: str, device: int, now_s: int) -> Word:
    """For whom a list is on, where that is not just the house; `device` 0: none is known."""
    in_force = schedule_times.holding(con, now_s).value
    words = {
        (kind, number): (schedule, title or "")
        for kind, number, schedule, title in con.execute(
            """SELECT t.scope_kind, t.scope_id, t.schedule_id, s.name
               FROM toggle t LEFT JOIN schedule s ON s.id = t.schedule_id
               WHERE t.blocklist_id = ? AND t."on" ORDER BY t.scope_id""",
            (blocklist,),
        )
        if schedule is None or schedule in in_force
    }
    scope = next((scope for scope in _scopes(con, device) if scope in words), None)
    if scope is None or (scope[0] == ScopeKind.HOUSE and not words[scope][1]):
        return NOBODY
    whom, (number, schedule) = _called(con, *scope), words[scope]
    if not schedule:
        return Word(say("It is on for {scope}.", scope=whom))
    until = _end(con, number, now_s)
    values = {"scope": whom, "schedule": schedule}
    inside = say("It is on for {scope}, inside {schedule}.", **values)
    return Word(say("It is on for {scope}, inside {schedule}, until {time}.", time=clock(until, now_s), **values)
                if until else inside, until)  # fmt: skip


def of_rule(con: sqlite3.Connection, rule: int, now_s: int) -> Word:
    """The same of one of the home's own rules, by its id."""
    row = con.execute(
        """SELECT r.scope_kind, r.scope_id, r.schedule_id, s.name
           FROM rule r LEFT JOIN schedule s ON s.id = r.schedule_id WHERE r.id = ?""",
        (rule,),
    ).fetchone()
    if row is None or (row[0] == ScopeKind.HOUSE and not row[3]):
        return NOBODY
    whom, schedule = _called(con, *row[:2]), row[3]
    if not schedule:
        return Word(say("The rule is for {scope}.", scope=whom))
    until = _end(con, row[2], now_s)
    values = {"scope": whom, "schedule": schedule}
    inside = say("The rule is for {scope}, inside {schedule}.", **values)
    return Word(say("The rule is for {scope}, inside {schedule}, until {time}.", time=clock(until, now_s), **values)
                if until else inside, until)  # fmt: skip


def of_access(con: sqlite3.Connection, device: int, now_s: int) -> Word:
    """Which group has no access now, of those that a device is in; of several, the one that has none for longest."""
    in_force = schedule_times.holding(con, now_s).value
    closed = [
        (_end(con, number, now_s), str(group), str(schedule))
        for group, number, schedule in con.execute(
            """SELECT g.name, g.schedule_id, s.name FROM device_group m JOIN "group" g ON g.id = m.group_id
               JOIN schedule s ON s.id = g.schedule_id WHERE m.device_id = ? ORDER BY g.id""",
            (device,),
        )
        if number in in_force
    ]
    if not closed:
        return NOBODY
    until, group, schedule = _longest(closed)
    values = {"group": group, "schedule": schedule}
    if until is None:
        return Word(say("{group} has no access inside {schedule}.", **values))
    values["time"] = clock(until, now_s)
    return Word(say("{group} has no access inside {schedule}, until {time}.", **values), until)


def of_pause(con: sqlite3.Connection, device: int, lists: Collection[str], now_s: int) -> Word:
    """Which pause lets a device's query through that `lists` block (ids; none: any); of several, the longest."""
    scopes = _scopes(con, device)
    rows = [
        (until, (kind, number), blocklist, title)
        for kind, number, blocklist, until, title in con.execute(
            """SELECT p.scope_kind, p.scope_id, p.blocklist_id, p.until, b.title
               FROM pause p LEFT JOIN blocklist b ON b.id = p.blocklist_id
               WHERE p.until IS NULL OR p.until > ? ORDER BY p.id""",
            (now_s,),
        )
        if (kind, number) in scopes
    ]
    everything = [row for row in rows if row[2] is None]
    some = everything or [row for row in rows if not lists or row[2] in lists]
    if not some:
        return NOBODY
    until, scope, blocklist, title = _longest(some)
    what = say("Blocking") if blocklist is None else shown_title(blocklist, title or blocklist)
    values = {"what": what, "scope": _called(con, *scope)}
    if until is None:
        return Word(say("{what} is paused for {scope} until it is resumed.", **values))
    return Word(say("{what} is paused for {scope} until {time}.", time=clock(until, now_s), **values), until)


def of_exception(con: sqlite3.Connection, device: int, name: str, now_s: int) -> Word:
    """Which exception lets a name through for a device; of several, the longest."""
    scopes = _scopes(con, device)
    rows = [
        (until, (kind, number), excepted)
        for kind, number, excepted, until in con.execute(
            "SELECT scope_kind, scope_id, name, until FROM exception WHERE until > ? ORDER BY id", (now_s,)
        )
        if (kind, number) in scopes and (name == excepted or name.endswith(f".{excepted}"))
    ]
    if not rows:
        return NOBODY
    until, scope, excepted = _longest(rows)
    assert until is not None
    values = {"name": excepted, "scope": _called(con, *scope), "time": clock(until, now_s)}
    return Word(say("{name} is let through for {scope} until {time}.", **values), until)


def _longest(rows: Iterable[Row]) -> Row:
    """The one that ends last, by its first column; None: that never ends by itself."""
    return max(rows, key=lambda row: float("inf") if row[0] is None else row[0])


def _end(con: sqlite3.Connection, schedule: int | None, now_s: int) -> int | None:
    """When a schedule that is in force ends; None: never by itself."""
    row = con.execute("SELECT windows FROM schedule WHERE id = ?", (schedule,)).fetchone()
    return next_edge(windows_of(row[0]), now_s) if row else None


def _scopes(con: sqlite3.Connection, device: int) -> list[tuple[str, int]]:
    """What a device is in, the narrowest first; `device` 0: none is known."""
    groups = devices.groups_of_devices(con).get(device, ())
    own = [(ScopeKind.DEVICE, device)] if device else []
    return [*own, *((ScopeKind.GROUP, number) for number in groups), (ScopeKind.HOUSE, 0)]


def _called(con: sqlite3.Connection, kind: str, number: int) -> str:
    if kind == ScopeKind.HOUSE:
        return say("the whole house")
    if kind == ScopeKind.DEVICE:
        return devices.names(con).get(number, str(number))
    row = con.execute('SELECT name FROM "group" WHERE id = ?', (number,)).fetchone()
    return str(row[0]) if row else str(number)
