# SPDX-License-Identifier: GPL-3.0-or-later
"""A turn of questions counts what is lost, refused and wrong, each for what it is."""

import socket
import threading

import pytest

from bench.edits import asker
from bench.edits.servers import response

pytestmark = pytest.mark.process
FAILED, WRONG = 20, 30  # the questions that the server below is bad to


def _serve(sock: socket.socket) -> None:
    number = 0
    while (came := sock.recvfrom(512))[0] != b"end":
        number += 1
        answer = response(came[0])
        if number == FAILED:
            answer = answer[:3] + b"\x82" + answer[4:]
        if number == WRONG:
            answer = answer[:-4] + b"\x09\x09\x09\x09"
        sock.sendto(answer, came[1])


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """One name alone is asked for, by all clients in turn."""
    first = asker.question(0)
    monkeypatch.setattr(asker, "question", lambda number: first._replace(client=number % asker.CLIENTS))


def test_what_was_answered_badly(monkeypatch: pytest.MonkeyPatch, steady: None) -> None:
    monkeypatch.setattr(asker, "PATIENCE_NS", 120_000_000_000)  # it ends with the last answer
    with asker.wide_open("127.0.0.1") as server:
        server.setblocking(True)
        thread = threading.Thread(target=_serve, args=(server,))
        thread.start()
        told = asker.ask(server.getsockname()[1], 500, 0.2, 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"end", server.getsockname())
        thread.join()
    assert (told["sent"], told["answered"], told["lost"], told["servfail"], told["wrong"]) == (100, 100, 0, 1, 1)
    assert told["answers"] == {"steady answered": 98}
    assert told["dropped_here"] == 0
    examples = told["examples"]
    assert isinstance(examples, list)
    assert ["SERVFAIL instead" in examples[0], "9.9.9.9 instead" in examples[1]] == [True, True]


def test_a_silent_server_loses_everything(monkeypatch: pytest.MonkeyPatch, steady: None) -> None:
    monkeypatch.setattr(asker, "PATIENCE_NS", 50_000_000)
    with asker.wide_open("127.0.0.1") as server:
        told = asker.ask(server.getsockname()[1], 500, 0.1, 0)
    assert (told["sent"], told["answered"], told["lost"]) == (50, 0, 50)
