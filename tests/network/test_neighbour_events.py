# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel tells of neighbours: its bytes, whatever bytes, and a real table in a namespace."""

from __future__ import annotations

import socket
import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from namespaces import Namespace
from waiting import until

from network import neighbour_events
from network.neighbour_events import Neighbour, NeighbourTable, parse

MAC = "ac:bb:cc:00:00:01"
NEW, DELETE = 28, 29
REACHABLE, STALE, INCOMPLETE, FAILED, NOARP = 0x02, 0x04, 0x01, 0x20, 0x40


def attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def message(address: str, mac: str = MAC, kind: int = NEW, state: int = REACHABLE) -> bytes:
    packed = ip_address(address).packed
    family = socket.AF_INET if len(packed) == 4 else socket.AF_INET6
    body = struct.pack("=BxxxiHBB", family, 2, state, 0, 1) + attribute(1, packed)
    body += attribute(2, bytes.fromhex(mac.replace(":", ""))) + attribute(3, bytes(16))
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body


@pytest.mark.parametrize("address", ["192.168.1.2", "fe80::7", "2001:db8::1"])
def test_a_neighbour_of_either_family_is_read(address: str) -> None:
    assert list(parse(message(address) * 2)) == [Neighbour(ip_address(address), MAC)] * 2


@pytest.mark.parametrize(
    ("more", "mac"),
    [
        ({"state": STALE}, MAC), ({"state": INCOMPLETE}, None), ({"state": FAILED}, None), ({"state": NOARP}, None),
        ({"kind": DELETE}, None), ({"mac": "00:00:00:00:00:00"}, None), ({"mac": "33:33:00:00:00:01"}, None),
        ({"mac": "ac:bb:cc:00"}, None), ({"mac": ""}, None),
    ],
)  # fmt: skip
def test_what_has_no_mac_of_one_device_has_none(more: dict[str, int | str], mac: str | None) -> None:
    assert list(parse(message("192.168.1.2", **more))) == [Neighbour(ip_address("192.168.1.2"), mac)]  # type: ignore[arg-type]


@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_read_without_an_error(junk: bytes, cut: int) -> None:
    whole = message("192.168.1.2") + message("fe80::7")
    list(parse(junk))
    list(parse(whole[:cut] + junk))
    assert len(list(parse(whole[:cut]))) <= 2


def test_only_those_with_another_mac_are_told_and_the_table_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbour_events, "MAX_NEIGHBOURS", 3)
    table = NeighbourTable()
    table.macs.clear()
    take = [table._take(next(parse(message("192.168.1.2", mac)))) for mac in (MAC, MAC, MAC[:-1] + "2")]
    assert take == [True, False, True]
    assert not table._take(next(parse(message("192.168.1.2", kind=DELETE)))) and not table.macs
    for number in range(9):
        table._take(next(parse(message(f"192.168.1.{number}"))))
    assert [str(ip_address(address)) for address in table.macs] == ["192.168.1.6", "192.168.1.7", "192.168.1.8"]
    table.close()
    assert table.fileno() == -1 and table.read() == []


def test_the_kernel_tells_both_families_as_they_change(alone: Namespace) -> None:
    alone.ip("link add name lan type veth peer name end", "link set lan up", f"neigh add 10.0.0.2 lladdr {MAC} dev lan")
    with alone.inside():
        table = NeighbourTable()
    until(lambda: table.read() or table.macs)
    assert table.mac_of(ip_address("10.0.0.2").packed) == MAC, "what was there before is told"
    other = MAC[:-1] + "2"
    alone.ip(f"neigh add fd00::2 lladdr {MAC} dev lan", f"neigh change 10.0.0.2 lladdr {other} dev lan")
    told: dict[str, str | None] = {}
    until(lambda: told.update({str(one.address): one.mac for one in table.read()}) or len(told) == 2)
    assert told == {"fd00::2": MAC, "10.0.0.2": other}
    alone.ip("neigh del 10.0.0.2 dev lan")
    until(lambda: table.read() or ip_address("10.0.0.2").packed not in table.macs)
    table.close()
