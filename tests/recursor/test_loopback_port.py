# SPDX-License-Identifier: GPL-3.0-or-later
"""A child can have the port that it is given, for both."""

import socket

import pytest

from recursor.loopback_port import free_port

pytestmark = pytest.mark.process


def test_a_port_is_free_over_udp_and_tcp() -> None:
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        for sock in (udp, tcp):
            sock.bind(("127.0.0.1", port))


def test_one_that_is_taken_over_tcp_alone_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        number, bind, calls = taken.getsockname()[1], socket.socket.bind, list[object]()

        def at_first(sock: socket.socket, address: tuple[str, int]) -> None:
            calls.append(address)
            bind(sock, (address[0], number) if len(calls) == 1 else address)

        monkeypatch.setattr(socket.socket, "bind", at_first)
        assert free_port() != number and len(calls) >= 4
