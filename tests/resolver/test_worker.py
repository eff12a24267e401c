# SPDX-License-Identifier: GPL-3.0-or-later
"""A real worker process, asked by real clients."""

from __future__ import annotations

import asyncio
import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import pytest
from ports import needs_ipv6
from running_worker import House, RunningWorker, StartWorker
from scripted_upstream import ScriptedUpstream
from waiting import HANG_SECONDS, until, until_async

from resolver.listen.inherited import descriptors
from resolver.transport.endpoint import usable
from resolver.worker import Worker
from store.base import db
from store.config import edit
from store.log import batch_codec
from store.log.records import Origin, Verdict

BLOCKED = "data.blocked.example"
TOOLS = {"dig": shutil.which("dig"), "kdig": shutil.which("kdig")}


def address(message: dns.message.Message) -> str:
    return str(message.answer[0][0])


def test_a_name_comes_from_the_upstream_then_from_the_cache_then_from_the_memo(
    worker: RunningWorker, upstream: ScriptedUpstream
) -> None:
    for _ in range(3):
        response = worker.ask("www.plain.example")
        assert [str(rr) for rr in response.answer[0]] == ["192.0.2.1"]
    assert upstream.asked["www.plain.example"] == 1
    origins = [Origin(key.origin) for _, key, _ in worker.rows(3)]
    assert origins[:2] == [Origin.UPSTREAM, Origin.CACHE] and origins[2] in (Origin.MEMO, Origin.CACHE)


def test_every_query_is_recorded_with_client_verdict_rule_and_upstream(
    worker: RunningWorker, upstream: ScriptedUpstream
) -> None:
    edit.add_rule(edit.engine(worker.state), "block", "blocked.example")
    worker.wait_for_policy()
    begun = time.monotonic()
    worker.ask(BLOCKED, source="127.0.0.11")
    worker.ask("www.plain.example", source="127.0.0.12", tcp=True)
    worker.ask("localhost", "AAAA", source="127.0.0.13")
    rows = {client: (key, took) for client, key, took in worker.rows(3)}
    key, took = rows["127.0.0.11"]
    assert (key.name, key.qtype, key.verdict, key.rule) == (BLOCKED, 1, Verdict.BLOCK, "||blocked.example^")
    assert 0 <= took <= (time.monotonic() - begun) * 1e6, "microseconds"
    assert rows["127.0.0.12"][0].upstream == upstream.spec
    assert rows["127.0.0.13"][0].verdict == Verdict.LOCAL and rows["127.0.0.13"][0].qtype == 28


def test_a_toggle_acts_both_ways(worker: RunningWorker) -> None:
    e = edit.engine(worker.state)
    for _ in range(2):
        assert address(worker.ask(BLOCKED)) == "192.0.2.1"
        rule = edit.add_rule(e, "block", "blocked.example")
        until(lambda: address(worker.ask(BLOCKED)) == "0.0.0.0")
        assert address(worker.ask(BLOCKED)) == "0.0.0.0", "from the memo too"
        edit.remove_rule(e, rule)
        until(lambda: address(worker.ask(BLOCKED)) == "192.0.2.1")


def test_toggles_under_load_lose_no_query(worker: RunningWorker) -> None:
    e = edit.engine(worker.state)
    stop, asked = threading.Event(), [0]

    def load() -> None:
        while not stop.is_set():
            assert address(worker.ask(BLOCKED)) in ("192.0.2.1", "0.0.0.0")
            asked[0] += 1

    thread = threading.Thread(target=load)
    thread.start()
    for _ in range(5):
        edit.remove_rule(e, edit.add_rule(e, "block", "blocked.example"))
        count = asked[0]
        until(lambda count=count: asked[0] > count + 4 or not thread.is_alive())
    assert thread.is_alive(), "it was answered wrongly"
    stop.set()
    thread.join()


def test_new_upstreams_are_used_at_once_and_what_is_in_flight_is_answered(
    start_worker: StartWorker, state: Path, upstream: ScriptedUpstream, request: pytest.FixtureRequest
) -> None:
    other = type(upstream)()
    request.addfinalizer(other.close)
    e = edit.engine(state)
    edit.put_settings(e, {"upstreams": [upstream.spec], "sinkhole": "nxdomain"})
    worker = start_worker()
    assert worker.ask("first.plain.example").answer
    waiting: list[dns.message.Message] = []
    thread = threading.Thread(target=lambda: waiting.append(worker.ask("x.held.example")))
    thread.start()
    until(lambda: upstream.held)
    edit.put_settings(e, {"upstreams": [other.spec]})
    worker.wait_for_policy()
    assert worker.ask("second.plain.example").answer
    assert other.asked["second.plain.example"] == 1 and not upstream.asked["second.plain.example"]
    upstream.let_go()
    thread.join()
    assert address(waiting[0]) == "192.0.2.1", "asked of the old one, answered by the old one"
    edit.add_rule(e, "block", "blocked.example")
    worker.wait_for_policy()
    assert worker.ask(BLOCKED).rcode() == dns.rcode.NXDOMAIN


