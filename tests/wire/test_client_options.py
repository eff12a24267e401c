# SPDX-License-Identifier: GPL-3.0-or-later
"""EDNS options that say for whom a router asks, in every form that dnsmasq sends, and whatever else."""

from __future__ import annotations

import base64
import struct

import pytest
from dnslib import EDNS0, DNSRecord, EDNSOption
from hypothesis import given
from hypothesis import strategies as st

from wire import client_options
from wire.client_options import ClientOptions

MAC, LINK = "ac:bb:cc:00:11:22", bytes.fromhex("acbbcc001122")
V4 = struct.pack("!HBB", 1, 32, 0) + bytes((192, 168, 1, 20))
V6 = struct.pack("!HBB", 2, 128, 0) + b"\xfd" + bytes(14) + b"\x14"


def query(*options: tuple[int, bytes]) -> bytes:
    question = DNSRecord.question("a.example")
    question.add_ar(EDNS0(opts=[EDNSOption(*option) for option in options]))
    return bytes(question.pack())


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([(65001, LINK)], (MAC, "")),
        ([(65073, MAC.encode())], (MAC, "")),
        ([(65073, MAC.upper().encode())], (MAC, "")),
        ([(65073, base64.b64encode(LINK))], (MAC, "")),
        ([(65001, MAC.encode())], (MAC, "")),
        ([(8, V4)], ("", "192.168.1.20")),
        ([(8, V6)], ("", "fd00::14")),
        ([(10, bytes(8)), (65001, LINK), (8, V4)], (MAC, "192.168.1.20")),
        ([(8, struct.pack("!HBB", 1, 24, 0) + bytes((192, 168, 1)))], ("", "")),
        ([(8, struct.pack("!HBB", 1, 0, 0))], ("", "")),
        ([(8, V4 + b"x")], ("", "")), ([(8, b"\0")], ("", "")),
        ([(8, struct.pack("!HBB", 7, 32, 0) + bytes(4))], ("", "")),
        ([(65001, bytes(6))], ("", "")), ([(65001, b"\xff" * 6)], ("", "")), ([(65001, b"")], ("", "")),
        ([(65073, b"ac-bb-cc-00-11-22")], ("", "")), ([(65073, b"not base!")], ("", "")),
        ([(65073, b"\xff" * 8)], ("", "")),
        ([(10, bytes(8))] * 20 + [(65001, LINK)], ("", "")),
    ],
)  # fmt: skip
def test_each_form_is_read_and_what_makes_no_sense_is_not(
    options: list[tuple[int, bytes]], told: tuple[str, str]
) -> None:
    assert client_options.read(query(*options)) == ClientOptions(*told)


def test_a_query_without_options_tells_nothing() -> None:
    assert client_options.read(bytes(DNSRecord.question("a.example").pack())) == ("", "")
    assert client_options.read(query()) == ("", "")


@given(st.binary(max_size=120), st.integers(0, 80))
def test_any_bytes_are_read_without_an_error(junk: bytes, cut: int) -> None:
    client_options.read(junk)
    client_options.read(query((65001, LINK), (8, V6))[:cut] + junk)
