# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings say of privacy, with the devices that are meant: those of a group, and all that were made one."""

import sqlite3
from collections.abc import Iterable

from store.config import devices
from store.config.choices import LogPrivacy, ScopeKind
from store.config.scopes import Scope
from store.config.settings import Settings
from store.privacy.log_privacy import Kept


def load(con: sqlite3.Connection, settings: Settings) -> Kept:
    """con: of config.db. Raises sqlite3.Error."""
    unnamed = _devices(con, settings.log_unnamed) if settings.log_unnamed else frozenset[int]()
    return Kept(settings.log_privacy, settings.log_addresses == "on", unnamed)


def unread(settings: Settings) -> Kept:
    """The same while config.db cannot be read: nothing, where it is not known whose names are not to be kept."""
    level = LogPrivacy.NOTHING if settings.log_unnamed else settings.log_privacy
    return Kept(level, settings.log_addresses == "on")


def _devices(con: sqlite3.Connection, scopes: Iterable[str]) -> frozenset[int]:
    """A device that was made one with another hides the other's names too: nobody can tell them apart any more."""
    numbers: set[int] = set()
    for scope in map(Scope.parse, scopes):
        if scope.kind == ScopeKind.DEVICE:
            numbers.add(scope.number)
        else:
            sql = "SELECT device_id FROM device_group WHERE group_id = ?"
            numbers.update(number for (number,) in con.execute(sql, (scope.number,)))
    into = devices.merged(con)
    return frozenset(numbers | {into[number] for number in numbers if number in into})
