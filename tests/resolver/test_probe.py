# SPDX-License-Identifier: GPL-3.0-or-later
"""Does DNS answer? Only an answer without an error to our own question says so."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from waiting import HANG_SECONDS

from resolver import probe

pytestmark = pytest.mark.process

NAME = b"\x07_health\x08telltale\0\0\1\0\1"


@contextmanager
def answering(build: Callable[[bytes], list[bytes]]) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """A DNS server for one query on loopback: its address, and what it got."""
    got: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(HANG_SECONDS)

        def serve() -> None:
            packet, client = sock.recvfrom(512)
            got.append(packet)
            for response in build(packet):
                sock.sendto(response, client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname(), got
        thread.join()


def response(packet: bytes, rcode: int = 0) -> bytes:
    return packet[:2] + bytes((0x85, 0x80 | rcode)) + packet[4:]


def test_an_answer_is_an_answer_and_took_a_while() -> None:
    with answering(lambda packet: [response(packet)]) as (server, got):
        took = probe.ask(server, "telltale", HANG_SECONDS)
    assert took is not None and took > 0
    assert got[0][12:] == NAME


def test_packets_of_others_are_passed_over() -> None:
    def build(packet: bytes) -> list[bytes]:
        other_id = bytes([packet[0] ^ 1]) + response(packet)[1:]
        other_name = response(packet).replace(b"telltale", b"elsewher")
        return [b"", b"short", other_id, other_name, response(packet)]

    with answering(build) as (server, _):
        assert probe.ask(server, "telltale", HANG_SECONDS) is not None


@pytest.mark.parametrize("rcode", [2, 3, 5])
def test_an_error_is_none(rcode: int) -> None:
    """NXDOMAIN and REFUSED come from another server that holds the port."""
    with answering(lambda packet: [response(packet, rcode)]) as (server, _):
        assert probe.ask(server, "telltale", HANG_SECONDS) is None


def test_silence_and_a_closed_port_are_none() -> None:
    with answering(lambda _: []) as (server, _):
        assert probe.ask(server, "telltale", 0.05) is None
    assert probe.ask(server, "telltale", 0.05) is None
