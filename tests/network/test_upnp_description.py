# SPDX-License-Identifier: GPL-3.0-or-later
"""Descriptions from devices that are not trusted."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable

import pytest
from announced import DESCRIPTION
from hypothesis import given
from hypothesis import strategies as st
from waiting import HANG_SECONDS

from network import upnp_description
from network.ssdp import Location
from network.upnp_description import BadDescription, Description, fetch, parse_xml

FRITZ = Description(
    "FRITZ!Box 7590", "AVM Berlin", "FRITZ!Box 7590", "urn:schemas-upnp-org:device:InternetGatewayDevice:1"
)
BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<root><device><friendlyName>&b;</friendlyName></device></root>"""
FILE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><root><device><friendlyName>&x;</friendlyName></device></root>'


def test_the_root_device_alone_is_read() -> None:
    assert parse_xml(DESCRIPTION) == FRITZ


@pytest.mark.parametrize("data", [BOMB, FILE, b"<a>" * 1000, b"", b"<root>", b"<root>&x;</root>", b"\xff\xfe\x00"])
def test_entities_depth_and_what_is_no_xml_are_refused(data: bytes) -> None:
    with pytest.raises(BadDescription):
        parse_xml(data)


def test_texts_are_cut() -> None:
    told = parse_xml(b"<root><device><friendlyName>" + b"x" * 60_000 + b"</friendlyName></device></root>")
    assert len(told.friendly_name) <= 200


@given(st.binary(max_size=300))
def test_any_bytes_are_a_description_or_a_bad_one(tail: bytes) -> None:
    for data in (tail, DESCRIPTION[:200] + tail):
        with contextlib.suppress(BadDescription):
            parse_xml(data)


Serve = Callable[[socket.socket], None]


def fetched(serve: Serve, monkeypatch: pytest.MonkeyPatch, seconds: float = HANG_SECONDS) -> Description:
    """What a server on loopback, which stands for a device, gives."""
    monkeypatch.setattr(upnp_description, "_is_of_a_home", lambda packed: True)
    monkeypatch.setattr(upnp_description, "SECONDS_MAX", seconds)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            sock, _ = server.accept()
            with sock, contextlib.suppress(OSError):
                sock.recv(4096)
                serve(sock)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            return fetch(Location("127.0.0.1", server.getsockname()[1], "/d.xml"))
        finally:
            thread.join()


def chunked(sock: socket.socket) -> None:
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (DESCRIPTION[:50], DESCRIPTION[50:]))
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n")


def endless(sock: socket.socket) -> None:
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(100):
        sock.sendall(b"x" * 8192)


def dripping(sock: socket.socket) -> None:
    while True:
        sock.sendall(b"x")
        time.sleep(0.01)


@pytest.mark.parametrize("serve", [chunked, lambda sock: sock.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + DESCRIPTION)])
def test_a_description_is_fetched(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetched(serve, monkeypatch) == FRITZ


@pytest.mark.parametrize(
    "serve",
    [
        endless, dripping, lambda sock: None, lambda sock: sock.sendall(b"220 mail\r\n"),
        lambda sock: sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n" + DESCRIPTION),
    ],
)  # fmt: skip
def test_too_long_too_slow_or_elsewhere_is_refused(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises((BadDescription, TimeoutError)):
        fetched(serve, monkeypatch, 0.2)


def test_nothing_is_fetched_from_outside_the_home() -> None:
    for address in ("127.0.0.1", "8.8.8.8"):
        with pytest.raises(BadDescription, match="not at home"):
            fetch(Location(address, 80, "/"))
