# SPDX-License-Identifier: GPL-3.0-or-later
"""A port is free on both transports, whoever happens to ask from the first one that comes."""

import socket

import pytest

from bench import servers

pytestmark = pytest.mark.process


def test_a_port_is_free_on_both_transports() -> None:
    port = servers.free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", port))
        tcp.bind(("127.0.0.1", port))


def test_one_that_somebody_asks_from_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        numbers = iter([taken.getsockname()[1]])

        class First(socket.socket):
            """Whoever wants any port gets the taken one at first."""

            def bind(self, address: tuple[str, int]) -> None:  # type: ignore[override]
                is_any = self.type == socket.SOCK_STREAM and address[1] == 0
                super().bind((address[0], next(numbers, 0) if is_any else address[1]))

        monkeypatch.setattr(servers.socket, "socket", First)
        assert servers.free_port() not in (0, taken.getsockname()[1])


def test_where_none_is_free_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "PORT_TRIES", 0)
    with pytest.raises(servers.ServerFailed, match="No port"):
        servers.free_port()


def test_a_servers_settings_are_its_own_but_what_code_runs_is_the_runs() -> None:
    environ = {"PATH": "/bin", "TELLTALE_DNS": "0.0.0.0:53", "TELLTALE_COMPILED": "off"}
    assert servers.without_settings(environ) == {"PATH": "/bin", "TELLTALE_COMPILED": "off"}
