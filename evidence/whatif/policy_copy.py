# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy of config.db in which changes are made by the very edits that would make them for good.

Pauses and exceptions are left out of it: they pass by themselves, and a question is about what holds for good.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from blocklists.packs import catalogue
from evidence.whatif.whatif_change import Change, GroupChange, RuleChange, RuleRemoval, SourceChange, ToggleChange
from store.base import db
from store.base.sentences import say
from store.config import edit, lists
from store.config.engine import Engine
from store.config.scopes import HOUSE
from store.config.session import NotFound, reading
from store.household import groups
from store.rows import orm, tables

BEFORE, AFTER = "before", "after"


def copy(state: Path, folder: Path) -> None:
    """Lay a copy of the state's config.db into a folder that is made for it. Raises sqlite3.Error, StoreError."""
    folder.mkdir(mode=0o700)
    with closing(db.open_migrated(state / "config.db")) as source, closing(_made(folder / "config.db")) as target:
        source.backup(target)
        with db.transaction(target):
            for table in ("pause", "exception", "change"):  # what was done in the past is only weight here
                target.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed text


def make(folder: Path, changes: Iterable[Change]) -> set[str]:
    """Make the changes in the copy in this folder; returns the ids of the blocklists that they are about.

    Raises EditError as the edits do.
    """
    engine, touched = edit.engine(folder), set[str]()
    for change in changes:
        if isinstance(change, ToggleChange):
            touched.add(_toggled(engine, change))
        elif isinstance(change, SourceChange):
            touched.add(_installed(engine, change))
        elif isinstance(change, RuleRemoval):
            edit.remove_rule(engine, change.remove)
        elif isinstance(change, RuleChange):
            edit.add_rule(
                engine, change.kind, change.name, change.subdomains, "", change.scope, form=change.form,
                types=change.types, inverted=change.inverted, answer=change.answer,
            )  # fmt: skip
        else:
            _joined(engine, change)
    return touched


def is_changed(folder: Path) -> bool:
    """Whether the edits made anything other than it was in the copy in this folder."""
    with closing(db.connect(folder / "config.db", read_only=True)) as con:
        return con.execute("SELECT 1 FROM change LIMIT 1").fetchone() is not None


def _made(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    return db.connect(path)


def _toggled(engine: Engine, change: ToggleChange) -> str:
    if change.on is None:
        edit.clear_toggle(engine, change.blocklist, change.scope)
    else:
        edit.set_toggle(engine, change.blocklist, change.scope, change.on, change.level, change.schedule)
    return change.blocklist


def _installed(engine: Engine, change: SourceChange) -> str:
    """Have the list installed, where it is not, and on for the scope."""
    source = change.source
    if "://" not in source and not source.startswith("/"):
        known = next((entry for entry in catalogue.load() if entry.id == source), None)
        if known is None:
            raise NotFound(say("There is no list '{id}' in the catalogue; 'telltale lists' shows all.", id=source))
        source = known.source
    with reading(engine) as session:
        row = session.exec(orm.select(tables.Blocklist).filter_by(source=source)).first()
        name = None if row is None else row.id
    if name is None:
        name = lists.add_blocklist(engine, source, None, change.format, change.allow)
        edit.clear_toggle(engine, name, str(HOUSE))
    edit.set_toggle(engine, name, change.scope, True)
    return name


def _joined(engine: Engine, change: GroupChange) -> None:
    there = next((group for group in groups.groups(engine) if group.id == change.group), None)
    if there is None:
        raise NotFound(say("There is no group {number}.", number=change.group))
    members = {*there.devices, change.device} if change.member else {*there.devices} - {change.device}
    groups.change_group(engine, change.group, {"devices": sorted(members)})
