# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits of the home's own rules that are there, and of many at once: off and on, changed in place, removed, pasted.

Each is one change of the history, however many rules it is about, so one undo takes it back.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from store.base.sentences import Sentence, say, say_count
from store.config import existing
from store.config.edit import KEEP, MAX_RULES, rules
from store.config.engine import Engine
from store.config.rule_input import MAX_COMMENT, RuleInput, check_comment, check_rule, check_until
from store.config.scopes import HOUSE, Scope
from store.config.session import EditError, NotFound, bump, writing
from store.history import called
from store.rows import orm, tables

MAX_TOGETHER = 10_000  # rules of one edit: as many as there may be
_SAME = ("scope_kind", "scope_id", "kind", "form", "name", "subdomains", "types", "inverted")


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule of many that are added together; `until` in Unix seconds, None: it stays."""

    rule: RuleInput
    scope: str = str(HOUSE)
    on: bool = True
    until: int | None = None
    schedule: int | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What came of many: rules that are new, that became others, and that were so already."""

    new: int
    changed: int
    same: int


def turn_rule(e: Engine, rule_id: int, on: bool) -> None:
    """Have a rule decide again, or keep it and have it decide nothing. One that is over begins anew, without an end."""
    named = {"name": called.rule(rule_id)}
    what = say("The rule for {name} is on.", **named) if on else say("The rule for {name} is off.", **named)
    with writing(e, what) as session:
        _turn(_rule(session, rule_id), on)
        session.flush()
        bump(session)


def turn_rules(e: Engine, rule_ids: Collection[int], on: bool) -> None:
    """The same of several."""
    count = len(rule_ids)
    what = say_count(count, "{count:,} rule is on.", "{count:,} rules are on.") if on else say_count(
        count, "{count:,} rule is off.", "{count:,} rules are off."
    )
    with writing(e, what) as session:
        for number in _several(rule_ids):
            _turn(_rule(session, number), on)
        session.flush()
        bump(session)


def remove_rules(e: Engine, rule_ids: Collection[int]) -> None:
    """Forget several at once."""
    with writing(e, say_count(len(rule_ids), "{count:,} rule is removed.", "{count:,} rules are removed.")) as session:
        for number in _several(rule_ids):
            session.delete(_rule(session, number))
        session.flush()
        bump(session)


def change_rule(
    e: Engine, rule_id: int, kind: str, name: str, *, subdomains: bool = True, comment: str = "",
    scope: str = str(HOUSE), until: int | None = KEEP, schedule: int | None = KEEP, **more: Any,
) -> None:  # fmt: skip
    """Make a rule another: what it says, for whom, for how long; its number and since when it is stay.

    `until` and `schedule`: KEEP leaves them. `more` as `check_rule` takes it. Raises EditError where there is one that
    says the same already.
    """
    given = check_rule(kind, name, subdomains=subdomains, **more)
    check_comment(comment)
    if until != KEEP:
        check_until(until)
    with writing(e, say("The rule for {name} is changed.", name=called.rule(rule_id))) as session:
        rule = _rule(session, rule_id)
        kind_, number = existing.scope(session, scope)
        wanted = {"scope_kind": kind_, "scope_id": number, **asdict(given), "comment": comment or given.comment}
        _refuse_twin(session, rule_id, wanted)
        for column, value in wanted.items():
            setattr(rule, column, value)
        if until != KEEP:
            rule.until = until
        if schedule != KEEP:
            rule.schedule_id = None if schedule is None else existing.schedule(session, schedule).id
        session.flush()
        bump(session)


def add_rules(e: Engine, new: Sequence[NewRule]) -> Added:
    """Add many as one change; those that are there already become as they are given here.

    Raises EditError where not all can be; then none is added.
    """
    if len(new) > MAX_TOGETHER:
        raise EditError(say("At most {most:,} rules are added at once.", most=MAX_TOGETHER))
    with writing(e, _added(new)) as session:
        _check_named(session, new)
        there = {identity(row): row for row in session.exec(orm.select(tables.Rule)).all()}
        before, changed, same = len(there), 0, 0
        for each in new:
            key = identity_of(each)
            if (rule := there.get(key)) is None:
                there[key] = rule = _row(each)
                session.add(rule)
            elif is_as(rule, each):
                same += 1
            else:
                changed += 1
                _make_as(rule, each)
        if len(there) > MAX_RULES:
            raise EditError(say(
                "With these there would be {count:,} rules, and {most:,} is the most; add a blocklist instead.",
                count=len(there), most=MAX_RULES,
            ))  # fmt: skip
        session.flush()
        if len(there) > before or changed:
            bump(session)
    return Added(len(there) - before, changed, same)


