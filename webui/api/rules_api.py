# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: names that are blocked or allowed by hand, for the house, a group or a device."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy import Engine as SqlEngine

from store.base.sentences import say
from store.config import edit, scopes, tables
from store.config.choices import RuleForm, RuleKind
from store.config.custom_responses import HINT
from store.config.scopes import Scope
from webui.api import shapes
from webui.http.deps import Engine
from webui.http.problems import Problem

router = APIRouter(prefix="/rules", tags=["rules"])

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


@router.get("", summary="All rules of the home")
def rules(engine: Engine) -> RuleList:
    return RuleList(items=[_shape(row) for row in edit.rules(engine)])


@router.post("", status_code=201, summary="Block or allow a name")
def add_rule(body: NewRule, engine: Engine) -> Rule:
    more = body.model_dump(include={"form", "types", "inverted", "answer"})
    schedule = body.schedule if "schedule" in body.model_fields_set else edit.KEEP
    number = edit.add_rule(
        engine, body.kind, body.name, body.subdomains, body.comment, body.scope, schedule, **more
    )
    return _one(engine, number)


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
    )
