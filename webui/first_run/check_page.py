# SPDX-License-Identifier: GPL-3.0-or-later
"""The first run's last step: a checklist that ticks itself, and tests from this machine and from this browser.

    GET /setup/check          the page; `probe`: with a picture under a one-time name, for browsers without scripts
    GET /setup/check/live     the list alone, asked for every few seconds
    GET /setup/check/here     the test from this machine
    GET /setup/check/browser  whether a one-time name that this browser just looked up came in here

A browser that is told to fetch `check-….<own name>` looks that name up first; if the look-up stands in the log, it came
here. What it fetches does not matter: there is no such name.
"""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base.sentences import Sentence, say
from store.config import devices
from store.log.protocol import LogReader
from store.log.values import QueryFilter
from webui.first_run import checklist, home_addresses, own_tests
from webui.first_run.steps import steps
from webui.frame import first_run_marks
from webui.http import by_itself, login, permissions
from webui.http.deps import Config, Reader, WebUi
from webui.http.headers import CONTENT_SECURITY_POLICY
from webui.pages.templating import back_to, fragment, page

router = APIRouter(prefix="/setup", dependencies=[permissions.sees])

STEP = "check"
_PROBE = re.compile(r"check-[0-9a-f]{8,32}")
Probe = Annotated[str, Query(max_length=60)]


@router.get("/check")
def check(
    request: Request, ui: WebUi, config: Config, reader: Reader, probe: Probe = "", seen: Probe = ""
) -> Response:
    """probe: any word begins a test without scripts; seen: the name whose result is to be shown."""
    name, made = ui.settings().own_name, f"check-{secrets.token_hex(8)}" if probe else ""
    response = page(
        request, "check_page.html", checks=checklist.checks(reader, config), own_name=name, steps=steps(ui.state),
        step=STEP, probe=made, probe_address=f"http://{made}.{name}/none", is_open=first_run_marks.is_open(ui.state),
        result=_result(request, reader, config, name, seen) if seen else None,
    )  # fmt: skip
    allowed = f"img-src 'self' data: http://*.{name}"
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("img-src 'self' data:", allowed)
    return response


@router.get("/check/live", dependencies=[by_itself.asked])
def live(request: Request, config: Config, reader: Reader) -> Response:
    return fragment(request, "_checklist.html", checks=checklist.checks(reader, config))


@router.get("/check/here")
def here(request: Request, ui: WebUi) -> Response:
    """Asks where DNS is bound, which may differ from what is set."""
    supervisor, settings = ui.statuses().supervisor, ui.settings()
    dns = supervisor.dns if supervisor and supervisor.dns else settings.dns
    lines = own_tests.run(dns, home_addresses.look(settings), settings.own_name)
    return fragment(request, "_own_tests.html", lines=lines)


@router.get("/check/browser")
def browser(request: Request, ui: WebUi, config: Config, reader: Reader, name: Probe = "") -> Response:
    result = _result(request, reader, config, ui.settings().own_name, name)
    return fragment(request, "_browser_test.html", result=result)


@router.post("/check")
def over(ui: WebUi) -> Response:
    first_run_marks.note(ui.state, first_run_marks.OVER)
    return back_to("/")


def _result(
    request: Request, reader: LogReader, config: Config, own_name: str, name: str
) -> tuple[bool, Sentence]:
    """Whether a look-up of the one-time name came in, and from whom."""
    rows = reader.queries(QueryFilter(names=f"{name}.{own_name}"), limit=1).items if _PROBE.fullmatch(name) else []
    if not rows:
        return False, say("The look-up of this browser did not come here.")
    client, address = rows[0].client or "", login.address_of(request)
    owner = devices.clients(config)
    same = client == address or (client in owner and owner.get(client) == owner.get(address))
    if same or (":" in client) != (":" in address):  # over the other family it has another address
        return True, say("This device uses Telltale.")
    return True, say(
        "This device uses Telltale, but by way of {device}, which asks for it: devices behind that one cannot be told "
        "apart. Have the router hand out Telltale's address instead of its own.",
        device=rows[0].device or client,
    )
