# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rules at once: looked at line by line before anything holds, then added as one change with one undo."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from store.base import db
from store.base.sentences import say
from store.config import edit, scopes
from store.config.choices import RuleKind
from store.config.engine import Engine as SqlEngine
from store.config.session import EditError, about
from store.rows import tables
from store.rules import pasted_rules, rule_edit, rule_hint
from store.rules.pasted_rules import Odd, Pasted, Understood
from store.rules.rule_edit import NewRule
from webui.http import permissions
from webui.http import state as web_ui
from webui.http.deps import Config, Engine
from webui.pages.templating import back_to, page
from webui.rules import rule_form
from webui.views import rules_view

router = APIRouter(prefix="/blocklists/rules", dependencies=[permissions.sees])

SHOWN = 200  # lines of each sort that are shown; how many there are is said


@dataclass(frozen=True, slots=True)
class Look:
    """A text held against what is there: what is new, what becomes another, and what is so already."""

    pasted: Pasted
    new: tuple[Understood, ...]
    changed: tuple[Understood, ...]
    same: tuple[Understood, ...]
    odd: tuple[Odd, ...]

    @property
    def adds(self) -> list[NewRule]:
        return [each.new for each in (*self.new, *self.changed)]


@router.get("/paste")
def paste(request: Request, config: Config) -> Response:
    return _page(request, config, {})


@router.post("/paste")
async def look(request: Request, engine: Engine) -> Response:
    """What of the text is understood (`do` look), or added (`do` add)."""
    form = await request.form()
    typed = {key: str(form.get(key) or "") for key in ("text", "kind", "reach", "scope", "do")}
    await request.close()
    return await run_in_threadpool(_answer, request, engine, typed)


def held_against(pasted: Pasted, rows: Sequence[tables.Rule], known: frozenset[str]) -> Look:
    """Pure. `known`: the scopes that there are; a line for another one is odd."""
    there = {rule_edit.identity(row): row for row in rows}
    new, changed, same, odd = list[Understood](), list[Understood](), list[Understood](), list(pasted.odd)
    for each in pasted.rules:
        row = there.get(rule_edit.identity_of(each.new))
        if each.new.scope not in known:
            odd.append(Odd(each.line, each.new.rule.name, say("There is no “{scope}” here.", scope=each.new.scope)))
        elif row is None:
            new.append(each)
        else:
            (same if rule_edit.is_as(row, each.new) else changed).append(each)
    odd.sort(key=lambda line: line.line)
    return Look(pasted, tuple(new), tuple(changed), tuple(same), tuple(odd))


def _answer(request: Request, engine: SqlEngine, typed: dict[str, str]) -> Response:
    ui: web_ui.WebUi = request.app.state.ui
    with closing(db.connect(ui.state / "config.db", read_only=True)) as config, about("text"):
        seen = _seen(engine, config, typed)
        if typed["do"] != "add":
            return _page(request, config, typed, seen)
        rule_edit.add_rules(engine, seen.adds)
    return back_to("/blocklists/rules#own-rules")


def _seen(engine: SqlEngine, config: sqlite3.Connection, typed: dict[str, str]) -> Look:
    kind = RuleKind.ALLOW if typed["kind"] == RuleKind.ALLOW else RuleKind.BLOCK
    pasted = pasted_rules.read(typed["text"], kind, subdomains=typed["reach"] != "alone", scope=typed["scope"])
    if not pasted.lines:
        raise EditError(say("Paste at least one line."))
    return held_against(pasted, edit.rules(engine), frozenset(rules_view.scope_names(config)))


def _page(
    request: Request, config: sqlite3.Connection, typed: dict[str, str], seen: Look | None = None
) -> Response:
    values: dict[str, Any] = {key: typed.get(key, "") for key in ("text", "kind", "reach", "scope")}
    names = rules_view.scope_names(config)
    return page(
        request, "paste_page.html", typed=values, seen=seen, most=SHOWN,
        scopes=scopes.in_order(names.items()), names=names, max_text=pasted_rules.MAX_TEXT, example=rule_form.PASTED,
        rule_kinds=tuple(RuleKind),
        max_lines=rule_edit.MAX_TOGETHER, hint=rule_hint.hint,
    )  # fmt: skip
