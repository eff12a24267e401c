# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests: begun, watched as the rows come, read when they are over, compared."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from evidence.idle_test import begin, compare, idle_test_rows, idle_tests_file
from evidence.idle_test.idle_test import MAX_MINUTES, MAX_TITLE, Blocking, NewTest
from store.config import devices
from webui.api import shapes
from webui.api.pauses_api import who
from webui.evidence.whose_view import HomeKnown
from webui.http import by_itself, permissions
from webui.http.deps import Config, CurrentSession, Engine, Reader, WebUi
from webui.idle_test import idle_test_view
from webui.idle_test.idle_test_deps import IdleTests, IdleTestsEdit, TestId, begun, result_of, same_device, two
from webui.pages.templating import back_to, fragment, page

router = APIRouter(prefix="/evidence/tests", dependencies=[permissions.sees])

LIVE_NAMES = 100  # of one that runs, those that were asked for last; the result has all
SHOWN_NAMES = 1_000  # of a result on a page; the API and the report have all

Number = Annotated[int, Form(alias="id", ge=1, le=shapes.MAX_ID)]
Chosen = Annotated[int, Query(ge=1, le=shapes.MAX_ID)]
Title = Annotated[str, Form(max_length=300)]


@router.get("")
def tests(
    request: Request, ui: WebUi, con: IdleTests, config: Config, device: Annotated[str, Query(max_length=20)] = ""
) -> Response:  # fmt: skip
    """An empty field, and what is no number, means all."""
    chosen = int(device) if device.isascii() and device.isdecimal() and int(device) <= shapes.MAX_ID else None
    rows = idle_test_rows.tests(con, None if chosen is None else same_device(config, chosen))
    return page(
        request,
        "idle_tests_page.html",
        damaged=[idle_tests_file.put_aside_words(name) for name in idle_tests_file.asides(ui.state)[-1:]],
        tests=(shown := idle_test_view.lines(rows, begin.now_us())),
        sentence=idle_test_view.of_all(shown),
        device=chosen,
        devices=sorted(devices.names(config).items(), key=lambda item: item[1].casefold()),
        lengths=idle_test_view.LENGTHS,
        blockings=idle_test_view.BLOCKINGS,
        most_minutes=MAX_MINUTES,
        most_title=MAX_TITLE,
    )


@router.post("/start")
def start(
    con: IdleTestsEdit, engine: Engine, config: Config, caller: CurrentSession,
    device: Annotated[int, Form(ge=1, le=shapes.MAX_ID)], minutes: Annotated[int, Form()] = 60, title: Title = "",
    blocking: Annotated[Blocking, Form()] = Blocking.ON,
) -> Response:  # fmt: skip
    test = begun(con, engine, config, NewTest(device, "", minutes, title, blocking), who(caller))
    return back_to(f"/evidence/tests/{test.id}")


@router.get("/compare")
def compare_page(
    request: Request, a: Chosen, b: Chosen, ui: WebUi, con: IdleTests, config: Config, known: HomeKnown, _reader: Reader
) -> Response:
    before, after = two(con, a, b)
    compared = compare.compare(*(result_of(ui, con, config, test, known) for test in (before, after)))
    now_us = begin.now_us()
    return page(
        request,
        "idle_compare_page.html",
        before=idle_test_view.line(before, now_us),
        after=idle_test_view.line(after, now_us),
        view=idle_test_view.compare_view(compared, before, after),
    )


@router.get("/{number}")
def test(
    request: Request, number: TestId, ui: WebUi, con: IdleTests, config: Config, known: HomeKnown, _reader: Reader
) -> Response:
    row = idle_test_rows.test(con, number)
    result, now_us = result_of(ui, con, config, row, known), begin.now_us()
    others = [other for other in idle_test_rows.tests(con, same_device(config, result.device_id)) if other.id != number]
    return page(
        request,
        "idle_test_page.html",
        test=idle_test_view.line(row, now_us),
        view=idle_test_view.view(row, result, now_us, latest_first=row.running(now_us)),
        others=idle_test_view.lines(others, now_us),
        most_title=MAX_TITLE,
        most_names=LIVE_NAMES if row.running(now_us) else SHOWN_NAMES,
    )


@router.get("/{number}/live", dependencies=[by_itself.asked])
def live(
    request: Request, number: TestId, ui: WebUi, con: IdleTests, config: Config, known: HomeKnown, _reader: Reader
) -> Response:
    """What was asked until now, in place of what was shown before; once it is over, the page comes anew."""
    row = idle_test_rows.test(con, number)
    result, now_us = result_of(ui, con, config, row, known), begin.now_us()
    shown = fragment(
        request, "_idle_test_live.html", test=idle_test_view.line(row, now_us), most_names=LIVE_NAMES,
        view=idle_test_view.view(row, result, now_us, latest_first=True), live=f"/evidence/tests/{number}/live",
    )  # fmt: skip
    if not row.running(now_us):
        shown.headers["HX-Refresh"] = "true"
    return shown


@router.post("/stop")
def stop(con: IdleTestsEdit, engine: Engine, number: Number) -> Response:
    begin.stop(con, engine, number, begin.now_us())
    return back_to(f"/evidence/tests/{number}")


@router.post("/title")
def retitle(con: IdleTestsEdit, number: Number, title: Title = "") -> Response:
    idle_test_rows.retitle(con, number, title)
    return back_to(f"/evidence/tests/{number}")


@router.post("/delete")
def delete(con: IdleTestsEdit, engine: Engine, number: Number) -> Response:
    begin.delete(con, engine, number, begin.now_us())
    return back_to("/evidence/tests")
