# SPDX-License-Identifier: GPL-3.0-or-later
"""An exception holds on whichever worker a query meets, also for where its answers lead."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import dns.message
import pytest
from dnslib import CNAME, QTYPE, RR, A, DNSRecord
from running_worker import StartWorker
from scripted_upstream import Answers, ScriptedUpstream
from waiting import HANG_SECONDS, until

from resolver.answer.led_names import LedNames
from resolver.led_feed import LedFeed
from store.config import edit
from store.household import exceptions

RULE = "@@||shop.test^"


class Worker:
    """One end, with what it knows and how often it forgot its memos."""

    def __init__(self, run: Path, number: int) -> None:
        self.led, self.forgot, self._heard = LedNames(), 0, asyncio.Event()
        self.feed = LedFeed(asyncio.get_running_loop(), run, number, self.led, self._forget)

    def _forget(self) -> None:
        self.forgot += 1
        self._heard.set()

    async def knows(self, name: str) -> None:
        """Wait until it does."""
        async with asyncio.timeout(HANG_SECONDS):
            while not self.led.rule_of(name, (RULE,)):
                await self._heard.wait()
                self._heard.clear()


def running(test: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await test()

    asyncio.run(run())


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    deep = tmp_path / ("a folder with a long name " * 6)  # longer than a socket's address may be
    deep.mkdir()
    yield deep
    assert not list(deep.glob("*.led")), "what was opened is gone"


@pytest.mark.process
def test_what_one_learns_the_others_know_and_one_that_begins_later_too(run: Path) -> None:
    async def test() -> None:
        first, second = Worker(run, 1), Worker(run, 2)
        first.feed.look()
        first.led.learn(["cdn.test"], RULE)
        await second.knows("cdn.test")
        assert (first.forgot, second.forgot) == (0, 1)
        third = Worker(run, 3)
        await third.knows("cdn.test")
        second.feed.look()
        second.led.learn(["more.test"], RULE)
        await third.knows("more.test")
        await first.knows("more.test")
        for worker in (first, second, third):
            worker.feed.close()

    running(test)


@pytest.mark.process
def test_one_that_is_gone_and_nonsense_do_no_harm(run: Path) -> None:
    async def test() -> None:
        first, second, gone = Worker(run, 1), Worker(run, 2), Worker(run, 3)
        first.feed.look()
        gone.feed.close()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            for data in (b"{", b"7", b"[7]", b'[["a"]]', b'[["a", 7]]', json.dumps([["a", "b"]] * 300).encode(), b""):
                sock.sendto(data, second.feed._address("worker-2.led"))
        first.led.learn(["cdn.test"], RULE)
        await second.knows("cdn.test")
        assert second.led.all() == [("cdn.test", RULE)]
        again = Worker(run, 2)
        second.feed.close()
        assert (run / "worker-2.led").exists(), "it is the socket of the one that took its place"
        first.feed.close()
        again.feed.close()

    running(test)


@pytest.mark.process
def test_a_worker_learns_for_itself_where_there_is_no_folder_for_a_socket(tmp_path: Path) -> None:
    async def test() -> None:
        alone = Worker(tmp_path / "none", 1)
        alone.led.learn(["cdn.test"], RULE)
        alone.feed.look()
        assert alone.led.rule_of("cdn.test", (RULE,))
        alone.feed.close()

    running(test)


def leads_to_a_tracker(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    reply = query.reply()
    if str(query.q.qname).lower().startswith("www.shop."):
        reply.add_answer(RR(query.q.qname, QTYPE.CNAME, rdata=CNAME("cdn.tracker.org"), ttl=300))
    reply.add_answer(RR("cdn.tracker.org", QTYPE.A, rdata=A("192.0.2.7"), ttl=300))
    return [(0.0, "", reply.pack())]


@pytest.mark.process
@pytest.mark.database
def test_with_two_workers_it_holds_on_both(start_worker: StartWorker, upstream: ScriptedUpstream, state: Path) -> None:
    upstream.behaviours |= {"shop": leads_to_a_tracker, "tracker": leads_to_a_tracker}
    engine = edit.engine(state)
    edit.add_rule(engine, "block", "tracker.org")
    workers = [start_worker(number=number, TELLTALE_UPSTREAMS=upstream.spec) for number in (1, 2)]

    def asked(worker: int, name: str) -> str:
        answer: dns.message.Message = workers[worker].ask(name)
        return next((record.to_text() for rrset in answer.answer for record in rrset if rrset.rdtype == 1), "")

    names = ("www.shop.org", "cdn.tracker.org")
    assert {asked(worker, name) for worker in (0, 1) for name in names} == {"0.0.0.0"}
    exceptions.let_through(engine, "house", "shop.org", int(time.time()) + 3600)
    for worker in workers:
        worker.wait_for_policy()
    assert asked(1, "cdn.tracker.org") == "0.0.0.0", "nobody was led there yet"
    assert asked(0, "www.shop.org") == "192.0.2.7"
    until(lambda: asked(1, "cdn.tracker.org") == "192.0.2.7")
    assert asked(0, "cdn.tracker.org") == asked(1, "www.shop.org") == "192.0.2.7"
    edit.add_rule(engine, "block", "other.org")
    for worker in workers:
        worker.wait_for_policy()
    assert asked(1, "cdn.tracker.org") == "192.0.2.7", "another edit takes nothing away"
    exceptions.end_exception(engine, exceptions.exceptions(engine)[0].id)
    for worker in workers:
        worker.wait_for_policy()
    assert {asked(worker, name) for worker in (0, 1) for name in names} == {"0.0.0.0"}
