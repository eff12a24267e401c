# SPDX-License-Identifier: GPL-3.0-or-later
"""Many clients: every one has an address of its own in 127.0.0.0/8, and packets do leave from it."""

import ipaddress
import itertools
import socket
import threading
import time

import pytest

from bench import crowd, packets

pytestmark = pytest.mark.process


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A millisecond passes from one look at the clock to the next, however long that takes."""
    ticks = itertools.count(step=1_000_000)
    monkeypatch.setattr(time, "monotonic_ns", lambda: next(ticks))


def test_every_client_has_an_address_of_its_own() -> None:
    found = {ipaddress.ip_address(crowd.source(number)) for number in range(100_000)}
    assert len(found) == 100_000
    assert all(address.is_loopback for address in found)
    assert ipaddress.ip_address(crowd.source(crowd.MAX_CLIENTS - 1)) not in found


def test_packets_leave_from_many_addresses_and_answers_come_back(ticking: None) -> None:
    seen: set[str] = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while (came := server.recvfrom(512))[0] != b"end":
                seen.add(came[1][0])
                server.sendto(*came)

        thread = threading.Thread(target=serve)
        thread.start()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            told = crowd.ask(sock, ("127.0.0.1", server.getsockname()[1]), 50, [packets.query("a.org")], 0.3)
            sock.sendto(b"end", server.getsockname())
        thread.join()
    assert seen == {socket.inet_ntoa(crowd.source(number)) for number in range(50)}
    assert told["answered"] == told["sent"] > 50
    assert told["lost"] == 0


def test_a_silent_server_loses_everything(ticking: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "TIMEOUT_NS", 200_000_000)  # longer than it asks
    udp = (socket.AF_INET, socket.SOCK_DGRAM)
    with socket.socket(*udp) as server, socket.socket(*udp) as sock:
        server.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        told = crowd.ask(sock, server.getsockname(), 3, [packets.query("a.org")], 0.1)
    assert told["answered"] == 0
    assert told["lost"] == told["sent"] == crowd.OUTSTANDING
