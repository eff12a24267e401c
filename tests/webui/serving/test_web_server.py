# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages' process falls asleep when nobody has asked for a while, and says so; what was open goes on elsewhere."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from waiting import HANG_SECONDS, until

from appliance.process import sockets
from store.base import db, web_way
from store.base.pulse import ASLEEP
from store.config import account, edit
from webui.http.kept_throttles import FILE_NAME
from webui.http.throttle import ADDRESS_BURST

pytestmark = pytest.mark.process


class Pages:
    """The process, on a way of its own; the other end is `way`. Who is to be there before it falls asleep connects
    before it begins."""

    def __init__(self, state: Path, seconds: str) -> None:
        self.state, self.seconds = state, seconds
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.way, self._theirs = sockets.handed_pair()
        self.log = state / "log"

    def begin(self) -> None:
        state, fds = str(self.state), (self.listening.fileno(), self._theirs.fileno())
        with self.log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webui.lean_start", "--state", state, "--run", state,
                 "--fd", str(fds[0]), "--way", str(fds[1])],
                pass_fds=fds, stderr=file,
                env={**os.environ, "TELLTALE_DNS": "127.0.0.1:1", "TELLTALE_PAGES_SLEEP_SECONDS": self.seconds},
            )  # fmt: skip
        self.way.settimeout(HANG_SECONDS)
        assert web_way.ready_pid(self.way.recv(web_way.MAX_WORD)) == self.process.pid

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), HANG_SECONDS)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        for sock in (self.listening, self.way, self._theirs):
            sock.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    db.open_config(tmp_path)
    account.set_password(edit.engine(tmp_path), "correct horse battery")
    return tmp_path


def live_view(state: Path) -> bytes:
    """The request for one, by who may look."""
    token = account.create_token(edit.engine(state), "test", "read")
    return f"GET /api/v1/queries/live HTTP/1.1\r\nHost: telltale\r\nAuthorization: Bearer {token}\r\n\r\n".encode()


@pytest.fixture
def pages(state: Path) -> Iterator[Pages]:
    made = Pages(state, "1")
    yield made
    made.stop()


def test_it_ends_by_itself_and_what_is_open_and_silent_is_given_back(pages: Pages, state: Path) -> None:
    with pages.connect() as silent, pages.connect() as kept_alive:
        kept_alive.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: telltale\r\n\r\n")
        pages.begin()
        assert kept_alive.recv(9) == b"HTTP/1.1 "
        given = {}
        for _ in range(2):
            word, fds, _, _ = socket.recv_fds(pages.way, web_way.MAX_WORD, 1)
            assert word == web_way.TCP
            sock = socket.socket(fileno=fds[0])
            given[sock.getpeername()] = sock
        assert pages.process.wait(HANG_SECONDS) == ASLEEP
        for client in (silent, kept_alive):
            with closing(given[client.getsockname()]) as there:
                client.sendall(b"still here")
                assert there.recv(100) == b"still here"
    assert (state / FILE_NAME).exists() and "Traceback" not in pages.log.read_text()


def test_what_the_supervisor_took_meanwhile_is_answered(pages: Pages) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere, socket.create_connection(
        elsewhere.getsockname(), HANG_SECONDS
    ) as asking:
        taken, _ = elsewhere.accept()
        asking.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: telltale\r\n\r\n")
        socket.send_fds(pages.way, [web_way.TCP], [taken.fileno()])
        taken.close()
        pages.begin()
        assert asking.recv(9) == b"HTTP/1.1 "


def test_told_to_end_it_does_not_call_that_sleep(state: Path) -> None:
    made = Pages(state, "0")
    made.begin()
    try:
        made.process.send_signal(signal.SIGTERM)
        assert made.process.wait(HANG_SECONDS) == 0
    finally:
        made.stop()


def test_who_guesses_begins_anew_neither_with_its_sleep_nor_with_its_crash(state: Path) -> None:
    body = b'{"password": "wrong horse battery"}'
    head = b"POST /api/v1/session HTTP/1.1\r\nHost: telltale\r\nConnection: close\r\nContent-Type: application/json\r\n"
    look = live_view(state)

    def tries(pages: Pages) -> int:
        """How many are let in before it is said to wait; whoever looks on keeps it awake meanwhile."""
        with pages.connect() as looks_on:
            looks_on.sendall(look)
            pages.begin()
            for count in range(100):
                with pages.connect() as sock:
                    sock.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                    if sock.recv(12) == b"HTTP/1.1 429":
                        return count
        raise AssertionError("nobody is ever told to wait")

    for seconds, end in (("0", signal.SIGKILL), ("3", None), ("0", signal.SIGTERM), ("0", None)):
        made = Pages(state, seconds)
        try:
            first = not (state / FILE_NAME).exists()
            # A slow machine gives a try back each twenty seconds; a new count would give all.
            assert tries(made) >= ADDRESS_BURST if first else tries(made) < ADDRESS_BURST
            if end is not None:
                made.process.send_signal(end)
            if end is not None or seconds == "3":
                made.process.wait(HANG_SECONDS)
        finally:
            made.stop()


def test_a_live_view_keeps_it_awake_until_it_is_closed(state: Path, pages: Pages) -> None:
    with pages.connect() as stream:
        stream.sendall(live_view(state))
        pages.begin()
        seen = b""
        until(lambda: (seen := stream.recv(1000)) and b"event-stream" in seen)
        assert seen == b""
        for _ in range(2):  # two signs of life, long after it would have slept
            assert stream.recv(1000)
        assert pages.process.poll() is None
    assert pages.process.wait(HANG_SECONDS) == ASLEEP
