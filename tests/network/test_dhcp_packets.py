# SPDX-License-Identifier: GPL-3.0-or-later
import struct
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from network.dhcp_packets import discover, offered_by

MAC = bytes.fromhex("02005e000011")


NAMED = bytes((54, 4, 192, 168, 1, 1))


def offer(transaction: int, kind: int = 2, server: bytes = NAMED, ports: str = "67,68") -> bytes:
    message = struct.pack("!BBBBI228x", 2, 1, 6, 0, transaction) + b"\x63\x82\x53\x63" + bytes((0, 53, 1, kind))
    message += server + b"\xff"
    head = bytes((0x45, *bytes(8), 17, 0, 0, 192, 168, 1, 9)) + b"\xff" * 4
    return head + struct.pack("!HHHH", *map(int, ports.split(",")), 8 + len(message), 0) + message


def test_a_discover_is_a_whole_packet_from_nobody_to_everybody() -> None:
    packet = discover(0x01020304, MAC)
    assert packet[:2] == b"\x45\0" and packet[12:20] == bytes(4) + b"\xff" * 4
    assert int.from_bytes(packet[2:4]) == len(packet) == 328
    total = sum(struct.unpack("!10H", packet[:20]))
    assert (total & 0xFFFF) + (total >> 16) == 0xFFFF  # RFC 1071
    assert packet[20:24] == struct.pack("!HH", 68, 67)
    assert packet[32:36] == b"\1\2\3\4" and packet[56:62] == MAC and packet[264:271] == b"\x63\x82\x53\x63\x35\1\1"


def test_an_offer_names_its_server() -> None:
    assert offered_by(offer(7), 7) == IPv4Address("192.168.1.1")
    assert offered_by(offer(7, server=b""), 7) == IPv4Address("192.168.1.9")  # its sender


def test_what_is_no_offer_to_us_names_nobody() -> None:
    assert offered_by(offer(7), 8) is None
    assert offered_by(offer(7, kind=5), 7) is None
    assert offered_by(offer(7, ports="68,67"), 7) is None
    assert offered_by(discover(7, MAC), 7) is None


@given(st.binary(max_size=400), st.integers(0, 330))
def test_broken_packets_raise_nothing(data: bytes, cut: int) -> None:
    offered_by(data, 7)
    offered_by(offer(7)[:cut] + data, 7)
