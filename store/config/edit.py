# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of the policy: toggles, levels, the home's own rules, names of devices, settings.

Each function is one transaction; those that may change an answer bump `policy_version`. The engine comes from
`engine(state)`; refused edits raise EditError, missing things NotFound.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from store.base.sentences import say, sentence_of
from store.config import existing, settings
from store.config.choices import ListKind, PackLevel, RuleKind, ScopeKind
from store.config.devices import landing_group
from store.config.engine import Engine
from store.config.existing import parse_scope
from store.config.rule_input import MAX_COMMENT, check_answer, check_comment, check_rule, check_until
from store.config.scopes import HOUSE
from store.config.session import (
    EditError,
    NotFound,
    about,
    bump,
    connection,
    engine,
    looking,
    reading,
    selected,
    writing,
)
from store.history import called
from store.rows import orm, tables

__all__ = [
    "KEEP", "MAX_RULES", "EditError", "NotFound", "add_rule", "check_answer", "check_name", "clear_toggle", "engine",
    "parse_scope", "put_settings", "remove_rule", "rules", "set_level", "set_toggle",
]  # fmt: skip

MAX_RULES = 10_000  # written by hand or clicked, and held in memory by every worker
KEEP = -1  # in place of a schedule's id: as it was
MAX_NAMED = 20  # groups that a refusal lists; a home has fewer
MAX_NAME = 80  # characters of a name that a person gives; it must fit on a line of a page


def set_toggle(
    e: Engine, blocklist_id: str, scope: str, on: bool, level: str | None = None, schedule: int | None = KEEP
) -> None:
    """Turn a blocklist on or off for a scope. Without a level, its level is kept.

    `schedule`: the id of the schedule inside which alone this holds, None for at all times.
    """
    with writing(e, _of_toggle(blocklist_id, scope, on)) as session:
        toggle = _toggle(session, blocklist_id, scope)
        toggle.on = on
        if level is not None:
            toggle.level = _level(existing.blocklist(session, blocklist_id), level)
        if schedule != KEEP:
            toggle.schedule_id = None if schedule is None else existing.schedule(session, schedule).id
        if toggle.schedule_id is not None and not on and toggle.scope_kind == ScopeKind.HOUSE:
            raise EditError(say(
                "For the house, a list that is off inside a schedule is off outside it too; turn it on with a schedule "
                "of the times at which it is to block."
            ))
        bump(session)


def set_level(e: Engine, blocklist_id: str, level: str, scope: str = str(HOUSE)) -> None:
    """Choose the level of a vendor pack for a scope, and turn it on there."""
    named = {"list": called.blocklist(blocklist_id), "scope": called.scope(scope)}
    with writing(e, say("{list} is at {level} for {scope}.", level=level, **named)) as session:
        toggle = _toggle(session, blocklist_id, scope)
        toggle.on, toggle.level = True, _level(existing.blocklist(session, blocklist_id), level)
        bump(session)


def clear_toggle(e: Engine, blocklist_id: str, scope: str) -> None:
    """Let the scope follow the wider one again; for the house: off."""
    kind, number = parse_scope(scope)
    named = {"list": called.blocklist(blocklist_id), "scope": called.scope(scope)}
    with writing(e, say("{list} follows the wider scope again for {scope}.", **named)) as session:
        existing.blocklist(session, blocklist_id)
        toggle = session.get(tables.Toggle, (kind, number, blocklist_id))
        if toggle is not None:
            session.delete(toggle)
            bump(session)


def add_rule(
    e: Engine,
    kind: str,
    name: str,
    subdomains: bool = True,
    comment: str = "",
    scope: str = str(HOUSE),
    schedule: int | None = KEEP,
    until: int | None = None,
    **more: Any,
) -> int:
    """Block or allow a name, in any notation of `rule_text`; returns the rule's id.

    The same rule again changes its comment, answer, schedule and end only, and is on. `schedule`: the id of the one
    inside which alone it holds, None for at all times. `until`: Unix seconds at which it ends by itself.

    `more`: form, types, inverted, answer, as `store.config.rule_input.check_rule` takes them.
    """
    given = check_rule(kind, name, subdomains=subdomains, **more)
    check_comment(comment)
    check_until(until)
    named = {"name": given.name, "scope": called.scope(scope)}
    blocked, allowed = say("{name} is blocked for {scope}.", **named), say("{name} is allowed for {scope}.", **named)
    with writing(e, allowed if given.kind == RuleKind.ALLOW else blocked) as session:
        scope_kind, scope_id = existing.scope(session, scope)
        same = {"scope_kind": scope_kind, "scope_id": scope_id, **asdict(given)}
        answer, written = same.pop("answer"), same.pop("comment")
        rule = session.exec(orm.select(tables.Rule).filter_by(**same)).first()
        if rule is None:
            if session.exec(orm.select(orm.func.count()).select_from(tables.Rule)).one() >= MAX_RULES:
                raise EditError(say(
                    "There are {most} rules already; remove some, or add a blocklist instead.", most=MAX_RULES
                ))
            rule = tables.Rule(**same, created_at=int(time.time()))
        rule.comment, rule.answer = comment or written[:MAX_COMMENT], answer
        rule.on, rule.until = True, until
        if schedule != KEEP:
            rule.schedule_id = None if schedule is None else existing.schedule(session, schedule).id
        session.add(rule)
        session.flush()
        bump(session)
        assert rule.id is not None
        return rule.id


