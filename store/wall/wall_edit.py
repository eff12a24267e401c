# SPDX-License-Identifier: GPL-3.0-or-later
"""Setting the wall's switches, for the house, a group or a device."""

from __future__ import annotations

from collections.abc import Mapping

from store.base.sentences import say
from store.config import edit, existing
from store.config.choices import ScopeKind, WallMode
from store.config.engine import Engine
from store.config.session import EditError, bump, writing
from store.config.wall_switches import BY_NAME
from store.history import called
from store.rows import orm, tables


def put_switches(e: Engine, scope: str, modes: Mapping[str, str | None]) -> None:
    """Set these switches, all or none; None lets one follow the wider scope (for the house: its default).

    Raises EditError for what is no scope, switch or mode, NotFound for a scope that does not exist.
    """
    kind, number = edit.parse_scope(scope)
    for switch, mode in modes.items():
        if switch not in BY_NAME:
            raise EditError(say(
                "The wall has no switch '{switch}'; it has {choices}.", switch=switch[:40], choices=", ".join(BY_NAME)
            ))
        if mode is not None and mode not in tuple(WallMode):
            raise EditError(say("'{mode}' is no mode: choose {choices}.", mode=mode[:40], choices=", ".join(WallMode)))
    if kind == ScopeKind.HOUSE:
        with writing(e, _what(scope, modes)):
            edit.put_settings(e, {BY_NAME[switch].setting: mode for switch, mode in modes.items()})
        return
    with writing(e, _what(scope, modes)) as session:
        existing.scope(session, scope)
        for switch, mode in modes.items():
            _put(session, kind, number, switch, mode)
        bump(session)  # some switches block names too


def _what(scope: str, modes: Mapping[str, str | None]) -> str:
    """What is said of switches that were set."""
    named = {"switches": ", ".join(modes), "scope": called.scope(scope)}
    mode = next(iter(modes.values())) if len(modes) == 1 else None
    if mode is None:
        return say("The wall's {switches} is changed for {scope}.", **named)
    return say("The wall's {switches} is {mode} for {scope}.", mode=mode, **named)


def _put(session: orm.Session, kind: str, number: int, switch: str, mode: str | None) -> None:
    row = session.get(tables.WallSwitch, (kind, number, switch))
    if mode is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(tables.WallSwitch(scope_kind=kind, scope_id=number, switch=switch, mode=mode))
    else:
        row.mode = mode
