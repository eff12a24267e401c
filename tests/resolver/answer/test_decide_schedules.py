# SPDX-License-Identifier: GPL-3.0-or-later
"""While a schedule takes access, every name is blocked for those devices; what is the appliance's own is not."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from resolver.answer import local_names
from resolver.answer.decide import Block, Forward, Local, View, decide, passes
from resolver.answer.judge import Judgement
from resolver.answer.let_through import PAUSE
from resolver.answer.snapshot import Snapshot, build
from store.base import db
from store.config import edit
from store.devices import sightings_store
from store.household import exceptions, groups, pauses, schedules
from store.log.records import Verdict
from wire import message, stub, types

pytestmark = pytest.mark.database

PHONE, TV = "192.168.1.2", "192.168.1.3"
CLOSED = Judgement(Verdict.BLOCK, "schedule", "Bedtime")


@pytest.fixture
def home(state: Path) -> Path:
    engine = edit.engine(state)
    always = schedules.add_schedule(engine, "Bedtime", [{"days": ["mon"], "from": "00:00", "to": "24:00"}])
    every = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    schedules.change_schedule(engine, always, windows=[{"days": every, "from": "00:00", "to": "24:00"}])
    edit.add_rule(engine, "allow", "homework.test-site.com")
    with closing(db.connect(state / "config.db")) as con:
        phone = sightings_store.sighted(con, PHONE)
        sightings_store.sighted(con, TV)
    groups.add_group(engine, "Children", {"schedule": always, "devices": [phone]})
    return state


def decided(now: Snapshot, name: str, client: str = PHONE, qtype: int = types.A) -> object:
    return decide(message.parse_question(stub.build(name, qtype)), View(now.admit(client), client))


def test_every_name_is_blocked_for_its_devices_and_no_others(home: Path) -> None:
    now = build(home, {})
    for name in ("www.test-site.com", "homework.test-site.com", "test-site.com"):
        for qtype in (types.A, types.AAAA, types.HTTPS):
            assert decided(now, name, qtype=qtype) == Block(CLOSED)
        assert isinstance(decided(now, name, TV), Forward)
    name = "www.test-site.com"
    assert not passes(name, types.A, now.admit(PHONE)) and passes(name, types.A, now.admit(TV))


def test_what_is_the_appliance_s_own_still_answers(home: Path) -> None:
    now = build(home, {})
    own = now.settings.own_name
    for name in (own, local_names.health_name(own), "localhost"):
        assert isinstance(decided(now, name), Local)


def test_an_exception_and_a_pause_let_through_all_the_same(home: Path) -> None:
    engine = edit.engine(home)
    exceptions.let_through(engine, "device:1", "www.test-site.com", int(time.time()) + 600)
    forward = decided(build(home, {}), "www.test-site.com")
    assert isinstance(forward, Forward) and forward.judgement.blocklist == "exception"
    pauses.pause(engine, "device:1")
    assert decided(build(home, {}), "other.test-site.com") == Forward(Judgement(Verdict.ALLOW, PAUSE, "Bedtime"))
