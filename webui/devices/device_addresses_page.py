# SPDX-License-Identifier: GPL-3.0-or-later
"""What the card of addresses on a device's page does: give it addresses, merge it, split it, forget it.

The card itself is a part of the device's page, `_device_addresses.html`.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.responses import Response

from store.devices import device_edits
from webui.http import permissions
from webui.http.deps import Engine
from webui.pages.templating import back_to

router = APIRouter(prefix="/devices", dependencies=[permissions.sees])

Number = Annotated[int, Path(ge=1, le=2**31)]


@router.post("/{number}/addresses")
def give_addresses(
    engine: Engine, number: Number, networks: Annotated[str, Form(max_length=20_000)] = ""
) -> Response:
    """The addresses and networks, with blanks or commas between them, that are its own by hand."""
    device_edits.set_networks(engine, number, networks.replace(",", " ").split())
    return back_to(f"/devices/{number}")


@router.post("/{number}/merge")
def merge(engine: Engine, number: Number, into: Annotated[int, Form(ge=1, le=2**31)]) -> Response:
    """It is one with another device, whose page comes."""
    device_edits.merge_devices(engine, number, into)
    return back_to(f"/devices/{into}")


@router.post("/{number}/split")
def split(
    engine: Engine, number: Number, client: Annotated[list[str] | None, Form(max_length=device_edits.MAX_SPLIT)] = None
) -> Response:
    """The chosen addresses are a device of their own, whose page comes."""
    return back_to(f"/devices/{device_edits.split_device(engine, number, client or [])}")


@router.post("/{number}/forget")
def forget(engine: Engine, number: Number) -> Response:
    """It is gone until it asks again."""
    device_edits.forget_device(engine, number)
    return back_to("/devices")
