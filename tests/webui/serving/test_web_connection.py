# SPDX-License-Identifier: GPL-3.0-or-later
"""Hundreds of connections that say nothing, or half of what they mean, shut out nobody and are not kept."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from clock import Clock
from uvicorn.config import Config
from uvicorn.server import ServerState
from waiting import HANG_SECONDS, until

from network.places import Bounds, Places
from store.base import db
from store.config import account, edit
from webui.http.large_bodies import MAX_LARGE_BYTES
from webui.serving import web_connection
from webui.serving.web_connection import (
    BODY_RATE,
    BODY_SECONDS,
    BOUNDS,
    HEADER_SECONDS,
    LINGER_SECONDS,
    TAKEN_SECONDS,
    WebConnection,
)

HALF = {
    "idle": b"",
    "half a header": b"GET /health HTTP/1.1\r\nHost: telltale\r\nX-Slow: ",
    "half a body": b"POST /api/v1/session HTTP/1.1\r\nHost: telltale\r\nContent-Length: 100000\r\n\r\n{",
}


SECONDS = 45  # that a connection is looked at, longer than any patience
PATIENCE = {"idle": HEADER_SECONDS, "half a header": HEADER_SECONDS, "half a body": BODY_SECONDS}


class Web:
    """A web UI as a process, with few descriptors to waste, and its log."""

    def __init__(self, state: Path) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.log = state / "log"
        command = [sys.executable, "-m", "webui.lean_start", "--state", str(state), "--run", str(state)]
        fd = self._listening.fileno()
        with self.log.open("w") as file:
            self.process = subprocess.Popen(
                ["sh", "-c", 'ulimit -n 1024; exec "$@"', "sh", *command, "--fd", str(fd)], pass_fds=[fd],
                env={**os.environ, "TELLTALE_DNS": "127.0.0.1:1"}, stderr=file,
            )  # fmt: skip

    def answers(self, source: str = "127.0.0.1") -> bool:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANG_SECONDS, source_address=(source, 0))
            asked.request("GET", "/login", headers={"Host": "telltale"})
            status = asked.getresponse().status
            asked.close()
        except (OSError, http.client.HTTPException):
            return False
        return status == 200

    def open(self, source: str, begin: bytes) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), HANG_SECONDS, source_address=(source, 0))
        sock.sendall(begin)
        return sock

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(HANG_SECONDS)
        self._listening.close()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    state = tmp_path_factory.mktemp("web")
    db.open_config(state)
    account.set_password(edit.engine(state), "correct horse battery")
    served = Web(state)
    until(served.answers)
    yield served
    served.close()


@pytest.mark.process
@pytest.mark.parametrize("how", HALF)
def test_hundreds_of_connections_shut_out_nobody(web: Web, how: str) -> None:
    with ExitStack() as stack:
        for number in range(650):
            stack.enter_context(web.open(f"127.0.1.{number % 26 + 1}", HALF[how]))
        until(web.answers)
        until(lambda: web.answers("127.0.1.1"))
    until(web.answers)
    assert web.process.poll() is None
    assert web.log.stat().st_size < 50_000 and "out of system resource" not in web.log.read_text()


class Wire:
    """A transport that takes what is written, or leaves it lying."""

    def __init__(self, address: str, *, takes: bool = True) -> None:
        self.closing, self.written, self._address, self._takes = False, b"", address, takes

    def get_extra_info(self, name: str) -> Any:
        return (self._address, 4000) if name in ("peername", "sockname") else None

    def write(self, data: bytes) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return 0 if self._takes else len(self.written)

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    abort = close

    def pause_reading(self) -> None:
        """Nothing more comes."""

    resume_reading = pause_reading


async def app(scope: Any, receive: Any, send: Any) -> None:
    while (await receive())["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def refusing(scope: Any, receive: Any, send: Any) -> None:
    """An app that answers before it has read anything."""
    await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"no"})


def lives(
    clock: Clock, feed: Callable[[Any, int], None], *, takes: bool = True, answer: Any = app, seconds: int = SECONDS
) -> float:
    """For how many seconds a connection is kept over which `feed(connection, second)` sends."""
    loop = clock.loop()

    async def inside() -> float:
        config = Config(answer, lifespan="off", ws="none", log_config=None, timeout_keep_alive=5)
        places: Places[WebConnection] = Places(BOUNDS)
        connection, wire = WebConnection(config, ServerState(), {}, loop, places=places), Wire("10.0.0.1", takes=takes)
        connection.connection_made(wire)  # type: ignore[arg-type]
        begun = loop.time()
        for second in range(seconds):
            feed(connection, second)
            await asyncio.sleep(1)
            if wire.closing:
                break
        connection.connection_lost(None)
        assert not places.taken
        return loop.time() - begun

    try:
        return loop.run_until_complete(inside())
    finally:
        loop.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.process
@pytest.mark.parametrize(("how", "seconds"), list(PATIENCE.items()))
def test_what_comes_byte_by_byte_has_its_time(clock: Clock, how: str, seconds: float) -> None:
    def feed(connection: Any, second: int) -> None:
        connection.data_received(HALF[how] if second == 0 else b"x" if how != "idle" else b"")

    if how == "idle":
        assert lives(clock, lambda *_: None) <= seconds + 3
    else:
        assert seconds <= lives(clock, feed) <= seconds + 3


@pytest.mark.process
def test_who_asks_again_and_again_is_kept_and_who_takes_nothing_is_not(clock: Clock) -> None:
    request = b"GET /login HTTP/1.1\r\nHost: telltale\r\n\r\n"

    def feed(connection: Any, second: int) -> None:
        if second % 4 == 0:
            connection.data_received(request)

    assert lives(clock, feed) >= SECONDS - 1
    lone = lives(clock, lambda connection, second: second or connection.data_received(request), takes=False)
    assert lone <= TAKEN_SECONDS + 10


@pytest.mark.process
def test_each_answer_is_dated_though_no_server_ticks(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that stays tells the day on which each of its requests came."""
    days = iter((b"thu, 01 jan 1970", b"fri, 02 jan 1970"))

    def feed(connection: Any, second: int) -> None:
        if second in (0, 2):
            monkeypatch.setattr(time, "time", lambda: second * 43_200.0)
            connection.transport.written = b""
            connection.data_received(b"GET /login HTTP/1.1\r\nHost: telltale\r\n\r\n")
        else:
            assert b"date: " + next(days) in connection.transport.written.lower()

    lives(clock, feed, seconds=4)
    assert not list(days)


