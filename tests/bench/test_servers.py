# SPDX-License-Identifier: GPL-3.0-or-later
"""A port is free on both transports, and stays so until it is taken, whoever asks somebody meanwhile."""

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest
from ports import free_port

from bench import servers

pytestmark = pytest.mark.process


def test_a_port_is_free_on_both_transports() -> None:
    port = servers.free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", port))
        tcp.bind(("127.0.0.1", port))


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_one_that_somebody_has_or_was_given_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, kind: socket.SocketKind
) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        number, other = taken.getsockname()[1], free_port()
        monkeypatch.setattr(servers, "_given", set())
        monkeypatch.setattr(servers.random, "sample", lambda *_: [number, other])
        assert servers.free_port() == other
        with pytest.raises(servers.ServerFailed):
            servers.free_port()


def test_none_is_one_from_which_somebody_may_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel gives nearly all of them, there is nothing else."""
    lowest = max(int(servers.PORT_RANGE.read_text().split()[0]), servers.FIRST_PORT + servers.PORT_TRIES)
    monkeypatch.setattr(servers, "_given", set())
    assert all(servers.FIRST_PORT <= servers.free_port() < lowest for _ in range(20))
    monkeypatch.setattr(servers, "PORT_RANGE", tmp_path / "range")
    servers.PORT_RANGE.write_text("1024\t65535\n")
    assert servers.FIRST_PORT <= servers.free_port() < servers.FIRST_PORT + servers.PORT_TRIES


def test_where_none_is_free_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "PORT_TRIES", 0)
    with pytest.raises(servers.ServerFailed, match="No port"):
        servers.free_port()


class Talker(servers.Server):
    """Says something and ends."""

    name = "talker"

    def prepare(self, lists: Sequence[Path]) -> None:
        pass

    def command(self) -> list[str]:
        return ["sh", "-c", "echo hello; echo '  no such option: -x'; exit 3"]


def test_one_that_does_not_start_is_quoted_since_its_folder_goes_with_the_run(tmp_path: Path) -> None:
    with pytest.raises(servers.ServerFailed, match="it said last: hello / no such option: -x"):
        Talker(tmp_path / "talker", [], 9).start()


def test_nobody_elses_answers_are_taken_for_a_servers(tmp_path: Path) -> None:
    talker = Talker(tmp_path / "talker", [], 9)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", talker.port))
        with pytest.raises(servers.ServerFailed, match=f"Somebody else has port {talker.port}"):
            talker.start()
    assert talker.process is None


def test_a_servers_settings_are_its_own_but_what_code_runs_is_the_runs() -> None:
    environ = {"PATH": "/bin", "TELLTALE_DNS": "0.0.0.0:53", "TELLTALE_COMPILED": "off"}
    assert servers.without_settings(environ) == {"PATH": "/bin", "TELLTALE_COMPILED": "off"}