def count_rules(e: Engine, new: Sequence[NewRule]) -> Added:
    """What `add_rules` would do; nothing is changed. Raises EditError as that does."""
    there = {identity(row): row for row in rules(e)}
    met = [there[key] if (key := identity_of(each)) in there else None for each in new]
    same = sum(row is not None and is_as(row, each) for row, each in zip(met, new, strict=True))
    fresh = len({identity_of(each) for each, row in zip(new, met, strict=True) if row is None})
    return Added(fresh, len(new) - same - met.count(None), same)


def identity(row: tables.Rule) -> tuple[Any, ...]:
    """What no two rules share."""
    return tuple(getattr(row, column) for column in _SAME)


def identity_of(new: NewRule) -> tuple[Any, ...]:
    """The same of one that is to be. Raises ValueError for what is no scope."""
    scope, rule = Scope.parse(new.scope), new.rule
    named = (rule.kind, rule.form, rule.name, rule.subdomains, rule.types, rule.inverted)
    return (scope.kind, scope.number, *named)


def is_as(row: tables.Rule, new: NewRule) -> bool:
    """Whether adding it would change nothing; a comment that is not given is none of its business."""
    return (
        row.on == new.on and row.until == new.until and row.answer == new.rule.answer
        and row.schedule_id == new.schedule and new.rule.comment in ("", row.comment)
    )  # fmt: skip


def _row(new: NewRule) -> tables.Rule:
    scope = Scope.parse(new.scope)
    return tables.Rule(
        scope_kind=scope.kind, scope_id=scope.number, created_at=int(time.time()), on=new.on, until=new.until,
        schedule_id=new.schedule, **{**asdict(new.rule), "comment": new.rule.comment[:MAX_COMMENT]},
    )  # fmt: skip


def _make_as(row: tables.Rule, new: NewRule) -> None:
    row.on, row.until, row.schedule_id, row.answer = new.on, new.until, new.schedule, new.rule.answer
    row.comment = new.rule.comment[:MAX_COMMENT] or row.comment


def _check_named(session: orm.Session, new: Sequence[NewRule]) -> None:
    """The scopes and schedules that are named exist."""
    for scope in {each.scope for each in new}:
        existing.scope(session, scope)
    for number in {each.schedule for each in new}:
        if number is not None:
            existing.schedule(session, number)


def _added(new: Sequence[NewRule]) -> Sentence:
    scopes = {each.scope for each in new}
    if len(scopes) != 1:
        return say_count(len(new), "{count:,} rule is added.", "{count:,} rules are added.")
    whom = called.scope(scopes.pop())
    return say_count(
        len(new), "{count:,} rule is added for {scope}.", "{count:,} rules are added for {scope}.", scope=whom
    )


def _several(rule_ids: Collection[int]) -> Collection[int]:
    if not rule_ids:
        raise EditError(say("Choose at least one rule."))
    return rule_ids


def _turn(rule: tables.Rule, on: bool) -> None:
    rule.on = on
    if on and rule.until is not None and rule.until <= time.time():
        rule.until = None


def _rule(session: orm.Session, rule_id: int) -> tables.Rule:
    rule = session.get(tables.Rule, rule_id)
    if rule is None:
        raise NotFound(say("There is no rule {number}.", number=rule_id))
    return rule


def _refuse_twin(session: orm.Session, rule_id: int, wanted: dict[str, Any]) -> None:
    twin = session.exec(orm.select(tables.Rule).filter_by(**{column: wanted[column] for column in _SAME})).first()
    if twin is not None and twin.id != rule_id:
        raise EditError(say("There is such a rule already, for {name}; change or remove that one.", name=twin.name),
                        "name")  # fmt: skip
