# SPDX-License-Identifier: GPL-3.0-or-later
"""Local names: records of the home's own, and domains that other servers answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from store.base.sentences import say, say_count, sentence_of
from store.config import list_status
from store.config.engine import Engine as SqlEngine
from store.local import forward_edit, forwards, hosts_file, record_edit
from store.local.local_records import MAX_COMMENT, TYPES
from store.names import rule_names
from webui.api import explain_api
from webui.household import home_names
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as Ui
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import explain_view, names_view

MAX_SHOWN = 200  # records of one page; a search finds the others
MAX_PREVIEWED = 100  # records of a hosts file that is only looked at

router = APIRouter(prefix="/names", dependencies=[permissions.sees])

Id = Annotated[int, Form(alias="id", ge=1, le=2**53)]
Name = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=2000)]
Search = Annotated[str, Query(max_length=200)]
Hosts = Annotated[str, Form(max_length=hosts_file.MAX_TEXT)]
Comment = Annotated[str, Form(max_length=MAX_COMMENT)]


@router.get("")
def names(request: Request, engine: Engine, ui: WebUi, config: Config, q: Search = "") -> Response:
    return _page(request, engine, ui, config, q)


@router.get("/records/{number}")
def record(request: Request, engine: Engine, number: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """One record to change: in its line, or as a page."""
    row = next((row for row in record_edit.records(engine) if row.id == number), None)
    if row is None:
        raise Problem(404, say("There is no local record {number}.", number=number))
    (shown,) = names_view.records([row])
    if wants_fragment(request):
        return fragment(request, "_record_form.html", record=shown, types=TYPES)
    return page(request, "record_page.html", record=shown, types=TYPES)


@router.get("/test")
def test(
    request: Request, ui: WebUi, config: Config, test: Annotated[str, Query(max_length=300)] = "",
    type_: Annotated[str, Query(alias="type", max_length=20)] = "A",
) -> Response:  # fmt: skip
    """What answers a name now; an upstream is asked where the name leads there."""
    values: dict[str, Any] = {"tested": test, "problem": "", "explanation": None, "view": explain_view}
    try:
        name, qtype = rule_names.normalise(test), explain_api.type_number(type_ or "A")
        values["explanation"] = explain_api.explained_for(ui, list_status.titles(config), name, qtype, None, ask=True)
    except (Problem, ValueError) as error:
        values["problem"] = sentence_of(error)
    if wants_fragment(request):
        return fragment(request, "_name_test.html", **values)
    return page(request, "name_test_page.html", **values)


@router.post("/records/add")
def add_record(
    engine: Engine, ui: WebUi, name: Name, value: Text, type_: Annotated[str, Form(alias="type", max_length=20)] = "A",
    comment: Comment = "",
) -> Response:  # fmt: skip
    record_edit.add_record(engine, name, type_, value, comment, ui.settings().own_name)
    return back_to("/names#records")


@router.post("/records/change")
def change_record(
    engine: Engine, ui: WebUi, id_: Id, name: Name, value: Text,
    type_: Annotated[str, Form(alias="type", max_length=20)] = "A", comment: Comment = "",
) -> Response:  # fmt: skip
    """A record made another where it stands."""
    record_edit.change_record(engine, id_, name, type_, value, comment, ui.settings().own_name)
    return back_to(f"/names?q={quote(name.strip())}#record-{id_}")


@router.post("/records/remove")
def remove_record(request: Request, engine: Engine, id_: Id) -> Response:
    record_edit.remove_record(engine, id_)
    return fragment(request, "_nothing.html") if wants_fragment(request) else back_to("/names#records")


@router.post("/records/import")
def import_hosts(request: Request, engine: Engine, ui: WebUi, config: Config, text: Hosts) -> Response:
    """Adds what can be added, and tells of each line that cannot."""
    imported = record_edit.import_hosts(engine, text, ui.settings().own_name)
    return _page(request, engine, ui, config, "", imported)


@router.post("/records/preview")
def preview_hosts(request: Request, engine: Engine, ui: WebUi, text: Hosts) -> Response:
    """What taking a hosts file in would come to; nothing is changed."""
    imported, new = record_edit.preview_hosts(engine, text, ui.settings().own_name)
    more = max(0, len(new) - MAX_PREVIEWED)
    values: dict[str, Any] = {"imported": imported, "new": new[:MAX_PREVIEWED], "more": more, "text": text}
    if wants_fragment(request):
        return fragment(request, "_hosts_preview.html", **values)
    return page(request, "hosts_preview_page.html", **values)


@router.post("/forwards/add")
def add_forward(engine: Engine, ui: WebUi, domain: Name, upstreams: Text, comment: Comment = "") -> Response:
    """Servers stand apart by commas or spaces."""
    specs = upstreams.replace(",", " ").split()
    forward_edit.add_forward(engine, domain, specs, comment, ui.leads_here())
    return back_to("/names#forwards")


@router.post("/forwards/change")
def change_forward(engine: Engine, ui: WebUi, id_: Id, upstreams: Text, comment: Comment = "") -> Response:
    """Other servers, or another comment."""
    specs = upstreams.replace(",", " ").split()
    forward_edit.change_forward(engine, id_, specs, comment, ui.leads_here())
    return back_to(f"/names#forward-{id_}")


@router.post("/forwards/remove")
def remove_forward(request: Request, engine: Engine, id_: Id) -> Response:
    forward_edit.remove_forward(engine, id_)
    return fragment(request, "_nothing.html") if wants_fragment(request) else back_to("/names#forwards")


def _page(
    request: Request, engine: SqlEngine, ui: Ui, config: sqlite3.Connection, q: str,
    imported: record_edit.Imported | None = None,
) -> Response:  # fmt: skip
    every, words = names_view.records(record_edit.records(engine)), q.lower().split()
    domains = names_view.forwards(forward_edit.forwarded(engine))
    of_devices = home_names.home_names(config, ui.settings())
    records = [each for each in every if names_view.holds(words, each.name, each.type, each.value, each.comment)]
    devices = [each for each in of_devices
               if names_view.holds(words, each.name, each.called, each.source, *each.addresses)]  # fmt: skip
    shown = records[:MAX_SHOWN]
    return page(
        request,
        "names_page.html",
        said=_said(len(every), len(domains)),
        q=q,
        records=shown,
        found=len(records),
        more=len(records) - len(shown),
        there=len(every),
        devices=devices[: home_names.MAX_SHOWN],
        more_devices=max(0, len(devices) - home_names.MAX_SHOWN),
        forwards=domains,
        before={each.id: _before(each.name, [domain.domain for domain in domains]) for each in shown},
        shadows=names_view.shadows(shown, of_devices),
        types=TYPES,
        usual=forwards.USUAL,
        domain=ui.settings().home_domain,
        refused=imported.refused if imported else (),
        notice=record_edit.summary(imported) if imported else "",
    )


def _said(records: int, domains: int) -> str:
    """The page's first sentence."""
    if not records and not domains:
        return say("No names of your own yet; devices are found by theirs all the same.")
    if not domains:
        return say_count(records, "{count:,} name of your own is answered here.",
                         "{count:,} names of your own are answered here.")  # fmt: skip
    own = say_count(records, "{count:,} record is answered here", "{count:,} records are answered here")
    return say_count(domains, "{records}, {count:,} domain by servers of its own.",
                     "{records}, {count:,} domains by servers of their own.", records=own)  # fmt: skip


def _before(name: str, domains: Sequence[str]) -> str:
    """The domain with servers of its own that would answer this name, were it not for the record; "" for none."""
    bare = name.removeprefix("*.")
    return max((each for each in domains if bare == each or bare.endswith(f".{each}")), key=len, default="")
