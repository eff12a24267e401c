# SPDX-License-Identifier: GPL-3.0-or-later
"""Idle tests of one's own device, without log-in: begun there, and shown there alone.

`webui.http.own_device` tells which device it is, by the address of the connection. A test that somebody who is logged
in made is told there while it runs, and nothing of it is shown. No test from there pauses blocking: that takes a
log-in.
"""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from evidence.idle_test import begin, idle_test_rows
from evidence.idle_test.idle_test import MAX_MINUTES, IdleTest, NewTest, NoTest
from store.base.sentences import say
from store.config import devices
from webui.api import shapes
from webui.api.my_api import Own, guarded, known
from webui.evidence.whose_view import HomeKnown
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.own_device import OwnDevice
from webui.idle_test import idle_test_shapes
from webui.idle_test.idle_test_deps import IdleTests, IdleTestsEdit, begun, result_of, same_device
from webui.idle_test.idle_test_shapes import IdleTestItem, ShownTest

router = APIRouter(prefix="/my/tests", tags=["my"], dependencies=[permissions.at_own_device])

OwnId = Annotated[int, Query(alias="id", ge=1, le=shapes.MAX_ID)]


class OwnTests(BaseModel):
    device: str | None = Field(description="what this device is called")
    tested_until: str | None = Field(description="until when somebody who is logged in tests it")
    items: list[IdleTestItem]
    test: ShownTest | None = Field(description="the one with the number that was asked for")


class NewOwnTest(shapes.Body):
    minutes: int = Field(default=60, description=f"1 to {MAX_MINUTES}")
    title: str = Field(default="", max_length=300)


@router.get("", summary="Idle tests that were begun at the device that asks")
def tests(
    ui: WebUi, con: IdleTests, config: Config, facts: HomeKnown, device: Own, _reader: Reader,
    number: Annotated[int | None, Query(alias="id", ge=1, le=shapes.MAX_ID)] = None,
) -> OwnTests:  # fmt: skip
    now_us, mine = begin.now_us(), own_tests(con, config, device)
    test = None if number is None else own_test(con, config, device, number)
    other = tested_by_others(con, config, device)
    return OwnTests(
        device=devices.names(config).get(known(device)),
        tested_until=None if other is None else idle_test_shapes.item(other, now_us).to,
        items=idle_test_shapes.items(mine, now_us).items,
        test=None if test is None else idle_test_shapes.shown(test, result_of(ui, con, config, test, facts), now_us),
    )


@router.post("", status_code=201, dependencies=guarded, summary="Leave the device that asks alone for a while")
def start(body: NewOwnTest, con: IdleTestsEdit, engine: Engine, config: Config, device: Own) -> IdleTestItem:
    """Blocking goes on as always."""
    return idle_test_shapes.item(begun_here(con, engine, config, device, body.minutes, body.title), begin.now_us())


@router.post("/stop", dependencies=guarded, summary="End it now")
def stop(number: OwnId, con: IdleTestsEdit, engine: Engine, config: Config, device: Own) -> IdleTestItem:
    own_test(con, config, device, number)
    return idle_test_shapes.item(begin.stop(con, engine, number, begin.now_us()), begin.now_us())


@router.delete("", status_code=204, dependencies=guarded, summary="Forget it, and its result")
def delete(number: OwnId, con: IdleTestsEdit, engine: Engine, config: Config, device: Own) -> None:
    own_test(con, config, device, number)
    begin.delete(con, engine, number, begin.now_us())


def own_tests(con: sqlite3.Connection, config: sqlite3.Connection, device: OwnDevice) -> list[IdleTest]:
    """Those that were begun at this device, the latest first. A 404 problem where it is not known which one asks."""
    return [test for test in idle_test_rows.tests(con, same_device(config, known(device))) if test.own]


def own_test(con: sqlite3.Connection, config: sqlite3.Connection, device: OwnDevice, number: int) -> IdleTest:
    """One of them. Raises NoTest for any other, as for one that there is not."""
    for test in own_tests(con, config, device):
        if test.id == number:
            return test
    raise NoTest(say("There is no idle test {number}.", number=number))


def tested_by_others(con: sqlite3.Connection, config: sqlite3.Connection, device: OwnDevice) -> IdleTest | None:
    """The test of this device that somebody who is logged in made, while it runs."""
    tests = idle_test_rows.tests(con, same_device(config, known(device)))
    return next((test for test in tests if not test.own and test.running(begin.now_us())), None)


def begun_here(
    con: sqlite3.Connection, engine: Engine, config: sqlite3.Connection, device: OwnDevice, minutes: int, title: str
) -> IdleTest:
    return begun(con, engine, config, NewTest(known(device), "", minutes, title, own=True), "")
