# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of devices, on the devices page: made, dissolved, and what they get for a blocked name."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import Field

from store.household import groups as household_groups
from webui.http import form_changes, permissions
from webui.http.deps import Engine
from webui.pages.templating import back_to

router = APIRouter(prefix="/groups", dependencies=[permissions.sees])

Id = Annotated[int, Form(alias="id", ge=1, le=2**31)]
Ticked = Annotated[int, Field(ge=1, le=2**31)]
Text = Annotated[str, Form(max_length=2000)]
_Home = Literal["/devices#groups", "/groups"]  # pages that list all groups
_BACK: Literal["/devices#groups"] = "/devices#groups"


@router.post("/add")
def add(engine: Engine, name: Text, back: Annotated[_Home, Form()] = _BACK) -> Response:
    """`back`: the page on which the form stands."""
    household_groups.add_group(engine, name)
    return back_to(back)


@router.post("/answer")
def answer(engine: Engine, id_: Id, answer: Text = "") -> Response:
    """Nothing: the house's answer."""
    household_groups.set_group_answer(engine, id_, answer)
    return back_to(_BACK)


@router.post("/member")
def member(
    engine: Engine,
    device: Annotated[int, Form(ge=1, le=2**31)],
    group: Annotated[list[Ticked] | None, Form(max_length=household_groups.MAX_GROUPS)] = None,
    shown: Annotated[str, Form(max_length=form_changes.MAX_SHOWN)] = "",
) -> Response:
    """Put a device into the groups that are ticked; none: so that it has the house's policy alone.

    `shown`: those that the page showed ticked; only what is another now is changed.
    """
    changes = form_changes.of_ticks(shown, group or [])
    if changes is None:
        household_groups.set_groups(engine, device, group or [])
    else:
        household_groups.change_groups(engine, device, *changes)
    return back_to(f"/devices/{device}")


@router.post("/remove")
def remove(engine: Engine, id_: Id) -> Response:
    """Its devices stay, with the house's policy."""
    household_groups.remove_group(engine, id_)
    return back_to(_BACK)
