# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked, by whom, and which answers are right: pure, and the same in every process of the bench.

A name under STEADY, FRESH or LOCAL is never subject to any edit, so it has one right answer, always. One under LISTED
stands in a list that is on, so a pause lets it through; one in SUBJECT is blocked and let through all the time. For the
CHILDREN, a schedule takes all access now and then.
"""

from functools import cache
from typing import NamedTuple
from zlib import crc32

from bench import packets
from wire.types import NXDOMAIN, A

CLIENTS = 40  # devices that ask
CHILDREN = 4  # of them, the last ones: in the group that edits are about
STEADY, FRESH, LISTED, LOCAL = "steady.example", "fresh.example", "listed.example", "home.arpa"
NAMES = 200  # of each kind but FRESH, where each is asked once
SUBJECT = (
    "toggled.example", "ruled.example", "allowed.example", "paused.example", "excepted.example", "swapped.example",
    "grouped.example", "scheduled.example", "www.tiktok.com", "recorded.example", "forwarded.example",
    "undone.example",
)  # fmt: skip
BLOCKED = "0.0.0.0"
RECORDED = "192.168.77.77"  # what the local record says that is added and removed
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_ROUND = ("steady",) * 12 + ("fresh",) * 2 + ("listed",) * 2 + ("local",) * 2 + ("subject",) * 2


class Asked(NamedTuple):
    """One question: its kind, the client by its number, and what may be answered."""

    kind: str
    client: int
    packet: bytes
    right: frozenset[str]


def address_of(name: str) -> str:
    """What the servers answer for a name: one of the addresses for documentation (RFC 5737)."""
    number = crc32(name.lower().encode())
    return f"{_NETWORKS[(number >> 8) % 3]}.{number & 0xFF}"


def local_address(number: int) -> str:
    """Of local record `number`."""
    return f"192.168.77.{number % 250 + 1}"


def question(number: int) -> Asked:
    """Question `number` of a run: all kinds in turn, all clients in turn, so that each client asks each kind."""
    kind = _ROUND[number % len(_ROUND)]
    client = (number * 7 + number // len(_ROUND)) % CLIENTS
    name = _name(kind, number)
    packet = packets.query(name) if kind == "fresh" else _packet(name)
    return Asked(kind, client, packet, right(kind, name, child=client >= CLIENTS - CHILDREN))


def right(kind: str, name: str, *, child: bool = False) -> frozenset[str]:
    """What may be answered for a name of a kind."""
    if kind == "local":
        return frozenset((local_address(int(name.partition(".")[0][4:])),))
    answers = {address_of(name)}
    if child or kind in ("listed", "subject"):
        answers.add(BLOCKED)
    if name == "recorded.example":
        answers.add(RECORDED)
    return frozenset(answers)


def outcome(response: bytes) -> str:
    """What a response says: its last address, "" for none, or its code where that is no NOERROR."""
    rcode = response[3] & 0xF
    if rcode:
        return "NXDOMAIN" if rcode == NXDOMAIN else "SERVFAIL" if rcode == 2 else f"RCODE{rcode}"
    found = ""
    at = response.index(b"\0", 12) + 5
    for _ in range(int.from_bytes(response[6:8], "big")):
        at = at + 2 if response[at] & 0xC0 else response.index(b"\0", at) + 1
        rtype, size = int.from_bytes(response[at : at + 2], "big"), int.from_bytes(response[at + 8 : at + 10], "big")
        if rtype == A:
            found = ".".join(map(str, response[at + 10 : at + 10 + size]))
        at += 10 + size
    return found


def source(client: int) -> str:
    """The address of a client; all of 127.0.0.0/8 is this machine's own."""
    return f"127.7.7.{client + 1}"


def listed_names() -> list[str]:
    """What the list that is on holds."""
    return [f"name{number}.{LISTED}" for number in range(NAMES)] + ["toggled.example", "paused.example",
            "allowed.example", "excepted.example", "grouped.example"]  # fmt: skip


def _name(kind: str, number: int) -> str:
    if kind == "fresh":
        return f"f{number:x}.{FRESH}"
    if kind == "subject":
        return SUBJECT[number // 3 % len(SUBJECT)]
    zone = {"steady": STEADY, "listed": LISTED, "local": LOCAL}[kind]
    return f"name{number // 3 % NAMES}.{zone}"


@cache
def _packet(name: str) -> bytes:
    return packets.query(name)