def remove_rule(e: Engine, rule_id: int) -> None:
    """Forget one of the home's own rules."""
    with writing(e, say("The rule for {name} is removed.", name=called.rule(rule_id))) as session:
        rule = session.get(tables.Rule, rule_id)
        if rule is None:
            raise NotFound(say("There is no rule {number}.", number=rule_id))
        session.delete(rule)
        bump(session)


def rules(e: Engine) -> list[tables.Rule]:
    """The home's own rules, oldest first: plain rows with its columns."""
    with looking(e) as con:
        return selected(con, "SELECT * FROM rule ORDER BY id", truths=("on", "subdomains", "inverted"))


def put_settings(e: Engine, values: Mapping[str, Any]) -> None:
    """Store these settings, all or none; None takes a setting back to its default."""
    try:
        valid = {key: None if value is None else settings.validate(key, value) for key, value in values.items()}
    except settings.SettingError as error:
        raise EditError(sentence_of(error)) from None
    with writing(e, _of_settings(valid)) as session:
        _check_landing(session, valid.get("new_devices"))
        for key, value in valid.items():
            row = session.get(tables.Setting, key)
            if value is not None:
                row = row or tables.Setting(key=key, value="")
                row.value = json.dumps(value)
                session.add(row)
            elif row is not None:
                session.delete(row)
        bump(session)


def check_new_devices(e: Engine, text: str) -> None:
    """Raise EditError where the setting `new_devices` would name no group."""
    with reading(e) as session:
        _check_landing(session, text)


@about("name")
def check_name(text: str) -> str:
    """A name that a person gives, its blanks made single. Raises EditError."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise EditError(say("A name has 1 to {most} printable characters.", most=MAX_NAME))
    return name


def _of_toggle(blocklist_id: str, scope: str, on: bool) -> str:
    """What is said of it; a service that is on is blocked, and whoever blocked it must not read that it is on."""
    if blocklist_id.startswith(f"{ListKind.SERVICE}:"):
        named = {"service": called.blocklist(blocklist_id), "scope": called.scope(scope)}
        if on:
            return say("{service} is blocked for {scope}.", **named)
        return say("{service} is not blocked for {scope}.", **named)
    named = {"list": called.blocklist(blocklist_id), "scope": called.scope(scope)}
    return say("{list} is on for {scope}.", **named) if on else say("{list} is off for {scope}.", **named)


def _check_landing(session: orm.Session, text: str | None) -> None:
    """New devices land in a group that there is."""
    if not text or landing_group(connection(session), text) is not None:
        return
    names = session.exec(orm.select(tables.Group.name).order_by(orm.col(tables.Group.name)).limit(MAX_NAMED)).all()
    if not names:
        raise EditError(say("new_devices: There is no group “{name}”, nor any other; make it first.", name=text))
    raise EditError(say("new_devices: There is no group “{name}”; there are {names}.", name=text,
                        names=", ".join(names)))  # fmt: skip


def _of_settings(values: Mapping[str, Any]) -> str:
    """What is said of changed settings."""
    keys = ", ".join(values)
    if len(values) != 1:
        return say("The settings {keys} are changed.", keys=keys)
    value = values[keys]
    if value is None:
        return say("The setting {key} has its default again.", key=keys)
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return say("The setting {key} is {value}.", key=keys, value=text)


def _level(blocklist: tables.Blocklist, level: str) -> str:
    if level not in tuple(PackLevel):
        raise EditError(say("'{level}' is no level: choose {choices}.", level=level, choices=", ".join(PackLevel)))
    if blocklist.kind != ListKind.PACK:
        raise EditError(say("'{id}' has no levels; only vendor packs have.", id=blocklist.id))
    return level


def _toggle(session: orm.Session, blocklist_id: str, scope: str) -> tables.Toggle:
    kind, number = existing.scope(session, scope)
    existing.blocklist(session, blocklist_id)
    toggle = session.get(tables.Toggle, (kind, number, blocklist_id))
    if toggle is None:
        toggle = tables.Toggle(scope_kind=kind, scope_id=number, blocklist_id=blocklist_id, on=False)
        session.add(toggle)
    return toggle
