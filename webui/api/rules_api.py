# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: names that are blocked or allowed by hand, for the house, a group or a device."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config import edit, rule_input, scopes
from store.config.choices import RuleForm, RuleKind
from store.config.custom_responses import HINT
from store.config.engine import Engine as SqlEngine
from store.config.scopes import Scope
from store.rows import tables
from store.rules import pasted_rules, rule_edit, rule_hint
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine
from webui.http.problems import Problem

router = APIRouter(prefix="/rules", tags=["rules"], dependencies=[permissions.sees])

MAX_ODD = 1000  # lines that are told of, of ten thousand
RuleId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]


class Rule(BaseModel):
    id: int
    scope: str
    kind: RuleKind
    form: RuleForm
    name: str = Field(description="a name, or with the form regex a pattern")
    subdomains: bool
    types: str = Field(description="query types it holds for: A,AAAA, or ~A for all others; empty: all")
    inverted: bool = Field(description="a pattern that holds where it is not found")
    answer: str = Field(description="what is answered instead; empty: the list's, the group's or the house's answer")
    comment: str
    created_at: str
    schedule: int | None = Field(description="inside which alone it holds; null: at all times")
    on: bool = Field(description="false: kept, and decides nothing")
    until: str | None = Field(description="when it ends by itself; null: it stays")
    hint: str = Field(description="what it does that may not be meant by it, in a sentence; empty: nothing")


class RuleList(BaseModel):
    items: list[Rule]
    next: None = None


class NewRule(shapes.Body):
    kind: RuleKind
    name: str = Field(max_length=1000, description="a name; its subdomains too unless said otherwise")
    subdomains: bool = True
    form: RuleForm = Field(default=RuleForm.NAME, description="regex: name is a pattern, which RE2 must hold")
    types: str = Field(default="", max_length=200, description="such as A,AAAA, or ~A for all others; empty: all")
    inverted: bool = Field(default=False, description="a pattern that holds where it is not found")
    answer: str = Field(default="", max_length=2000, description=HINT)
    comment: str = Field(default="", max_length=500)
    scope: str = Field(default=str(scopes.HOUSE), max_length=40, description=scopes.HINT)
    schedule: int | None = Field(
        default=None, ge=1, le=shapes.MAX_ID, description="inside which alone it holds; null: at all times"
    )
    seconds: int | None = Field(
        default=None, ge=60, le=rule_input.MAX_SECONDS, description="after which it ends by itself; null: it stays"
    )


class RuleEdit(shapes.Body):
    on: bool = Field(description="false: keep it, and have it decide nothing")


class Pasted(shapes.Body):
    text: str = Field(max_length=pasted_rules.MAX_TEXT, description="rules as pages take them in, or an export")
    kind: RuleKind = Field(default=RuleKind.BLOCK, description="of a line that does not say so itself")
    subdomains: bool = Field(default=True, description="whether a name alone means all below it, too")
    scope: str = Field(default="", max_length=40, description=f"{scopes.HINT}; empty: as the text says, else the house")
    dry_run: bool = Field(default=False, description="only say what would be added")


class OddLine(BaseModel):
    line: int
    text: str
    why: str


class PasteResult(BaseModel):
    """What became of a text of rules."""

    new: int
    changed: int
    same: int = Field(description="that were so already")
    twice: int = Field(description="lines that say what one before them says")
    not_understood: list[OddLine]
    hints: list[OddLine] = Field(description="lines that are rules, and may do what is not meant by them")


@router.get("", summary="All rules of the home")
def rules(engine: Engine) -> RuleList:
    return RuleList(items=[_shape(row) for row in edit.rules(engine)])


@router.post("", status_code=201, summary="Block or allow a name")
def add_rule(body: NewRule, engine: Engine) -> Rule:
    more = body.model_dump(include={"form", "types", "inverted", "answer"})
    schedule = body.schedule if "schedule" in body.model_fields_set else edit.KEEP
    number = edit.add_rule(
        engine, body.kind, body.name, body.subdomains, body.comment, body.scope, schedule,
        None if body.seconds is None else int(time.time()) + body.seconds, **more,
    )
    return _one(engine, number)


@router.post("/paste", summary="Add many rules as one change")
def paste(body: Pasted, engine: Engine) -> PasteResult:
    pasted = pasted_rules.read(body.text, body.kind, subdomains=body.subdomains, scope=body.scope)
    new = [each.new for each in pasted.rules]
    added = rule_edit.count_rules(engine, new) if body.dry_run else rule_edit.add_rules(engine, new)
    odd = [OddLine(line=line.line, text=line.text, why=line.why) for line in pasted.odd[:MAX_ODD]]
    hints = [OddLine(line=line, text=name, why=why) for line, name, why in pasted.hints[:MAX_ODD]]
    return PasteResult(new=added.new, changed=added.changed, same=added.same, twice=len(pasted.twice),
                       not_understood=odd, hints=hints)  # fmt: skip


@router.patch("/{rule_id}", summary="Turn a rule off without removing it, or on again")
def turn_rule(rule_id: RuleId, body: RuleEdit, engine: Engine) -> Rule:
    rule_edit.turn_rule(engine, rule_id, body.on)
    return _one(engine, rule_id)


@router.delete("/{rule_id}", status_code=204, summary="Remove a rule")
def remove_rule(rule_id: RuleId, engine: Engine) -> None:
    edit.remove_rule(engine, rule_id)


def _one(engine: SqlEngine, number: int) -> Rule:
    for row in edit.rules(engine):
        if row.id == number:
            return _shape(row)
    raise Problem(404, say("There is no rule {number}.", number=number))


def _shape(row: tables.Rule) -> Rule:
    return Rule(
        id=row.id or 0,
        scope=str(Scope.of_row(row.scope_kind, row.scope_id)),
        kind=RuleKind(row.kind),
        form=RuleForm(row.form),
        name=row.name,
        subdomains=row.subdomains,
        types=row.types,
        inverted=row.inverted,
        answer=row.answer,
        comment=row.comment,
        created_at=shapes.seconds_iso(row.created_at) or "",
        schedule=row.schedule_id,
        on=row.on,
        until=shapes.seconds_iso(row.until),
        hint=rule_hint.hint(row),
    )