def test_on_sigterm_what_is_in_flight_is_answered_and_recorded(
    worker: RunningWorker, upstream: ScriptedUpstream
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(HANG_SECONDS)
        sock.connect((worker.address, worker.port))
        for number in range(50):
            sock.send(dns.message.make_query(f"n{number}.held.example", "A", id=number).to_wire())
        until(lambda: len(upstream.asked) == 50 and len(upstream.held) == upstream.asked.total())
        worker.process.send_signal(signal.SIGTERM)
        upstream.let_go()
        worker.process.wait(HANG_SECONDS)
        assert worker.stop() == 0
        got = {dns.message.from_wire(sock.recv(4096)).id for _ in range(50)}
    assert got == set(range(50))
    assert len(worker.rows(50)) == 50
    assert worker.status().queries == 50


@needs_ipv6
def test_ipv6_is_answered_over_udp_and_tcp(start_worker: StartWorker, upstream: ScriptedUpstream) -> None:
    worker = start_worker("::1", TELLTALE_UPSTREAMS=upstream.spec)
    for tcp in (False, True):
        assert address(worker.ask("www.plain.example", tcp=tcp)) == "192.0.2.1"
    assert str(worker.ask("telltale", "AAAA").answer[0][0]) == "::1"
    assert {client for client, _, _ in worker.rows(3)} == {"::1"}


def test_a_worker_starts_and_answers_with_a_damaged_config_and_no_index(
    start_worker: StartWorker, state: Path, upstream: ScriptedUpstream
) -> None:
    edit.add_rule(edit.engine(state), "block", "blocked.example")
    db.backup(state / "config.db")
    (state / "config.db").write_bytes(b"not a database at all" * 500)
    worker = start_worker(TELLTALE_UPSTREAMS=upstream.spec)
    assert address(worker.ask(BLOCKED)) == "0.0.0.0", "by the last good copy"
    assert address(worker.ask("www.plain.example")) == "192.0.2.1"
    assert any("config.db cannot be used" in line for line in worker.log)


def test_damage_while_it_runs_changes_no_answer(worker: RunningWorker) -> None:
    edit.add_rule(edit.engine(worker.state), "block", "blocked.example")
    worker.wait_for_policy()
    path = worker.state / "config.db"
    path.with_name("broken").write_bytes(b"not a database at all" * 500)
    path.with_name("broken").replace(path)
    time.sleep(0.3)
    assert address(worker.ask(BLOCKED)) == "0.0.0.0"
    assert worker.process.poll() is None


def test_a_config_locked_by_another_delays_nobody(worker: RunningWorker) -> None:
    con = sqlite3.connect(worker.state / "config.db", isolation_level=None)
    con.execute("BEGIN EXCLUSIVE")
    for number in range(20):
        assert worker.ask(f"n{number}.plain.example").answer
    con.execute("ROLLBACK")
    con.close()


class InProcess:
    """A worker on a loop of this process, with sockets of its own and one that a sibling left behind."""

    def __init__(self, state: Path, run: Path) -> None:
        self.own, self.spare = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for sock in (self.own, self.spare):
            sock.bind(("127.0.0.1", 0))
        self.records, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.worker = Worker(state, run, 1, {"TELLTALE_UPSTREAMS": "127.0.0.1:9"}, self._theirs)

    async def ask(self, sock: socket.socket, name: str) -> dns.message.Message:
        host, port = sock.getsockname()
        query = dns.message.make_query(name, "A")
        return await asyncio.to_thread(dns.query.udp, query, host, HANG_SECONDS, port)

    async def close(self) -> None:
        await self.worker.drain()
        self.worker._watcher.close()
        for sock in (self.own, self.spare, self.records, self._theirs):
            sock.close()


@pytest.mark.process
def test_what_waits_for_a_sibling_that_is_gone_is_answered_too(state: Path, tmp_path: Path) -> None:
    async def inside() -> None:
        held = InProcess(state, tmp_path)
        await held.worker.listen([held.own], [], [held.spare])
        for _ in range(2):
            for sock in (held.own, held.spare):
                assert (await held.ask(sock, "localhost")).answer
        await held.close()

    asyncio.run(inside())


@pytest.mark.process
def test_an_error_in_one_tick_is_not_the_end_of_all(state: Path, tmp_path: Path) -> None:
    async def inside() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        held = InProcess(state, tmp_path)
        await held.worker.listen([held.own], [], [held.spare])
        good, held.worker.resolver.snapshot = held.worker.resolver.snapshot, None  # type: ignore[assignment]
        await asyncio.sleep(0.3)
        held.worker.resolver.snapshot = good
        assert (await held.ask(held.spare, "localhost")).answer
        await until_async(lambda: select.select([held.records], [], [], 0)[0])
        assert len(batch_codec.unpack(held.records.recv(batch_codec.MAX_BYTES)))
        await held.close()

    asyncio.run(inside())


def test_a_faulty_upstream_is_left_out_and_the_others_used(caplog: pytest.LogCaptureFixture) -> None:
    assert [each.host for each in usable(("h3://9.9.9.9", "9.9.9.9"))] == ["9.9.9.9"]
    assert "not spoken" in caplog.text


def test_descriptors_are_numbers_with_commas() -> None:
    assert descriptors("3,4,") == [3, 4]


def run(tool: str, worker: RunningWorker, *arguments: str) -> str:
    where = [f"@{worker.address}", "-p", str(worker.port), "+time=60"]
    done = subprocess.run(
        [tool, *where, *arguments], capture_output=True, text=True, timeout=HANG_SECONDS, check=False,
        env={**os.environ, "HOME": "/nonexistent"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


CALLS: list[tuple[list[str], str]] = [
    (["www.plain.example", "A"], "192.0.2.1"),
    (["www.plain.example", "AAAA"], "NOERROR"),
    (["www.plain.example", "HTTPS"], "NOERROR"),
    (["+tcp", "www.plain.example", "A"], "192.0.2.1"),
    (["+noedns", "www.plain.example", "A"], "192.0.2.1"),
    (["+bufsize=512", "www.plain.example", "A"], "192.0.2.1"),
    (["+dnssec", "www.plain.example", "A"], "192.0.2.1"),
    (["+cd", "www.plain.example", "A"], "192.0.2.1"),
    (["x.big.example", "A"], "192.0.2.199"),  # truncated, then over TCP
    (["-x", "127.0.0.1"], "localhost."),
    (["-x", "192.168.1.77"], "NXDOMAIN"),
    (["CH", "TXT", "version.bind"], "REFUSED"),
    ([BLOCKED, "A"], "0.0.0.0"),
    ([BLOCKED, "AAAA"], "::"),
    ([BLOCKED, "HTTPS"], "NOERROR"),
    (["www.plain.example", "TYPE65280"], "NOERROR"),
]


@pytest.mark.parametrize(("arguments", "expected"), CALLS, ids=[" ".join(call[0]) for call in CALLS])
@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.process
def test_real_clients_get_what_they_ask_for(house: House, name: str, arguments: list[str], expected: str) -> None:
    tool = TOOLS[name]
    if tool is None:
        pytest.skip("the tool is not installed: scripts/system-packages.sh test")
    if BLOCKED in arguments:
        edit.add_rule(edit.engine(house.state), "block", "blocked.example")
        house.worker.wait_for_policy()
    said = run(tool, house.worker, *arguments)
    assert expected in said, said
    assert "WARNING" not in said.replace("WARNING: response timeout", "")
    assert "arbage" not in said and "alformed" not in said


@pytest.mark.skipif(TOOLS["dig"] is None, reason="the tool is not installed: scripts/system-packages.sh test")
@pytest.mark.parametrize(
    ("option", "expected"),
    [("+opcode=status", "NOTIMP"), ("+opcode=notify", "NOTIMP"), ("+opcode=update", "NOTIMP"), ("+edns=1", "BADVERS"),
     ("+header-only", "FORMERR"), ("+ednsopt=65001:abcd", "NOERROR"), ("+subnet=203.0.113.0/24", "NOERROR"),
     ("+zflag", "NOERROR"), ("+norecurse", "NOERROR")],
)  # fmt: skip
@pytest.mark.process
def test_odd_queries_are_answered_as_the_rfcs_ask(house: House, option: str, expected: str) -> None:
    dig = TOOLS["dig"]
    assert dig is not None
    said = run(dig, house.worker, option, "+noednsnegotiation", "+tries=1", "www.plain.example", "A")
    assert f"status: {expected}" in said, said
