# SPDX-License-Identifier: GPL-3.0-or-later
"""SSDP messages, and where a description may be fetched from."""

from __future__ import annotations

import pytest
from announced import ssdp as packet
from hypothesis import given
from hypothesis import strategies as st

from network import ssdp
from network.ssdp import Location

TV = "192.168.1.20"


@pytest.mark.parametrize("first", ["NOTIFY * HTTP/1.1", "HTTP/1.1 200 OK"])
def test_an_announcement_tells_its_type_and_its_place(first: str) -> None:
    kind = "urn:schemas-upnp-org:device:MediaRenderer:1"
    told = ssdp.read(packet(f"http://{TV}:8080/d.xml?a=1", kind, first), TV)
    assert told and told.type == kind and told.location == Location(TV, 8080, "/d.xml?a=1")


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.1/d.xml", "https://192.168.1.20/d.xml", "http://tv.local/d.xml", "http://127.0.0.1/",
        "http://192.168.1.20@evil.example/", "http://u:p@192.168.1.20/", "ftp://192.168.1.20/", "", "http://",
        "http://192.168.1.20:99999/", "http://192.168.1.20/a b", "http://192.168.1.20/\u00e9", "//192.168.1.20/x",
        "http://[::ffff:192.168.1.20]/", "http://192.168.001.020/", "http://0xC0A80114/",
    ],
)  # fmt: skip
def test_no_place_but_one_at_the_sender_counts(url: str) -> None:
    assert ssdp.location(url, TV) is None


def test_what_is_no_announcement_is_passed_over() -> None:
    url = f"http://{TV}/"
    assert ssdp.read(packet(url, nts="ssdp:byebye"), TV) is None
    assert ssdp.read(packet(url, first="M-SEARCH * HTTP/1.1"), TV) is None
    assert ssdp.read(packet(url, first="HTTP/1.1 404 Not Found"), TV) is None
    assert all(ssdp.read(question, TV) is None for question in ssdp.search())


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_passed_over(tail: bytes) -> None:
    whole = packet(f"http://{TV}/x")
    for data in (tail, whole + tail, b"NOTIFY * HTTP/1.1\r\nLOCATION:" + tail):
        told = ssdp.read(data, TV)
        assert told is None or told.location is None or told.location.address == TV
