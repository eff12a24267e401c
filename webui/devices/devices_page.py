# SPDX-License-Identifier: GPL-3.0-or-later
"""The devices of the home, one line each."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request
from fastapi.responses import Response

from network import own_addresses
from store.config import devices
from store.household import groups as household_groups
from webui.devices import devices_view
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.pages.templating import page
from webui.views import ranges
from webui.views.dns_addresses import dns_addresses

router = APIRouter(prefix="/devices")


@router.get("")
def all_devices(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader,
    range: str = ranges.DEFAULT,  # noqa: A002
) -> Response:  # fmt: skip
    span = ranges.find(range, time.time())
    return page(
        request,
        "devices_page.html",
        groups=household_groups.groups(engine),
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        range_words=span.choice.words,
        devices=devices_view.lines(devices.devices(config), reader, span),
        addresses=dns_addresses(ui.settings(), own_addresses.way_out()),
    )
