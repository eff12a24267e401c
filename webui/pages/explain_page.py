# SPDX-License-Identifier: GPL-3.0-or-later
"""Why is a name blocked, or not? The verdict as the resolver would give it now, and every rule that matches."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
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
from webui.pages.templating import fragment, page
from webui.views import explain_view, rules_view

router = APIRouter(dependencies=[permissions.sees])

MAX_DEVICES = 200  # of one table
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
    device: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:
    """Without a name: the form alone. What cannot be judged is said above it. `device` stands for its first address."""
    client = client or _address(config, device)
    shown: dict[str, Any] = {"explanation": None, "problem": "", "asked": {"name": name, "type": type_ or "A"}}
    if name.strip():
        try:
            qtype = explain_api.type_number(type_ or "A")
            shown |= _explained(ui, engine, config, rule_names.normalise(name), qtype, client or None)
        except (Problem, ValueError) as error:
            shown["problem"] = sentence_of(error)
    return page(request, "explain_page.html", client=client, client_choices=_clients(config, client), **shown)


@router.get("/explain/devices")
def for_whom(
    request: Request, ui: WebUi, config: Config, name: Text,
    type_: Annotated[str, Query(alias="type", max_length=20)] = "A",
) -> Response:  # fmt: skip
    """What becomes of a name for each device: loaded after the page, since there may be many."""
    try:
        asked, qtype = rule_names.normalise(name), explain_api.type_number(type_)
    except ValueError as error:
        raise Problem(422, sentence_of(error)) from None
    rows = [row for row in devices.devices(config) if row.addresses]
    shown, titles = rows[:MAX_DEVICES], list_status.titles(config)
    explanations = explain_api.explained_each(ui, titles, asked, qtype, [row.addresses[0] for row in shown])
    lines = [
        DeviceLine(row.id, devices.display_name(row), each.judgement.verdict.name, explain_view.sentence(each))
        for row, each in zip(shown, explanations, strict=True)
    ]  # fmt: skip
    lines.sort(key=lambda line: (line.verdict != "BLOCK", line.device.casefold()))
    return fragment(request, "_explain_devices.html", name=asked, type=type_, lines=lines, more=len(rows) - len(shown))


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """What becomes of a name for one device, and why in a sentence."""

    number: int
    device: str
    verdict: str
    why: str


def _address(config: sqlite3.Connection, device: int) -> str:
    row = next(iter(devices.devices(config, device)), None) if device else None
    return row.addresses[0] if row is not None and row.addresses else ""


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
