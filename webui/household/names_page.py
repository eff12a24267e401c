# SPDX-License-Identifier: GPL-3.0-or-later
"""Local names: records of the home's own, and domains that other servers answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.local import forward_edit, forwards, hosts_file, record_edit
from store.local.local_records import MAX_COMMENT, TYPES
from webui.http.deps import Engine, WebUi
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import names_view

router = APIRouter(prefix="/names")

Id = Annotated[int, Form(alias="id", ge=1, le=2**53)]
Name = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=2000)]
Comment = Annotated[str, Form(max_length=MAX_COMMENT)]


@router.get("")
def names(request: Request, engine: Engine, ui: WebUi) -> Response:
    return _page(request, engine, ui)


@router.post("/records/add")
def add_record(
    engine: Engine, ui: WebUi, name: Name, value: Text, type_: Annotated[str, Form(alias="type", max_length=20)] = "A",
    comment: Comment = "",
) -> Response:  # fmt: skip
    record_edit.add_record(engine, name, type_, value, comment, ui.settings().own_name)
    return back_to("/names#records")


@router.post("/records/remove")
def remove_record(request: Request, engine: Engine, id_: Id) -> Response:
    record_edit.remove_record(engine, id_)
    return fragment(request, "_nothing.html") if wants_fragment(request) else back_to("/names#records")


@router.post("/records/import")
def import_hosts(
    request: Request, engine: Engine, ui: WebUi, text: Annotated[str, Form(max_length=hosts_file.MAX_TEXT)]
) -> Response:
    """Adds what can be added, and tells of each line that cannot."""
    imported = record_edit.import_hosts(engine, text, ui.settings().own_name)
    return _page(request, engine, ui, imported)


@router.post("/forwards/add")
def add_forward(engine: Engine, ui: WebUi, domain: Name, upstreams: Text, comment: Comment = "") -> Response:
    """Servers stand apart by commas or spaces."""
    specs = upstreams.replace(",", " ").split()
    forward_edit.add_forward(engine, domain, specs, comment, ui.leads_here())
    return back_to("/names#forwards")


@router.post("/forwards/remove")
def remove_forward(request: Request, engine: Engine, id_: Id) -> Response:
    forward_edit.remove_forward(engine, id_)
    return fragment(request, "_nothing.html") if wants_fragment(request) else back_to("/names#forwards")


def _page(request: Request, engine: Engine, ui: WebUi, imported: record_edit.Imported | None = None) -> Response:
    return page(
        request,
        "names_page.html",
        records=names_view.records(record_edit.records(engine)),
        forwards=names_view.forwards(forward_edit.forwarded(engine)),
        types=TYPES,
        usual=forwards.USUAL,
        domain=ui.settings().home_domain,
        refused=imported.refused if imported else (),
        notice=record_edit.summary(imported) if imported else "",
    )
