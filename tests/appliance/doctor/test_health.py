# SPDX-License-Identifier: GPL-3.0-or-later
"""Health asks over DNS, believes only the response to its own question, and names what is wrong beside it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance.doctor import health
from store.base import status

Answer = Callable[[bytes], list[bytes]]


@contextmanager
def server(answer: Answer) -> Iterator[tuple[str, int]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(10)

        def serve() -> None:
            data, client = sock.recvfrom(512)
            if data != b"stop":
                for packet in answer(data):
                    sock.sendto(packet, client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield sock.getsockname()
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stopper:
                stopper.sendto(b"stop", sock.getsockname())
            thread.join()


def right(query: bytes) -> bytes:
    return query[:2] + b"\x81\x80" + query[4:]


def test_a_right_response_is_believed() -> None:
    with server(lambda query: [right(query)]) as where:
        found = health.ask("telltale", where)
    assert found is not None
    assert found[0] == 0


def test_foreign_responses_are_waited_past() -> None:
    def answer(query: bytes) -> list[bytes]:
        other_id = bytes([query[0] ^ 1]) + right(query)[1:]
        other_name = right(query).replace(b"telltale", b"elsewher")
        return [b"", b"short", other_id, other_name, right(query)[:3] + b"\x83" + right(query)[4:]]

    with server(answer) as where:
        found = health.ask("telltale", where)
    assert found is not None
    assert found[0] == 3


def test_silence_and_a_closed_port_are_none() -> None:
    with server(lambda _: []) as where:
        assert health.ask("telltale", where, timeout=0.2) is None
    assert health.ask("telltale", where, timeout=0.2) is None


def settle(state: Path, monkeypatch: pytest.MonkeyPatch, **supervisor: Any) -> dict[str, str]:
    run = state / "run"
    run.mkdir()
    monkeypatch.setenv("TELLTALE_RUN", str(run))
    status.publish(run, "supervisor", supervisor)
    return {"TELLTALE_RUN": str(run)}


def test_it_asks_where_the_appliance_is_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(lambda query: [right(query)]) as (_, port):
        environ = settle(tmp_path, monkeypatch, dns=[f"0.0.0.0:{port}"])
        found = health.check(tmp_path, environ)
    assert (found.status, found.dns) == ("ok", f"127.0.0.1:{port}")


def test_a_child_that_keeps_ending_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = [{"role": "recorder", "state": "failing"}, {"role": "webui", "state": "running"}]
    with server(lambda query: [right(query)]) as (_, port):
        environ = settle(tmp_path, monkeypatch, dns=[f"127.0.0.1:{port}"], children=children)
        found = health.check(tmp_path, environ)
    assert found.status == "degraded"
    assert len(found.problems) == 1
    assert "recorder" in found.problems[0]


def test_what_is_left_of_an_appliance_that_is_gone_is_not_believed(tmp_path: Path) -> None:
    old = {"dns": ["127.0.0.9:99"], "time": time.time() - 3600}
    (tmp_path / "supervisor.json").write_text(json.dumps(old))
    assert health.read_status(tmp_path, {"TELLTALE_RUN": str(tmp_path)}) == {}


def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    settle(tmp_path, monkeypatch, dns=["127.0.0.1:1"])
    assert health.main(["--state", str(tmp_path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "down"
