# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests: begun, watched, stopped, titled, compared, deleted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from evidence.idle_test import begin, compare, idle_test_rows
from evidence.idle_test.idle_test import NewTest
from webui.api import shapes
from webui.api.pauses_api import who
from webui.evidence.whose_view import HomeKnown
from webui.http import permissions
from webui.http.deps import Config, CurrentSession, Engine, Reader, WebUi
from webui.idle_test import idle_test_shapes
from webui.idle_test.idle_test_deps import IdleTests, IdleTestsEdit, TestId, begun, result_of, same_device, two
from webui.idle_test.idle_test_shapes import (
    IdleTestItem,
    NewIdleTest,
    Retitled,
    ShownTest,
    TestComparison,
    TestList,
)

router = APIRouter(prefix="/tests", tags=["evidence"], dependencies=[permissions.sees])


@router.get("", summary="Idle tests, the latest first")
def tests(
    con: IdleTests, config: Config, device: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None
) -> TestList:
    wanted = None if device is None else same_device(config, device)
    return idle_test_shapes.items(idle_test_rows.tests(con, wanted), begin.now_us())


@router.post("", status_code=201, summary="Leave a device alone for a while, and see what it asks for")
def start(
    body: NewIdleTest, con: IdleTestsEdit, engine: Engine, config: Config, caller: CurrentSession
) -> IdleTestItem:  # fmt: skip
    """One at a time a device. It goes on whatever is restarted, and the pause that it may come with ends by itself."""
    new = NewTest(body.device, "", body.minutes, body.title, body.blocking)
    return idle_test_shapes.item(begun(con, engine, config, new, who(caller)), begin.now_us())


@router.get("/{number}", summary="What the device asked for: until now, or in all")
def test(
    number: TestId, ui: WebUi, con: IdleTests, config: Config, known: HomeKnown, _reader: Reader
) -> ShownTest:
    row = idle_test_rows.test(con, number)
    result = result_of(ui, con, config, row, known)
    return idle_test_shapes.shown(idle_test_rows.test(con, number), result, begin.now_us())


@router.patch("/{number}", summary="Give it a title")
def retitle(number: TestId, body: Retitled, con: IdleTestsEdit) -> IdleTestItem:
    return idle_test_shapes.item(idle_test_rows.retitle(con, number, body.title), begin.now_us())


@router.post("/{number}/stop", summary="End it now; what was asked until then is its result")
def stop(number: TestId, con: IdleTestsEdit, engine: Engine) -> IdleTestItem:
    """One that is over stays as it is."""
    now_us = begin.now_us()
    return idle_test_shapes.item(begin.stop(con, engine, number, now_us), now_us)


@router.delete("/{number}", status_code=204, summary="Forget it, and its result")
def delete(number: TestId, con: IdleTestsEdit, engine: Engine) -> None:
    begin.delete(con, engine, number, begin.now_us())


@router.get("/{number}/compare", summary="What is new, gone or changed between two tests")
def compare_with(
    number: TestId, with_: Annotated[int, Query(alias="with", ge=1, le=shapes.MAX_ID)], ui: WebUi, con: IdleTests,
    config: Config, known: HomeKnown, _reader: Reader,
) -> TestComparison:  # fmt: skip
    """The earlier one is `before`, in whichever order they are given."""
    before, after = two(con, number, with_)
    compared = compare.compare(*(result_of(ui, con, config, row, known) for row in (before, after)))
    return idle_test_shapes.comparison(compared, before, after, begin.now_us())
