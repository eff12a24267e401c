# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall's switches, for the house, a group or a device: what each does, what it caught, what it can do from here."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from firewall import recipes, topology
from firewall.sight import sight
from store.base.sentences import say
from store.config import devices, edit, scopes, settings
from store.config.choices import ScopeKind, WallMode
from store.config.wall_switches import setting_of
from store.household.combination import modes_together
from store.log.protocol import LogError, LogReader
from store.log.records import Verdict
from store.wall import bypass, wall_edit, wall_overrides
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as WebUiValue
from webui.pages import wall_parties
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import bypass_view, ranges, rules_view, wall_view
from webui.views.labels import label
from webui.views.ranges import Range
from webui.views.wall_view import SwitchView

router = APIRouter(prefix="/bypass/wall", dependencies=[permissions.sees])

# Devices of a group whose blocked names are added up: a look into the log for each.
MAX_MEMBERS = 50
MAX_LISTS = 1000
ScopeText = Annotated[str, Form(max_length=40)]


@router.get("")
def show(request: Request, ui: WebUi, config: Config, reader: Reader, scope: str = str(scopes.HOUSE)) -> Response:
    names = rules_view.scope_names(config)
    if scope not in names:
        raise Problem(404, say("There is no such group or device."))
    mode, locked, where = ui.settings().wall, settings.locked(ui.state, ui.environ), topology.look()
    statuses, span = ui.statuses(), ranges.find("24h", time.time())
    seen = sight(mode, statuses, lambda: where)
    return page(
        request,
        "wall_page.html",
        scope=scope,
        scope_title=names[scope],
        scopes=wall_view.scopes(names),
        mode=mode,
        modes=bypass_view.MODES,
        locked=locked.get("wall", ""),
        where=wall_view.where(where),
        recipes=_recipes() if where.role is topology.Role.DNS else [],
        stands=bypass_view.stands(mode, statuses.firewall, seen),
        around=wall_parties.caught(ui.state, span, devices.names(config), mode, seen, _members(config, scope)),
        switches=_switches(ui, config, reader, scope, where),
        differing=wall_view.differing(wall_overrides.overrides(config), names),
    )


@router.post("/mode")
def set_mode(engine: Engine, ui: WebUi, mode: Annotated[WallMode, Form()]) -> Response:
    """Sets the wall as a whole."""
    edit.put_settings(engine, {"wall": mode})
    ui.forget_settings()
    return back_to("/bypass/wall")


@router.post("/switch")
def set_switch(
    request: Request,
    engine: Engine,
    ui: WebUi,
    config: Config,
    reader: Reader,
    scope: ScopeText,
    switch: Annotated[str, Form(max_length=20)],
    mode: Annotated[WallMode | Literal["default"], Form()],
) -> Response:
    """One switch, for the house, a group or a device; `default` lets it follow the wider scope."""
    key = setting_of(switch)
    locked = settings.locked(ui.state, ui.environ).get(key)
    if scope == str(scopes.HOUSE) and locked:
        raise Problem(409, say("{key} is set by the {source}; change it there.", key=key, source=label(locked)))
    wall_edit.put_switches(engine, scope, {switch: None if mode == "default" else mode})
    ui.forget_settings()
    if not wants_fragment(request):
        return back_to(f"/bypass/wall?scope={scope}#switch-{switch}")
    views = _switches(ui, config, reader, scope, topology.look())
    view = next(view for view in views if view.key == switch)
    return fragment(request, "_wall_switch.html", switch=view, scope=scope, mode=ui.settings().wall)


def _switches(
    ui: WebUiValue, config: sqlite3.Connection, reader: LogReader, scope: str, where: topology.Topology
) -> list[SwitchView]:
    now = time.time()
    values, span = ui.settings(), ranges.find("24h", now)
    chosen: dict[str, dict[str, WallMode]] = {}
    for row in wall_overrides.overrides(config):
        chosen.setdefault(row.scope, {})[row.switch] = row.mode
    kind, number = edit.parse_scope(scope)
    rows = devices.devices(config)
    groups = next((row.groups for row in rows if kind == ScopeKind.DEVICE and row.id == number), ())
    of_groups = modes_together([chosen.get(str(scopes.group(group)), {}) for group in groups])
    wider = {**values.wall_switches, **of_groups}
    members = _members(config, scope)
    follow = "" if kind == ScopeKind.HOUSE else say("as its groups") if groups else say("as the house")
    locked = settings.locked(ui.state, ui.environ) if kind == ScopeKind.HOUSE else {}
    counts, names = _counts(ui, span, members), _names(reader, span, members)
    seen, readable = sight(values.wall, ui.statuses(), lambda: where), counts is not None and names is not None
    quiet = wall_view.quiet(seen, span.from_us / 1_000_000, now, readable)
    return wall_view.switches(
        values.wall, wider, values.wall_switches if kind == ScopeKind.HOUSE else chosen.get(scope, {}), follow,
        counts or {}, names or {}, where, quiet, locked,
        ui.statuses().firewall if kind == ScopeKind.HOUSE else None,
    )  # fmt: skip


def _members(config: sqlite3.Connection, scope: str) -> list[int] | None:
    """The devices of a scope; None: all of the house."""
    kind, number = edit.parse_scope(scope)
    if kind == ScopeKind.HOUSE:
        return None
    if kind == ScopeKind.DEVICE:
        return [number]
    return [row.id for row in devices.devices(config) if number in row.groups]


def _counts(ui: WebUiValue, span: Range, members: Iterable[int] | None) -> dict[str, tuple[int, int]] | None:
    """Kind → (passed, refused); empty while nothing was caught, None while the file cannot be read."""
    try:
        con = bypass.open_reader(ui.state)
        if con is None:
            return {}
        with closing(con):
            return bypass.totals(con, span.from_us // 1_000_000, span.to_us // 1_000_000, members)
    except sqlite3.Error:
        return None


def _names(reader: LogReader, span: Range, members: Iterable[int] | None) -> Mapping[str, int] | None:
    """Blocklist id → queries that it blocked; None while the log cannot be read."""
    queries: dict[str, int] = {}
    try:
        for device in [None] if members is None else list(members)[:MAX_MEMBERS]:
            with reader.counts(span.from_us, span.to_us, device) as counts:
                for top in counts.top("lists", Verdict.BLOCK, MAX_LISTS, last=False):
                    queries[str(top.key)] = queries.get(str(top.key), 0) + top.queries
    except LogError:
        return None
    return queries


def _recipes() -> list[tuple[str, str]]:
    """(router, what to do there) with this home's addresses filled in."""
    home = recipes.here()
    return [(recipe.title, recipes.fill(recipe, home)) for recipe in recipes.load()]
