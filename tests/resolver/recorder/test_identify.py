# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel's tables and the network's answers say of an address. Every answer is hostile until read."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest
from dnslib import PTR, QTYPE, RR, DNSQuestion, DNSRecord
from hypothesis import given
from hypothesis import strategies as st
from waiting import HANG_SECONDS

from network import routes
from resolver.recorder import identify

REVERSE = "2.1.168.192.in-addr.arpa"


def answer(target: str, reverse: str = REVERSE, ident: int = 7, qtype: int = QTYPE.PTR) -> bytes:
    reply = DNSRecord(q=DNSQuestion(reverse, qtype))
    reply.header.id, reply.header.qr = ident, 1
    reply.add_answer(RR(reverse, QTYPE.PTR, rdata=PTR(target), ttl=60))
    return bytes(reply.pack())


@pytest.mark.parametrize(
    ("mac", "maker"), [("b8:27:eb:01:02:03", "Raspberry"), ("02:00:00:01:02:03", None), ("fe:dc:ba:98:76:54", None)]
)
def test_a_mac_names_its_maker_unless_it_is_made_up(mac: str, maker: str | None) -> None:
    found = identify.maker_of(mac)
    assert (found is None) if maker is None else (found is not None and maker in found)


@pytest.mark.parametrize("address", ["8.8.8.8", "2620:fe::fe", "127.0.0.1", "::1", "192.0.2.1", "ac:bb:cc:00:00:01"])
def test_only_addresses_of_the_home_are_looked_up(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(identify, "_ask_ptr", lambda *given: asked.append(given))
    monkeypatch.setattr(routes, "router", lambda: "192.168.1.1")
    assert identify.router_name(address) is None and identify.own_name(address) is None and not asked


def test_the_router_and_the_device_itself_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, tuple[str, int]]] = []
    monkeypatch.setattr(identify, "_ask_ptr", lambda *given: asked.append(given))
    monkeypatch.setattr(routes, "router", lambda: "192.168.1.1")
    identify.router_name("192.168.1.2")
    identify.own_name("192.168.1.2")
    identify.router_name("192.168.1.1")
    assert asked == [(REVERSE, ("192.168.1.1", 53)), (REVERSE, identify.MDNS)], "the router is not asked for itself"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("tv.fritz.box.", "tv"), ("Living-room.local", "Living-room"), ("x" * 200 + ".lan", "x" * 63),
        ("Anna's iPad.local.", "Anna's iPad"), ("<script>.lan", None), ("", None), (".", None), ("-x.lan", None),
        ("a\nb.lan", None), ("\u202egnp.exe", None), ("tv\n", "tv"), ("\x1b[31m.lan", None), ("müller.lan", None),
    ],
)  # fmt: skip
def test_a_name_is_fit_to_show_or_none(text: str, name: str | None) -> None:
    assert identify.clean_name(text) == name


@given(st.text(max_size=300))
def test_whatever_the_name_what_is_left_is_short_and_plain(text: str) -> None:
    name = identify.clean_name(text)
    assert name is None or (
        0 < len(name) <= 63 and name.isascii() and name.isprintable() and not set('<>&"\\') & set(name)
    )


def test_an_answer_to_the_question_gives_the_name() -> None:
    assert identify._read_ptr(answer("tv.fritz.box"), REVERSE) == "tv"


@pytest.mark.parametrize(
    "packet",
    [
        answer("tv.lan", reverse="9.1.168.192.in-addr.arpa"),
        answer("<b>.lan"),
        answer("tv.lan")[:-4],
        b"",
    ],
)
def test_an_answer_to_another_question_gives_none(packet: bytes) -> None:
    assert identify._read_ptr(packet, REVERSE) == ""


@given(st.binary(max_size=400))
def test_any_bytes_give_a_plain_name_or_none(tail: bytes) -> None:
    for packet in (tail, answer("tv.lan")[:12] + tail, answer("tv.lan")[:-8] + tail):
        name = identify._read_ptr(packet, REVERSE)
        assert len(name) <= 63 and name.isprintable()


def ask(
    serve: Callable[[bytes], list[bytes]], *, group: bool = False, seconds: float = HANG_SECONDS
) -> str | None:
    """What `_ask_ptr` makes of a server, or a group of devices, that answers as `serve` says; it waits for so long."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def run() -> None:
            packet, address = sock.recvfrom(2048)
            for response in serve(packet):
                sock.sendto(response, address)

        thread = threading.Thread(target=run)
        thread.start()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(identify, "PTR_SECONDS", seconds)
            patch.setattr(identify, "MDNS", sock.getsockname() if group else identify.MDNS)
            found = identify._ask_ptr(REVERSE, sock.getsockname())
        thread.join()
        return found


def ident_of(packet: bytes) -> int:
    return int.from_bytes(packet[:2], "big")


@pytest.mark.process
def test_a_server_is_asked_and_the_right_one_of_its_answers_is_taken() -> None:
    def serve(packet: bytes) -> list[bytes]:
        asked = DNSRecord.parse(packet)
        assert str(asked.q.qname) == f"{REVERSE}." and asked.q.qtype == QTYPE.PTR
        return [b"rubbish", answer("forged.lan", ident=ident_of(packet) ^ 1), answer("tv.lan", ident=ident_of(packet))]

    assert ask(serve) == "tv"


@pytest.mark.process
def test_a_server_that_knows_no_name_is_not_waited_for() -> None:
    assert ask(lambda packet: [packet[:2] + b"\x81\x83" + packet[4:]]) is None


@pytest.mark.process
def test_in_a_group_anybody_answers_and_ids_mean_nothing() -> None:
    def serve(packet: bytes) -> list[bytes]:
        asked = DNSRecord.parse(packet)
        assert asked.q.qclass == 0x8001, "IN, and to be answered to who asked (RFC 6762, section 5.4)"
        return [b"rubbish", answer("other.local", reverse="9.1.168.192.in-addr.arpa"), answer("tv.local", ident=0)]

    assert ask(serve, group=True) == "tv"


@pytest.mark.process
def test_a_server_that_says_nothing_useful_is_given_up() -> None:
    assert ask(lambda packet: [b"rubbish"] * 20, seconds=0.1) is None
    assert ask(lambda packet: [], seconds=0.1) is None
