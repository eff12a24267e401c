# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is: looked up, and corrected by whoever knows better."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from blocklists.whose import correcting
from store.local import correction_edit
from store.local.corrections import MAX_NOTE, MAX_WORDS, CorrectionScope
from webui.evidence.whose_view import HomeKnown, looked_up, sentence
from webui.http import permissions
from webui.http.deps import Engine
from webui.pages.templating import back_to, page
from webui.views import kind_words

router = APIRouter(prefix="/evidence", dependencies=[permissions.sees])

Written = Annotated[str, Form(max_length=300)]
Asked = Annotated[str, Query(max_length=300)]
Words = Annotated[str, Form(max_length=MAX_WORDS)]


@router.get("/names")
def names(
    request: Request, known: HomeKnown, engine: Engine, name: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    corrections = correction_edit.all_corrections(engine)
    whose = looked_up(known, name) if name.strip() else None
    return page(
        request,
        "whose_page.html",
        whose=whose,
        sentence=sentence(whose) if whose else "",
        correction=next((each for each in corrections if whose and each.name == whose.name), None),
        corrections=corrections,
        purposes=kind_words.PURPOSES,
        kinds=kind_words.KINDS,
    )


@router.post("/names/correct")
def correct(
    engine: Engine, name: Written, company: Words = "", product: Words = "",
    purpose: Annotated[str, Form(max_length=40)] = "", kind: Annotated[str, Form(max_length=40)] = "",
    scope: Annotated[CorrectionScope, Form()] = CorrectionScope.SUFFIX,
    note: Annotated[str, Form(max_length=MAX_NOTE)] = "",
) -> Response:  # fmt: skip
    made = correcting.correct(engine, name, scope, company, product, purpose, kind, note)
    return back_to(f"/evidence/names?name={made.name}")


@router.post("/names/uncorrect")
def uncorrect(engine: Engine, name: Written) -> Response:
    correction_edit.remove_correction(engine, name)
    return back_to("/evidence/names")
