# SPDX-License-Identifier: GPL-3.0-or-later
"""What a click on the pages about lists changes; it acts at once, and leads back to where it was clicked."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response

from store.base import db
from store.config import edit, list_status, lists
from store.config.choices import ListKind
from store.config.scopes import HOUSE
from store.names.list_anchor import page_of
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.lists import state_view
from webui.lists.list_deps import FormScope, Id, Text, back, scope_names, whom
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.views import blocklists_view, rules_view

router = APIRouter(prefix="/blocklists", dependencies=[permissions.sees])


@router.post("/toggle")
def toggle(request: Request, engine: Engine, config: Config, reader: Reader, id_: Id, on: Text = "") -> Response:
    """A list on (`on=on`) or off (nothing) for the house."""
    edit.set_toggle(engine, id_, str(HOUSE), on == "on")
    return _changed(request, engine, config, reader, id_)


@router.post("/level")
def level(request: Request, engine: Engine, config: Config, reader: Reader, id_: Id, level: Text) -> Response:
    """A pack's level for the house; `off` keeps the level for the next time it is turned on."""
    if level == "off":
        edit.set_toggle(engine, id_, str(HOUSE), False)
    else:
        edit.set_level(engine, id_, level)
    return _changed(request, engine, config, reader, id_)


@router.post("/state")
def state(
    request: Request, engine: Engine, config: Config, id_: Id, state: Text, scope: FormScope = str(HOUSE)
) -> Response:
    """What a list's own page sets for whom is chosen there: off, on, a pack's level, or as the wider scope has it."""
    if state == state_view.INHERIT:
        edit.clear_toggle(engine, id_, scope)
    elif state in (state_view.OFF, state_view.ON):
        edit.set_toggle(engine, id_, scope, state == state_view.ON)
    else:
        edit.set_level(engine, id_, state, scope)
    if not wants_fragment(request):
        return back_to(f"{page_of(id_)}?scope={scope}#state")
    names = scope_names(config, scope)
    picker = state_view.picker(lists.blocklist(engine, id_), scope, whom(scope, names))
    return fragment(request, "_list_state.html", picker=picker, set=True)


@router.post("/again")
def again(engine: Engine, ui: WebUi, id_: Id) -> Response:
    """Fetch a list now: it is marked as never looked at, which the list update sees within seconds."""
    lists.blocklist(engine, id_)
    with closing(db.connect(ui.state / "config.db")) as con:
        list_status.note(con, id_, lambda status: replace(status, checked_at=None))
    return back_to(f"{page_of(id_)}?notice=again")


@router.post("/guard")
def unguard(engine: Engine, id_: Id) -> Response:
    """Take the rules that the guard leaves out of a list."""
    lists.update_blocklist(engine, id_, guard=False)
    return back_to(f"{page_of(id_)}?notice=unguarded")


@router.post("/answer")
def answer(engine: Engine, id_: Id, answer: Text = "") -> Response:
    """What is answered to what the list blocks; nothing: the group's or the house's answer."""
    lists.update_blocklist(engine, id_, answer=answer)
    return back_to(page_of(id_))


@router.post("/accept")
def accept(engine: Engine, id_: Id) -> Response:
    """Take the version of a list that is held back."""
    lists.accept_held(engine, id_)
    return back_to(f"{page_of(id_)}?notice=accepted")


@router.post("/remove")
def remove(engine: Engine, id_: Id) -> Response:
    lists.remove_blocklist(engine, id_)
    return back_to("/blocklists?notice=removed")


def _changed(request: Request, engine: Engine, config: Config, reader: Reader, blocklist_id: str) -> Response:
    if not wants_fragment(request):
        return back(request, blocklist_id)
    view = lists.blocklist(engine, blocklist_id)
    hits, names = hits_today(reader), rules_view.scope_names(config)
    if view.kind == ListKind.PACK:
        return fragment(request, "_pack.html", pack=blocklists_view.pack(view, hits, names))
    return fragment(request, "_blocklist.html", list=blocklists_view.plain(view, hits, names))