HALF_CLOSED = {
    "one": (b"GET /login HTTP/1.1\r\nHost: telltale\r\n\r\n", 1),
    "two at once": (b"GET /login HTTP/1.1\r\nHost: telltale\r\n\r\n" * 2, 2),
    "with a body": (b"POST /login HTTP/1.1\r\nHost: telltale\r\nContent-Length: 2\r\n\r\nab", 1),
    "half a body": (b"POST /login HTTP/1.1\r\nHost: telltale\r\nContent-Length: 20\r\n\r\nab", 0),
    "half a header": (b"GET /login HTTP/1.1\r\nHost: ", 0),
    "a live view": (b"GET /live HTTP/1.1\r\nHost: telltale\r\nAccept: text/event-stream\r\n\r\n", 0),
}  # fmt: skip


@pytest.mark.process
@pytest.mark.parametrize("what", HALF_CLOSED)
def test_who_sends_no_more_gets_each_answer_that_it_asked_for(what: str) -> None:
    """As `nc -N` does; over a real loop, which closes by itself where a protocol does not say that it goes on."""
    request, answers = HALF_CLOSED[what]

    async def inside() -> bytes:
        sends_no_more, begun = asyncio.Event(), itertools.count(1)

        class Connection(WebConnection):
            def eof_received(self) -> bool:
                sends_no_more.set()
                return super().eof_received()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            if next(begun) == max(answers, 1):  # before the last is begun, nothing more is read
                await sends_no_more.wait()
            await app(scope, receive, send)

        config, loop = Config(slow, lifespan="off", ws="none", log_config=None), asyncio.get_running_loop()
        places: Places[WebConnection] = Places(BOUNDS)
        make = partial(Connection, config, ServerState(), {}, loop, places=places)
        server = await loop.create_server(make, "127.0.0.1")
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(request)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), HANG_SECONDS)
        writer.close()
        await writer.wait_closed()
        server.close()
        while places.taken or len(asyncio.all_tasks()) > 1:  # noqa: ASYNC110 - it waits for the loop alone
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # in which the loop closes the socket of who left
        return answer

    answer = asyncio.run(inside())
    assert answer.count(b"HTTP/1.1 200 ") == answer.count(b"\r\n\r\nok") == answers


def _begun(length: int) -> bytes:
    return b"POST /api/v1/restore HTTP/1.1\r\nHost: telltale\r\nContent-Length: %d\r\n\r\n" % length


@pytest.mark.process
def test_a_large_body_has_time_by_its_length(clock: Clock) -> None:
    """Whoever reads a backup has let its sender in: over a weak radio it may take minutes."""
    for length, most in ((100_000, BODY_SECONDS), (MAX_LARGE_BYTES, BODY_SECONDS + MAX_LARGE_BYTES / BODY_RATE)):
        kept = lives(
            clock, lambda connection, second, n=length: connection.data_received(b"x" if second else _begun(n)),  # type: ignore[misc]
            seconds=300,
        )  # fmt: skip
        assert most <= kept <= most + 3


@pytest.mark.process
@pytest.mark.parametrize("length", [MAX_LARGE_BYTES, 10**18 - 1])
def test_of_a_large_body_that_is_refused_nothing_more_is_read(clock: Clock, length: int) -> None:
    kept = lives(
        clock, lambda connection, second: second or connection.data_received(_begun(length)), answer=refusing
    )  # fmt: skip
    assert LINGER_SECONDS <= kept <= LINGER_SECONDS + 2


@pytest.mark.process
def test_past_its_share_a_client_is_told_to_come_back(clock: Clock) -> None:
    async def inside() -> None:
        config = Config(app, lifespan="off", ws="none", log_config=None)
        places: Places[WebConnection] = Places(Bounds(connections=10, client=2, network=5))
        wires = []
        for _ in range(3):
            connection = WebConnection(config, ServerState(), {}, asyncio.get_running_loop(), places=places)
            wires.append(wire := Wire("10.0.0.1"))
            connection.connection_made(wire)  # type: ignore[arg-type]
        assert [wire.closing for wire in wires] == [False, False, True]
        head, _, body = wires[2].written.partition(b"\r\n\r\n")
        assert b" 503 " in head and f"content-length: {len(body)}".encode() in head
        for connection in list(places.taken):
            connection.connection_lost(None)

    loop = clock.loop()
    loop.run_until_complete(inside())
    loop.close()
    assert web_connection.FULL.count(b"\r\n\r\n") == 1
