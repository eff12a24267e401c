# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests of one's own device, without log-in: "leave this phone on the table for an hour", said on the phone."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from evidence.idle_test import begin
from evidence.idle_test.idle_test import IdleTest
from store.config import devices
from webui.api import shapes
from webui.api.my_api import Own, guarded
from webui.evidence.whose_view import HomeKnown
from webui.http import by_itself, permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.own_device import token_for
from webui.idle_test import idle_test_view, own_tests_api
from webui.idle_test.idle_test_deps import IdleTests, IdleTestsEdit, result_of
from webui.idle_test.idle_tests_page import LIVE_NAMES, SHOWN_NAMES
from webui.pages.templating import back_to, fragment, page

router = APIRouter(prefix="/my/tests", dependencies=[permissions.at_own_device])

PACE_S = 6  # between two looks of a page that watches, well within what a device may ask

Number = Annotated[int, Form(alias="id", ge=1, le=shapes.MAX_ID)]


@router.get("")
def show(
    request: Request, ui: WebUi, con: IdleTests, config: Config, known: HomeKnown, device: Own, _reader: Reader,
    number: Annotated[int | None, Query(alias="id", ge=1, le=shapes.MAX_ID)] = None,
) -> Response:  # fmt: skip
    """The test of this number, else the one that runs."""
    if device.id is None:
        return back_to("/my")  # which says why
    now_us, mine = begin.now_us(), own_tests_api.own_tests(con, config, device)
    running = next((test for test in mine if test.running(now_us)), None)
    test = running if number is None else own_tests_api.own_test(con, config, device, number)
    other = own_tests_api.tested_by_others(con, config, device)
    return page(
        request,
        "own_tests_page.html",
        device=devices.names(config).get(device.id, ""),
        form_token=token_for(ui, request, device),
        tests=idle_test_view.lines(mine, now_us),
        running=running is not None,
        tested_until=None if other is None else idle_test_view.line(other, now_us).end,
        lengths=idle_test_view.LENGTHS,
        pace=PACE_S,
        **_shown(ui, con, config, known, test, now_us),
    )


@router.get("/live", dependencies=[by_itself.asked])
def live(
    request: Request, ui: WebUi, con: IdleTests, config: Config, known: HomeKnown, device: Own, _reader: Reader,
    number: Annotated[int, Query(alias="id", ge=1, le=shapes.MAX_ID)],
) -> Response:  # fmt: skip
    test, now_us = own_tests_api.own_test(con, config, device, number), begin.now_us()
    values = _shown(ui, con, config, known, test, now_us)
    shown = fragment(request, "_idle_test_live.html", pace=PACE_S, open_log=False, **values)
    if not test.running(now_us):
        shown.headers["HX-Refresh"] = "true"
    return shown


@router.post("/start", dependencies=guarded)
def start(
    con: IdleTestsEdit, engine: Engine, config: Config, device: Own, minutes: Annotated[int, Form()] = 60,
    title: Annotated[str, Form(max_length=300)] = "",
) -> Response:  # fmt: skip
    own_tests_api.begun_here(con, engine, config, device, minutes, title)
    return back_to("/my/tests")


@router.post("/stop", dependencies=guarded)
def stop(con: IdleTestsEdit, engine: Engine, config: Config, device: Own, number: Number) -> Response:
    own_tests_api.stop(number, con, engine, config, device)
    return back_to(f"/my/tests?id={number}")


@router.post("/delete", dependencies=guarded)
def delete(con: IdleTestsEdit, engine: Engine, config: Config, device: Own, number: Number) -> Response:
    own_tests_api.delete(number, con, engine, config, device)
    return back_to("/my/tests")


def _shown(
    ui: WebUi, con: sqlite3.Connection, config: sqlite3.Connection, known: HomeKnown, test: IdleTest | None, now_us: int
) -> dict[str, Any]:
    """What templates draw of a test; nothing of none."""
    if test is None:
        return {"test": None, "view": None, "live": "", "most_names": SHOWN_NAMES}
    running = test.running(now_us)
    result = result_of(ui, con, config, test, known)
    return {
        "test": idle_test_view.line(test, now_us),
        "view": idle_test_view.view(test, result, now_us, latest_first=running),
        "live": f"/my/tests/live?id={test.id}",
        "most_names": LIVE_NAMES if running else SHOWN_NAMES,
    }
