# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of devices, on the devices page: made, dissolved, and what they get for a blocked name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from store.base.sentences import say
from store.config import edit
from webui.http.deps import Engine
from webui.http.problems import Problem
from webui.pages.templating import back_to

router = APIRouter(prefix="/groups")

Id = Annotated[int, Form(alias="id", ge=1, le=2**31)]
Text = Annotated[str, Form(max_length=2000)]
_BACK = "/devices#groups"


@router.post("/add")
def add(engine: Engine, name: Text) -> Response:
    edit.add_group(engine, name)
    return back_to(_BACK)


@router.post("/answer")
def answer(engine: Engine, id_: Id, answer: Text = "") -> Response:
    """Nothing: the house's answer."""
    edit.set_group_answer(engine, id_, answer)
    return back_to(_BACK)


@router.post("/member")
def member(engine: Engine, device: Annotated[int, Form(ge=1, le=2**31)], group: Text = "") -> Response:
    """Put a device into a group; nothing: into none, so that it has the house's policy alone."""
    if group and not (group.isascii() and group.isdigit() and len(group) < 11):
        raise Problem(422, say("That is no group; choose one of those in the list."))
    edit.set_group(engine, device, int(group) if group else None)
    return back_to(f"/devices/{device}")


@router.post("/remove")
def remove(engine: Engine, id_: Id) -> Response:
    """Its devices stay, with the house's policy."""
    edit.remove_group(engine, id_)
    return back_to(_BACK)
