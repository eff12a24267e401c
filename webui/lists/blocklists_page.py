# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists: vendor packs with their levels, the home's own rules, added lists, the catalogue. Toggles act at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import edit, lists, scopes
from store.config.choices import ListFormat, ListKind, RuleKind
from store.config.list_input import check_remote
from store.config.scopes import HOUSE
from store.names.list_anchor import anchor
from webui.http.deps import Config, Engine, Reader
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import blocklists_view, rules_view

router = APIRouter(prefix="/blocklists")

Id = Annotated[str, Form(alias="id", max_length=300)]
Text = Annotated[str, Form(max_length=2000)]
Block = Annotated[str, Query(max_length=253)]


@router.get("")
def blocklists(
    request: Request, engine: Engine, config: Config, reader: Reader, notice: str = "", block: Block = "",
) -> Response:  # fmt: skip
    """`block`: a name that is about to be blocked, as what links here has it."""
    views = lists.blocklists(engine)
    hits, names = hits_today(reader), rules_view.scope_names(config)
    of_kind = {kind: [view for view in views if view.kind == kind] for kind in ListKind}
    packs = blocklists_view.packs_first(blocklists_view.pack(view, hits, names) for view in of_kind[ListKind.PACK])
    catalogue = [(view.purpose, blocklists_view.plain(view, hits, names)) for view in of_kind[ListKind.CATALOGUE]]
    added = [blocklists_view.plain(view, hits, names) for view in of_kind[ListKind.ADDED]]
    return page(
        request,
        "blocklists_page.html",
        block=block,
        notice=_NOTICES.get(notice, ""),
        said=blocklists_view.said(packs, [list_view for _, list_view in catalogue] + added),
        packs=packs,
        catalogue=blocklists_view.grouped(catalogue),
        added=added,
        rules=rules_view.rules(edit.rules(engine), names),
        scopes=scopes.in_order(names.items()),
        formats=tuple(ListFormat),
        rule_kinds=tuple(RuleKind),
    )


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


@router.post("/add")
def add(engine: Engine, source: Text, title: Text = "", format: Text = "", allow: Text = "") -> Response:  # noqa: A002
    lists.add_blocklist(engine, check_remote(source), title or None, format or None, allow == "on")
    return back_to("/blocklists?notice=added")


@router.post("/guard")
def unguard(engine: Engine, id_: Id) -> Response:
    """Take the rules that the guard leaves out of a list."""
    lists.update_blocklist(engine, id_, guard=False)
    return back_to("/blocklists?notice=unguarded")


@router.post("/answer")
def answer(engine: Engine, id_: Id, answer: Text = "") -> Response:
    """What is answered to what the list blocks; nothing: the group's or the house's answer."""
    lists.update_blocklist(engine, id_, answer=answer)
    return back_to(f"/blocklists#{anchor(id_)}")


@router.post("/accept")
def accept(engine: Engine, id_: Id) -> Response:
    """Take the version of a list that is held back."""
    lists.accept_held(engine, id_)
    return back_to("/blocklists?notice=accepted")


@router.post("/remove")
def remove(engine: Engine, id_: Id) -> Response:
    lists.remove_blocklist(engine, id_)
    return back_to("/blocklists?notice=removed")


_NOTICES = {
    "added": say(
        "The list is on for the whole house. It blocks as soon as it has been fetched, which takes a minute or so."
    ),
    "removed": say("The list is removed, for the whole house."),
    "unguarded": say(
        "The list is taken as it is for the whole house, with the rules that were left out. That takes a moment."
    ),
    "accepted": say("The newer version is fetched and taken, for the whole house. That takes a minute or so."),
}


def _changed(request: Request, engine: Engine, config: Config, reader: Reader, blocklist_id: str) -> Response:
    if not wants_fragment(request):
        return back_to(f"/blocklists#{anchor(blocklist_id)}")
    view = lists.blocklist(engine, blocklist_id)
    hits, names = hits_today(reader), rules_view.scope_names(config)
    if view.kind == ListKind.PACK:
        return fragment(request, "_pack.html", pack=blocklists_view.pack(view, hits, names))
    return fragment(request, "_blocklist.html", list=blocklists_view.plain(view, hits, names))
