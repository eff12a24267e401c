# SPDX-License-Identifier: GPL-3.0-or-later
"""Local names: records of the home's own, and domains that other servers answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.base.sentences import say, say_count, sentence_of
from store.config import list_status
from store.local import forward_edit, forwards, hosts_file, record_edit
from store.local.local_records import MAX_COMMENT, TYPES
from store.names import rule_names
from webui.api import explain_api
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import explain_view, names_view

router = APIRouter(prefix="/names", dependencies=[permissions.sees])

Id = Annotated[int, Form(alias="id", ge=1, le=2**53)]
Name = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=2000)]
Comment = Annotated[str, Form(max_length=MAX_COMMENT)]


@router.get("")
def names(request: Request, engine: Engine, ui: WebUi) -> Response:
    return _page(request, engine, ui)


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
    return back_to(f"/names#record-{id_}")


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


def _page(request: Request, engine: Engine, ui: WebUi, imported: record_edit.Imported | None = None) -> Response:
    records = names_view.records(record_edit.records(engine))
    domains = names_view.forwards(forward_edit.forwarded(engine))
    return page(
        request,
        "names_page.html",
        said=_said(len(records), len(domains)),
        records=records,
        forwards=domains,
        before={record.id: _before(record.name, [each.domain for each in domains]) for record in records},
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
