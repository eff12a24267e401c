# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses and exceptions that come, go and end while a worker answers."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path

import dns.message
from running_worker import RunningWorker
from waiting import until

from store.base import db
from store.config import devices, edit
from store.devices import sightings_store
from store.household import exceptions, pauses
from store.log.records import Verdict

NAME = "pay.blocked.org"
TABLET, TV = "127.0.0.2", "127.0.0.3"


def address_of(answer: dns.message.Message) -> str:
    return next((record.to_text() for rrset in answer.answer for record in rrset), "")


def test_no_query_is_lost_while_pauses_come_and_go_and_what_passes_is_noted(worker: RunningWorker, state: Path) -> None:
    engine, over, asked = edit.engine(state), threading.Event(), [0]
    edit.add_rule(engine, "block", "blocked.org")
    worker.wait_for_policy()

    def is_asked_under_it() -> None:
        worker.wait_for_policy()
        count = asked[0]
        until(lambda: asked[0] > count + 1)

    def come_and_go() -> None:
        for _ in range(10):
            pauses.pause(engine, until=int(time.time()) + 600)
            exceptions.let_through(engine, "house", "other.org", int(time.time()) + 600)
            is_asked_under_it()
            pauses.resume(engine)
            is_asked_under_it()
        over.set()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    addresses = set[str]()
    while not over.is_set():
        addresses.add(address_of(worker.ask(NAME)))  # raises where no answer comes
        asked[0] += 1
    thread.join()
    assert addresses == {"0.0.0.0", "192.0.2.1"}
    rows = [key for _, key, _ in worker.rows(asked[0])]
    assert {(key.verdict, key.blocklist, key.rule) for key in rows if key.name == NAME} == {
        (Verdict.BLOCK, "own", "||blocked.org^"), (Verdict.ALLOW, "pause", "||blocked.org^"),
    }  # fmt: skip
    assert address_of(worker.ask(NAME)) == "0.0.0.0"


def test_an_exception_is_of_its_device_and_ends_by_itself(worker: RunningWorker, state: Path) -> None:
    engine = edit.engine(state)
    edit.add_rule(engine, "block", "blocked.org")
    with closing(db.connect(state / "config.db")) as con:
        sightings_store.sighted(con, TABLET)
        number = devices.clients(con)[TABLET]
    exceptions.let_through(engine, f"device:{number}", NAME, int(time.time()) + 600)
    worker.wait_for_policy()
    assert [address_of(worker.ask(NAME, source=source)) for source in (TABLET, TV)] == ["192.0.2.1", "0.0.0.0"]
    exceptions.let_through(engine, f"device:{number}", NAME, int(time.time()) + 2)
    until(lambda: address_of(worker.ask(NAME, source=TABLET)) == "0.0.0.0")
