# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose word it is that decides for a device: its own, a group's or the house's, and inside which schedule. Plain
sqlite3, for explanations; what decides is settled by `store.household.combination`.
"""

import sqlite3

from store.base.sentences import say
from store.config import devices
from store.config.choices import ScopeKind
from store.household import schedule_times


def of_list(con: sqlite3.Connection, blocklist: str, device: int, now_s: int) -> str:
    """A sentence that says for whom a list is on, where that is not just the house; `device` 0: none is known."""
    in_force = schedule_times.holding(con, now_s).value
    rows = con.execute(
        """SELECT t.scope_kind, t.scope_id, t.schedule_id, s.name
           FROM toggle t LEFT JOIN schedule s ON s.id = t.schedule_id
           WHERE t.blocklist_id = ? AND t."on" ORDER BY t.scope_id""",
        (blocklist,),
    ).fetchall()
    groups = devices.groups_of_devices(con).get(device, ())
    words = {
        (kind, number): title or ""
        for kind, number, schedule, title in rows
        if schedule is None or schedule in in_force
    }
    scopes = [(ScopeKind.DEVICE, device), *((ScopeKind.GROUP, number) for number in groups), (ScopeKind.HOUSE, 0)]
    scope = next((scope for scope in scopes if scope in words), None)
    if scope is None or (scope[0] == ScopeKind.HOUSE and not words[scope]):
        return ""
    whom, schedule = _called(con, *scope), words[scope]
    if schedule:
        return say("It is on for {scope}, inside {schedule}.", scope=whom, schedule=schedule)
    return say("It is on for {scope}.", scope=whom)


def of_rule(con: sqlite3.Connection, rule: int) -> str:
    """The same of one of the home's own rules, by its id."""
    row = con.execute(
        """SELECT r.scope_kind, r.scope_id, s.name
           FROM rule r LEFT JOIN schedule s ON s.id = r.schedule_id WHERE r.id = ?""",
        (rule,),
    ).fetchone()
    if row is None or (row[0] == ScopeKind.HOUSE and not row[2]):
        return ""
    whom, schedule = _called(con, *row[:2]), row[2]
    if schedule:
        return say("The rule is for {scope}, inside {schedule}.", scope=whom, schedule=schedule)
    return say("The rule is for {scope}.", scope=whom)


def of_access(con: sqlite3.Connection, device: int, now_s: int) -> str:
    """Which group has no access now, of those that a device is in."""
    in_force = schedule_times.holding(con, now_s).value
    for group, number, schedule in con.execute(
        """SELECT g.name, g.schedule_id, s.name FROM device_group m JOIN "group" g ON g.id = m.group_id
           JOIN schedule s ON s.id = g.schedule_id WHERE m.device_id = ? ORDER BY g.id""",
        (device,),
    ):
        if number in in_force:
            return say("{group} has no access inside {schedule}.", group=group, schedule=schedule)
    return ""


def _called(con: sqlite3.Connection, kind: str, number: int) -> str:
    if kind == ScopeKind.HOUSE:
        return say("the whole house")
    if kind == ScopeKind.DEVICE:
        return devices.names(con).get(number, str(number))
    row = con.execute('SELECT name FROM "group" WHERE id = ?', (number,)).fetchone()
    return str(row[0]) if row else str(number)
