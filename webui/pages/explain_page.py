# SPDX-License-Identifier: GPL-3.0-or-later
"""Why is a name blocked, or not? The verdict as the resolver would give it now, and every rule that matches."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base.sentences import sentence_of
from store.config import devices, edit, list_status
from store.config.scopes import HOUSE
from store.names import rule_names
from webui.api import explain_api
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import page
from webui.views import explain_view, rules_view

router = APIRouter(dependencies=[permissions.sees])

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
    shown: dict[str, Any] = {"explanation": None, "problem": "", "asked": {"name": name, "type": type_ or "A"}}
    if name.strip():
        try:
            qtype = explain_api.type_number(type_ or "A")
            shown |= _explained(ui, engine, config, rule_names.normalise(name), qtype, client or None)
        except (Problem, ValueError) as error:
            shown["problem"] = sentence_of(error)
    return page(request, "explain_page.html", client=client, client_choices=_clients(config, client), **shown)


def _explained(
    ui: WebUi, engine: Engine, config: sqlite3.Connection, name: str, qtype: int, client: str | None
) -> dict[str, Any]:
    """The explanation, and what its words need: how people call blocklists, and what an own rule is for."""
    rows, titles = edit.rules(engine), list_status.titles(config)
    others = rules_view.as_held(rows)
    explanation = explain_api.explained_for(ui, titles, name, qtype, client, ask=True, others=others)
    rules = rules_view.rules(rows, rules_view.scope_names(config))
    scopes = {rule.id: rule.scope_title for rule in rules if rule.scope != str(HOUSE)}
    return {"explanation": explanation, "view": explain_view, "titles": titles, "scopes": scopes}


def _clients(config: sqlite3.Connection, asked: str) -> list[tuple[str, str]]:
    """One address for each device, with its name; and the one that was asked for."""
    known = [(row.addresses[0], devices.display_name(row)) for row in devices.devices(config) if row.addresses]
    if asked and asked not in dict(known):
        known.append((asked, asked))
    return sorted(known, key=lambda pair: pair[1].casefold())
