# SPDX-License-Identifier: GPL-3.0-or-later
"""The language of this browser, open to everybody: whoever cannot read a page must be able to change that."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.base import languages
from store.base.sentences import say
from webui.http import auth, permissions
from webui.http.language import choose, chosen
from webui.http.problems import Problem
from webui.pages.templating import back_to, page

router = APIRouter(dependencies=[permissions.everybody])

MAX_TAG = 20


@router.get("/language")
def look(request: Request, back: str = "/") -> Response:
    offered = [(tag, languages.name_of(tag), languages.drafted_by_machine(tag)) for tag in languages.available()]
    return page(
        request, "language_page.html", offered=offered, chosen=chosen(request), back=auth.next_page(back)
    )


@router.post("/language")
def change(
    request: Request,
    language: Annotated[str, Form(max_length=MAX_TAG)] = "",
    back: Annotated[str, Form(max_length=auth.MAX_NEXT)] = "/",
) -> Response:
    """One of the languages for this browser; empty: whatever it asks for."""
    if language and language not in languages.available():
        offered = ", ".join(languages.available())
        raise Problem(422, say("'{language}' is no language of these pages: choose {offered}.", language=language,
                               offered=offered))  # fmt: skip
    response = back_to(auth.next_page(back))
    choose(request, response, language)
    return response
