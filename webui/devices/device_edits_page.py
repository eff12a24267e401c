# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a device on its page: its name, its kind, a list or a pack's level for it alone."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from store.config import devices, edit, scopes
from store.config.choices import PackLevel
from store.devices import device_edits, kind_edit
from store.household import groups as household_groups
from store.names.list_anchor import anchor
from webui.devices import device_list, devices_view
from webui.devices.device_page import find, list_lines
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.views import ranges

router = APIRouter(prefix="/devices", dependencies=[permissions.sees])

Number = Annotated[int, Path(ge=1, le=2**31)]
Text = Annotated[str, Form(max_length=300)]


@router.post("/{number}/kind")
def say_kind(engine: Engine, number: Number, kind: Text = "") -> Response:
    """What kind of thing it is; empty: as it seems to be."""
    kind_edit.set_kind(engine, number, kind or None)
    return back_to(f"/devices/{number}#known")


@router.post("/{number}/name")
def rename(
    request: Request, engine: Engine, config: Config, reader: Reader, number: Number, name: Text = "",
    range: Text = ranges.DEFAULT,  # noqa: A002
) -> Response:  # fmt: skip
    """An empty name takes the device back to the one that the network knows."""
    device_edits.rename_device(engine, number, name or None)
    if not wants_fragment(request):
        return back_to(f"/devices/{number}")
    span = ranges.find(range, time.time())
    device = next(line for line in devices_view.lines(devices.devices(config), reader, span) if line.id == number)
    groups = {group.id: group.name for group in household_groups.groups(engine)}
    return fragment(request, "_device_row.html", device=device, current_range=span.choice.key, group_names=groups,
                    marks={number: device_list.marks(device, time.time())}, mark_words=device_list.MARKS)  # fmt: skip


@router.post("/{number}/toggle")
def toggle(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, number: Number,
    list_: Annotated[str, Form(alias="list", max_length=300)],
    on: Annotated[Literal["inherit", "on", "off"] | PackLevel, Form()],
) -> Response:  # fmt: skip
    """A blocklist on, off, at a level (of a pack), or as the wider scope has it, for this device alone."""
    row = find(config, number)
    scope = str(scopes.device(row.id))
    if on == "inherit":
        edit.clear_toggle(engine, list_, scope)
    elif on in ("on", "off"):
        edit.set_toggle(engine, list_, scope, on == "on")
    else:
        edit.set_level(engine, list_, on, scope)
    if not wants_fragment(request):
        return back_to(f"/devices/{number}#toggle-{anchor(list_)}")
    _, lines = list_lines(ui, engine, config, reader, row)
    return fragment(request, "_device_toggle.html", device=row, whom=devices.display_name(row),
                    list=next(line for line in lines if line.id == list_))  # fmt: skip
