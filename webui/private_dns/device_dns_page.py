# SPDX-License-Identifier: GPL-3.0-or-later
"""One device's own address for encrypted DNS, and how each system takes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from network import own_addresses
from store.base.sentences import say
from store.config import devices
from store.local import device_word_edit
from webui.accounts import qr_code
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page
from webui.private_dns.encrypted_part import reached
from webui.private_dns.profiles_page import now_served

router = APIRouter(prefix="/devices", dependencies=[permissions.admins])

Number = Annotated[int, Path(ge=1, le=2**31)]


@router.get("/{number}/private-dns")
def show(request: Request, ui: WebUi, engine: Engine, config: Config, number: Number) -> Response:
    row = next(iter(devices.devices(config, number)), None)
    if row is None:
        raise Problem(404, say("There is no device {number}; it may have turned out to be another one.", number=number))
    served = now_served(ui)
    word = device_word_edit.word_of(engine, number) if served.ports else ""
    tls_name, https_url = served.tls_name(word), served.https_url(word)
    profile = "doh" if https_url else "dot"
    path = f"/apple/{profile}.mobileconfig?device={word}"
    scanned = reached(str(request.base_url), path) if https_url or tls_name else ""
    own = own_addresses.way_out()
    return page(
        request, "device_dns_page.html", device=row, called=devices.display_name(row), served=served, word=word,
        tls_name=tls_name, https_url=https_url,
        codes={text: qr_code.svg(text) for text in (tls_name, https_url) if text},
        code=qr_code.svg(scanned) if scanned else "", own_address=str(own or "127.0.0.1"),
        outside=ui.settings().outside == "on",
    )  # fmt: skip


@router.post("/{number}/private-dns/new")
def new_word(engine: Engine, number: Number) -> Response:
    device_word_edit.new_word(engine, number)
    return back_to(f"/devices/{number}/private-dns#address")
