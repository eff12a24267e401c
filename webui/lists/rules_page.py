# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: added from the Blocklists page or with one click in the query log, removed or undone."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import edit
from store.config.choices import RuleForm, RuleKind
from store.config.scopes import HOUSE
from webui.http.deps import Config, Engine
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.views import rules_view

router = APIRouter(prefix="/rules")

Kind = Annotated[RuleKind, Form()]
Text = Annotated[str, Form(max_length=2000)]


@router.post("")
def add(
    request: Request,
    engine: Engine,
    config: Config,
    kind: Kind,
    name: Text,
    comment: Text = "",
    reach: Annotated[Literal["below", "alone", "found", "not found"], Form()] = "below",
    types: Text = "",
    answer: Text = "",
    scope: Text = str(HOUSE),
    origin: Annotated[str, Form(alias="from", max_length=20)] = "",
    called: Text = "",
) -> Response:
    """Blocks or allows a name, or what a pattern is found in. From the log, htmx gets "Undo" in the button's place, and
    what now holds for whom.
    """
    comment = comment or ("from the query log" if origin == "log" else "")
    form = RuleForm.REGEX if reach in ("found", "not found") else RuleForm.NAME
    more: dict[str, Any] = {"form": form, "types": types, "inverted": reach == "not found", "answer": answer}
    rule_id = edit.add_rule(engine, kind, name, reach == "below", comment, scope, **more)
    if wants_fragment(request):
        allowed_by = rules_view.outdone_by(edit.rules(engine), rule_id)
        outcome = rules_view.now(kind, _title(config, scope), allowed_by)
        again = {"name": name, "scope": scope, "called": called}
        return fragment(request, "_rule_done.html", rule_id=rule_id, kind=kind, told=outcome, **again)
    return back_to("/blocklists/rules")


@router.post("/remove")
def remove(
    request: Request,
    engine: Engine,
    rule_id: Annotated[int, Form(alias="id", ge=1, le=2**31)],
    kind: Text = "",
    name: Text = "",
    scope: Text = str(HOUSE),
    called: Text = "",
    origin: Annotated[str, Form(alias="from", max_length=20)] = "",
) -> Response:
    """Forgets a rule. An undo in the log gets the button back."""
    edit.remove_rule(engine, rule_id)
    if not wants_fragment(request):
        return back_to("/blocklists/rules")
    if origin != "log":
        return fragment(request, "_nothing.html")
    verdict = "BLOCK" if kind == RuleKind.ALLOW else "PASS"
    row = {"verdict": verdict, "name": name}
    return fragment(request, "_rule_again.html", row=row, scope=scope, called=called)


def _title(config: sqlite3.Connection, scope: str) -> str:
    """Whom a rule holds for, as people call it."""
    return say("the whole house") if scope == str(HOUSE) else rules_view.scope_names(config).get(scope, scope)
