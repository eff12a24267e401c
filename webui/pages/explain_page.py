# SPDX-License-Identifier: GPL-3.0-or-later
"""Why is a name blocked, or not? The verdict as the resolver would give it now, and every rule that spoke."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base.sentences import sentence_of
from store.config import devices, edit, list_status, rule_names
from webui.api import explain_api
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import page
from webui.views import explain_view, rules_view

router = APIRouter()

Text = Annotated[str, Query(max_length=300)]


@router.get("/explain")
def why(
    request: Request,
    ui: WebUi,
    engine: Engine,
    config: Config,
    name: Text = "",
    type_: Annotated[str, Query(alias="type", max_length=20)] = "A",
    client: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Without a name: the form alone. What cannot be judged is said above it."""
    answer, problem = None, ""
    if name.strip():
        try:
            qtype = explain_api.type_number(type_ or "A")
            answer = _answer(ui, engine, config, rule_names.normalise(name), qtype, client)
        except (Problem, ValueError) as error:
            problem = sentence_of(error)
    shown: dict[str, Any] = {"answer": answer, "problem": problem}
    asked = {"name": name, "type": type_ or "A", "client": client}
    return page(request, "explain_page.html", asked=asked, client_choices=_clients(config, client), **shown)


def _answer(
    ui: WebUi, engine: Engine, config: sqlite3.Connection, name: str, qtype: int, client: str
) -> explain_view.Answer:
    rows = edit.rules(engine)
    found = explain_api.explained_for(
        ui, name, qtype, client or explain_api.NOBODY, ask=True, others=rules_view.as_held(rows)
    )
    own = {one.id: one for one in rules_view.rules(rows, rules_view.scope_names(config))}
    return explain_view.answer(found, own, list_status.titles(config))


def _clients(config: sqlite3.Connection, asked: str) -> list[tuple[str, str]]:
    """One address for each device, with its name; and the one that was asked for."""
    known = [(row.addresses[0], devices.display_name(row)) for row in devices.devices(config) if row.addresses]
    if asked and asked not in dict(known):
        known.append((asked, asked))
    return sorted(known, key=lambda pair: pair[1].casefold())
