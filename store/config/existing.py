# SPDX-License-Identifier: GPL-3.0-or-later
"""What an edit is about, if it exists: a scope, device, group, schedule, blocklist; else NotFound with a sentence."""

from __future__ import annotations

from typing import TypeVar

from store.base.sentences import Sentence, say, sentence_of
from store.config.choices import ScopeKind
from store.config.scopes import Scope
from store.config.session import EditError, NotFound
from store.rows import orm, tables

Row = TypeVar("Row", bound="orm.SQLModel")


def parse_scope(text: str) -> Scope:
    """`house`, `group:1` or `device:3`. Raises EditError."""
    try:
        return Scope.parse(text)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None


def scope(session: orm.Session, text: str) -> Scope:
    """A scope whose group or device exists. Raises EditError for what is no scope."""
    parsed = parse_scope(text)
    if parsed.kind == ScopeKind.DEVICE:
        device(session, parsed.number)
    if parsed.kind == ScopeKind.GROUP:
        group(session, parsed.number)
    return parsed


def device(session: orm.Session, device_id: int) -> tables.Device:
    """A device."""
    return _there(session.get(tables.Device, device_id), say("There is no device {number}.", number=device_id))


def group(session: orm.Session, group_id: int) -> tables.Group:
    """A group."""
    return _there(session.get(tables.Group, group_id), say("There is no group {number}.", number=group_id))


def schedule(session: orm.Session, schedule_id: int) -> tables.Schedule:
    """A schedule."""
    why = say("There is no schedule {number}; `telltale schedules` shows all.", number=schedule_id)
    return _there(session.get(tables.Schedule, schedule_id), why)


def blocklist(session: orm.Session, blocklist_id: str) -> tables.Blocklist:
    """A blocklist, installed or not."""
    why = say("There is no blocklist '{id}'; 'telltale lists' shows all.", id=blocklist_id)
    return _there(session.get(tables.Blocklist, blocklist_id), why)


def _there(row: Row | None, why: Sentence) -> Row:
    if row is None:
        raise NotFound(why)
    return row
