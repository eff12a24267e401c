# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses as the kernel tells them."""

from __future__ import annotations

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network import address_flags
from network.address_flags import OwnAddress, _read


def message(address: str, flags: int, kind: int = 20) -> bytes:
    packed = ip_address(address).packed
    attribute = struct.pack("=HH", 4 + len(packed), 1) + packed
    wide = struct.pack("=HHI", 8, 8, flags)
    body = struct.pack("=BBBBI", 2, 24, flags & 0xFF, 0, 1) + attribute + wide
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body


def test_loopback_is_there_for_good() -> None:
    rows = address_flags.own()
    assert OwnAddress(ip_address("127.0.0.1"), True, False, False) in rows


@pytest.mark.parametrize(
    ("address", "flags", "row"),
    [
        ("192.168.1.2", 0x80, (True, False, False)),
        ("192.168.1.2", 0x00, (False, False, False)),
        ("192.168.1.2", 0x01, (False, False, False)),  # of IPv4 this bit says that it is a second one
        ("2a02::5", 0x101, (False, True, False)),
        ("2a02::5", 0x20, (False, False, True)),
    ],
)
def test_flags_tell_how_long_it_lasts(address: str, flags: int, row: tuple[bool, bool, bool]) -> None:
    rows: list[OwnAddress] = []
    assert not _read(message(address, flags), rows)
    assert rows == [OwnAddress(ip_address(address), *row)]
    assert _read(message(address, flags, kind=3), rows) and len(rows) == 1


@given(st.binary(max_size=200))
def test_any_bytes_end(data: bytes) -> None:
    _read(data, [])
    _read(message("::1", 0)[:20] + data, [])
