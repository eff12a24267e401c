# SPDX-License-Identifier: GPL-3.0-or-later
import socket
import threading
from collections.abc import Callable

from store.config.settings import Settings
from webui.http import probe


def answering(build: Callable[[bytes], list[bytes]]) -> tuple[str, list[bytes]]:
    """A DNS server for one query on loopback; its address, and what it got."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    got: list[bytes] = []

    def serve() -> None:
        with sock:
            packet, client = sock.recvfrom(512)
            got.append(packet)
            for response in build(packet):
                sock.sendto(response, client)

    threading.Thread(target=serve, daemon=True).start()
    return f"127.0.0.1:{sock.getsockname()[1]}", got


def test_an_answer_is_an_answer() -> None:
    endpoint, got = answering(lambda packet: [packet[:2] + b"\x85\x80" + packet[4:]])
    assert probe.answers(endpoint, "telltale")
    assert got[0][12:] == b"\x08telltale\0\0\1\0\1"


def test_a_stray_packet_is_passed_over() -> None:
    endpoint, _ = answering(lambda packet: [b"", b"\xff\xff" + packet[2:], packet[:2] + b"\x85\x80" + packet[4:]])
    assert probe.answers(endpoint, "telltale")


def test_servfail_is_none() -> None:
    endpoint, _ = answering(lambda packet: [packet[:2] + b"\x81\x82" + packet[4:]])
    assert not probe.answers(endpoint, "telltale", 0.05)


def test_silence_is_none() -> None:
    endpoint, _ = answering(lambda _: [])
    assert not probe.answers(endpoint, "telltale", 0.05)


def test_many_calls_ask_once() -> None:
    endpoint, got = answering(lambda packet: [packet[:2] + b"\x85\x80" + packet[4:]])
    keeper, settings = probe.Probe(), Settings(dns=(endpoint,))
    assert [keeper.answered(settings) for _ in range(20)] == [True] * 20
    assert len(got) == 1
