# SPDX-License-Identifier: GPL-3.0-or-later
"""The details of one look-up: what it was, why, what would become of it now, and what can be done about it, for whom.

Each part comes by itself, the quick ones first: why asks an upstream where the answer leads, around reads the log.
"""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from resolver.explain.explanation import Explanation
from store.base.sentences import say, sentence_of
from store.config import devices, edit, list_status
from store.config.scopes import HOUSE
from store.household import exceptions
from store.log.protocol import LogReader
from store.log.records import QueryRow
from webui.api import explain_api
from webui.http import permissions
from webui.http.deps import Config, CurrentSession, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.queries import query_detail
from webui.views import explain_view, rules_view
from webui.views.queries_view import titles

router = APIRouter(prefix="/queries", dependencies=[permissions.sees])

MINUTES = 15
WHO = "admin"

Row = Annotated[int, Path(ge=0, le=2**53)]
Text = Annotated[str, Form(max_length=300)]


@router.get("/row/{time_us}")
def detail(request: Request, ui: WebUi, config: Config, reader: Reader, time_us: Row) -> Response:
    """The drawer's content."""
    shown = query_detail.shown(reader, config, time_us, titles(ui))
    if shown is None:
        raise _gone()
    return fragment(request, "_query_detail.html", detail=shown)


@router.get("/row/{time_us}/why")
def why(request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, time_us: Row) -> Response:
    """What would become of it now, beside what became of it then."""
    query = _found(reader, time_us)
    rows, known = edit.rules(engine), list_status.titles(config)
    names = rules_view.scope_names(config)
    scopes = {rule.id: rule.scope_title for rule in rules_view.rules(rows, names) if rule.scope != str(HOUSE)}
    explanation, problem = None, ""
    try:
        qtype = explain_api.type_number(query.type or "A")
        asker = query_detail.asker(query) or None
        explanation = explain_api.explained_for(
            ui, known, query.name or "", qtype, asker, ask=True, others=rules_view.as_held(rows)
        )
    except (Problem, ValueError) as error:
        problem = sentence_of(error)
    return fragment(
        request, "_query_why.html", explanation=explanation, view=explain_view, titles=known, scopes=scopes,
        problem=problem, now_sentence="" if explanation is None else now_sentence(query, explanation),
    )  # fmt: skip


@router.get("/row/{time_us}/around")
def around(request: Request, ui: WebUi, config: Config, reader: Reader, time_us: Row) -> Response:
    query = _found(reader, time_us)
    return fragment(
        request, "_query_around.html", row=query, near=query_detail.around(reader, query, titles(ui)),
        others=query_detail.others(reader, query), names=devices.names(config), seconds=query_detail.AROUND_SECONDS,
    )  # fmt: skip


@router.post("/let-through")
def let_through(
    request: Request, engine: Engine, config: Config, caller: CurrentSession, name: Text, scope: Text
) -> Response:  # fmt: skip
    """A quarter of an hour; the toast offers to take it back."""
    exceptions.let_through(engine, scope, name, int(time.time()) + 60 * MINUTES, caller.name or WHO)
    if not wants_fragment(request):
        return back_to("/pause#exceptions")
    whom = say("the whole house") if scope == str(HOUSE) else rules_view.scope_names(config).get(scope, scope)
    done = say("let through for {scope} for {minutes} minutes", scope=whom, minutes=MINUTES)
    return fragment(request, "_query_done.html", told=done)


def now_sentence(query: QueryRow, explanation: Explanation) -> str:
    """Whether the same would become of it now."""
    then_blocked, now = query.verdict == "BLOCK", explanation.judgement.verdict.name
    reason = explain_view.sentence(explanation)
    if query.verdict == now:
        return say("Today the same would become of it. {why}", why=reason)
    if then_blocked:
        return say("Then it was blocked; today it would not be. {why}", why=reason)
    if now == "BLOCK":
        return say("Then it was not blocked; today it would be. {why}", why=reason)
    return say("Today it would be judged anew. {why}", why=reason)


def _found(reader: LogReader, time_us: int) -> QueryRow:
    query = query_detail.found(reader, time_us)
    if query is None:
        raise _gone()
    return query


def _gone() -> Problem:
    return Problem(404, say("This query is no longer in the log."))
