# SPDX-License-Identifier: GPL-3.0-or-later
"""One of the home's own rules added, from the page or with one click in the query log; changed, turned off, removed."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import Field

from store.base.sentences import say
from store.config import edit
from store.config.choices import RuleKind
from store.config.engine import Engine as SqlEngine
from store.config.scopes import HOUSE
from store.household import schedules
from store.rules import rule_edit
from webui.frame.asked_again import page_before
from webui.http import permissions
from webui.http.deps import Config, Engine
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.rules import own_rules_page, rule_form, rule_history
from webui.rules.rule_form import Length, Reach
from webui.views import rules_view

router = APIRouter(prefix="/rules", dependencies=[permissions.sees])

Kind = Annotated[RuleKind, Form()]
Text = Annotated[str, Form(max_length=2000)]
Id = Annotated[int, Form(alias="id", ge=1, le=2**31)]
FormReach = Annotated[Reach, Form()]
Ticked = Annotated[int, Field(ge=1, le=2**31)]
_PAGE = "/blocklists/rules"


@router.post("")
def add(
    request: Request,
    engine: Engine,
    config: Config,
    kind: Kind,
    name: Text,
    comment: Text = "",
    reach: FormReach = "below",
    types: Text = "",
    answer: Text = "",
    scope: Text = str(HOUSE),
    length: Length = "",
    origin: Annotated[str, Form(alias="from", max_length=20)] = "",
    called: Text = "",
) -> Response:
    """Blocks or allows a name, or what a pattern is found in. From the log, htmx gets "Undo" in the button's place, and
    what now holds for whom.
    """
    comment = comment or ("from the query log" if origin == "log" else "")
    more = rule_form.said_more(reach, types, answer)
    rule_id = edit.add_rule(
        engine, kind, name, reach == "below", comment, scope, until=rule_form.until(length), **more
    )
    if wants_fragment(request):
        allowed_by = rules_view.outdone_by(edit.rules(engine), rule_id)
        outcome = rules_view.now(kind, _title(config, scope), allowed_by)
        again = {"name": name, "scope": scope, "called": called}
        return fragment(request, "_rule_done.html", rule_id=rule_id, kind=kind, told=outcome, **again)
    return back_to(f"{_PAGE}#rule-{rule_id}")


@router.post("/change")
def change(
    request: Request, engine: Engine, config: Config, id_: Id, kind: Kind, name: Text, comment: Text = "",
    reach: FormReach = "below", types: Text = "", answer: Text = "", scope: Text = str(HOUSE), length: Length = "keep",
) -> Response:  # fmt: skip
    """Make a rule another where it stands."""
    more = rule_form.said_more(reach, types, answer)
    until = edit.KEEP if length == rule_form.KEPT else rule_form.until(length)
    rule_edit.change_rule(
        engine, id_, kind, name, subdomains=reach == "below", comment=comment, scope=scope, until=until, **more
    )
    return _rule(request, engine, config, id_, changed=True)


@router.post("/turn")
def turn(
    request: Request, engine: Engine, config: Config, id_: Id, on: Annotated[str, Form(max_length=3)] = ""
) -> Response:
    """On (`on=on`), or off (nothing) without removing it."""
    rule_edit.turn_rule(engine, id_, on == "on")
    return _rule(request, engine, config, id_)


@router.post("/several")
def several(
    request: Request, engine: Engine, do: Annotated[Literal["on", "off", "remove"], Form()],
    rule: Annotated[list[Ticked] | None, Form(max_length=own_rules_page.PER_PAGE)] = None,
) -> Response:  # fmt: skip
    """Those that are ticked, as one change."""
    if do == "remove":
        rule_edit.remove_rules(engine, rule or [])
    else:
        rule_edit.turn_rules(engine, rule or [], do == "on")
    before = page_before(request)
    return back_to(before if before.partition("?")[0] == _PAGE else _PAGE)


@router.post("/remove")
def remove(
    request: Request,
    engine: Engine,
    rule_id: Id,
    kind: Text = "",
    name: Text = "",
    scope: Text = str(HOUSE),
    called: Text = "",
    origin: Annotated[str, Form(alias="from", max_length=20)] = "",
) -> Response:
    """Forgets a rule. An undo in the log gets the button back."""
    edit.remove_rule(engine, rule_id)
    if not wants_fragment(request):
        return back_to(_PAGE)
    if origin != "log":
        return fragment(request, "_nothing.html")
    verdict = "BLOCK" if kind == RuleKind.ALLOW else "PASS"
    row = {"verdict": verdict, "name": name}
    return fragment(request, "_rule_again.html", row=row, scope=scope, called=called)


def _rule(
    request: Request, engine: SqlEngine, config: sqlite3.Connection, rule_id: int, *, changed: bool = False
) -> Response:
    """The rule as it is now, in its place; where its form was open, the focus is on what opens it."""
    if not wants_fragment(request):
        return back_to(f"{_PAGE}#rule-{rule_id}")
    names, times = rules_view.scope_names(config), {each.id: each.name for each in schedules.schedules(engine)}
    rules = rules_view.rules([row for row in edit.rules(engine) if row.id == rule_id], names, times)
    values: dict[str, Any] = own_rules_page.shared(names, rules, rule_history.makers(config, [rule_id]))
    return fragment(request, "_rule.html", rule=rules[0], changed=changed, **values)


def _title(config: sqlite3.Connection, scope: str) -> str:
    """Whom a rule holds for, as people call it."""
    return say("the whole house") if scope == str(HOUSE) else rules_view.scope_names(config).get(scope, scope)
