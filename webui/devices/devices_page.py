# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of the home: who reports, who is new, silent or without a name; and what is done to several at once."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from pydantic import Field

from network import own_addresses
from store.base.sentences import say, say_count
from store.config import devices
from store.config.session import EditError, writing
from store.devices import device_edits
from store.household import groups as household_groups
from webui.devices import device_list, devices_view
from webui.devices.device_list import ListForm, asked_list
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.pages.templating import back_to, page
from webui.views import ranges
from webui.views.dns_addresses import dns_addresses
from webui.views.labels import KINDS
from webui.views.ranges import Asked

router = APIRouter(prefix="/devices", dependencies=[permissions.sees])

ASKED_FOR_NAMES = 6  # that the page asks for at once
MAX_CHOSEN = 2_000
Ticked = Annotated[int, Field(ge=1, le=2**31)]


@router.get("")
def all_devices(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, asked: Asked,
    form: Annotated[ListForm, Depends(asked_list)],
) -> Response:  # fmt: skip
    now = time.time()
    first, _ = reader.ends() or (None, 0)
    span = asked.begun(first)
    every = devices_view.lines(devices.devices(config), reader, span)
    fitting = device_list.chosen(every, form, now)
    shown = fitting if form.whole else fitting[: device_list.MAX_LINES]
    return page(
        request,
        "devices_page.html",
        sentence=device_list.sentence(every, span.choice.sentence) if every else "",
        every=every,
        devices=shown,
        unshown=len(fitting) - len(shown),
        nameless=[view for view in every if view.unnamed and view.queries][:ASKED_FOR_NAMES] if not form.any else [],
        marks={view.id: device_list.marks(view, now) for view in shown},
        mark_words=device_list.MARKS,
        sorts=device_list.SORTS,
        kinds={key: words for key, words in KINDS.items() if any(view.kind == key for view in every)},
        form=form,
        groups=household_groups.groups(engine),
        group_names={group.id: group.name for group in household_groups.groups(engine)},
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        span=span.query(),
        addresses=dns_addresses(ui.settings(), own_addresses.way_out()),
    )


@router.post("/chosen")
def change_chosen(
    engine: Engine,
    act: Annotated[Literal["join", "leave", "forget"], Form()],
    device: Annotated[list[Ticked] | None, Form(max_length=MAX_CHOSEN)] = None,
    group: Annotated[str, Form(max_length=10, pattern=r"^\d*$")] = "",
) -> Response:
    """Several devices into a group, out of it, or forgotten: one change."""
    numbers = list(dict.fromkeys(device or ()))
    if not numbers:
        raise EditError(say("Choose at least one device."))
    if act == "forget":
        with writing(engine, say_count(len(numbers), "{count} device is forgotten.", "{count} devices are forgotten.")):
            for number in numbers:
                device_edits.forget_device(engine, number)
        return back_to("/devices")
    view = next((each for each in household_groups.groups(engine) if str(each.id) == group), None)
    if view is None:
        raise EditError(say("Choose a group first."))
    sentence = (
        say_count(len(numbers), "{count} device is in {group}.", "{count} devices are in {group}.", group=view.name)
        if act == "join" else
        say_count(len(numbers), "{count} device left {group}.", "{count} devices left {group}.", group=view.name)
    )
    with writing(engine, sentence):
        for number in numbers:
            joining, leaving = ([view.id], []) if act == "join" else ([], [view.id])
            household_groups.change_groups(engine, number, joining, leaving)
    return back_to("/devices")
