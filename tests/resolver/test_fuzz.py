# SPDX-License-Identifier: GPL-3.0-or-later
"""Random and mutated packets against a real worker, over UDP and TCP.

TELLTALE_FUZZ_PACKETS says how many (by hand: 100000); TELLTALE_FUZZ_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.edns
import dns.message
import pytest
from running_worker import House

from store.config import edit
from wire import message
from wire.types import OPT, RD

COUNT = int(os.environ.get("TELLTALE_FUZZ_PACKETS", "5000"))
SEED = int(os.environ.get("TELLTALE_FUZZ_SEED", "20261124"))
GROWTH_MB = 24  # between the first tenth and the end: memo, cache and record buffers fill, and are bounded
NAMES = (
    "www.plain.example",
    "blocked.example",
    "x.big.example",
    "x.zero.example",
    "telltale",
    "localhost",
    "x.nx.example",
)
TYPES = ("A", "AAAA", "HTTPS", "ANY", "TXT", "PTR", "SOA", "TYPE65535", "AXFR", "OPT", "TYPE0", "NS")

pytestmark = pytest.mark.slow


class Packets:
    """An endless supply of bad packets."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ident = 0
        self.kinds = [
            self.noise, self.header_then_noise, self.flipped, self.flipped, self.cut, self.counts, self.pointers,
            self.odd_edns, self.opcodes, self.swollen, self.labels, self.real,
        ]  # fmt: skip

    def next(self) -> bytes:
        """The next one; ids come in turn, so that each answer is known to its packet."""
        self.ident = (self.ident + 1) % 65536
        packet = self.random.choice(self.kinds)()[:4000]
        return self.ident.to_bytes(2, "big")[: len(packet)] + packet[2:]

    def real(self) -> bytes:
        options = [
            dns.edns.GenericOption(self.random.randrange(65536), self.random.randbytes(self.random.randrange(40)))
        ]
        edns: dict[str, Any] = {"use_edns": 0, "payload": self.random.randrange(65536), "options": options}
        query = dns.message.make_query(
            self.random.choice(NAMES), self.random.choice(TYPES), want_dnssec=False, id=self.random.randrange(65536),
            **(edns if self.random.random() < 0.5 else {}),
        )  # fmt: skip
        return query.to_wire()

    def noise(self) -> bytes:
        return self.random.randbytes(self.random.choice((0, 1, 11, 12, 13, 40, 512, 1500)))

    def header(self, counts: tuple[int, int, int, int], flags: int = RD) -> bytes:
        return message.HEADER.pack(self.random.randrange(65536), flags, *counts)

    def header_then_noise(self) -> bytes:
        return self.header((1, 0, 0, self.random.randrange(3))) + self.noise()

    def flipped(self) -> bytes:
        packet = bytearray(self.real())
        for _ in range(self.random.randrange(1, 6)):
            packet[self.random.randrange(len(packet))] ^= 1 << self.random.randrange(8)
        return bytes(packet)

    def cut(self) -> bytes:
        packet = self.real()
        return packet[: self.random.randrange(len(packet))]

    def counts(self) -> bytes:
        packet = self.real()
        counts = b"".join(self.random.choice((0, 1, 2, 255, 65535)).to_bytes(2, "big") for _ in range(4))
        return packet[:4] + counts + packet[12:] * self.random.choice((1, 2, 20))

    def pointers(self) -> bytes:
        """Compression where none may be, in circles, in ladders, and off the end."""
        pairs = [0xC000 | self.random.randrange(0x3FFF) % self.random.choice((14, 40, 0x3FFF)) for _ in range(40)]
        tail = b"".join(pair.to_bytes(2, "big") for pair in pairs)
        start = self.random.choice((b"", b"\1a", b"\x3f" + b"b" * 63))
        return self.header((1, 0, self.random.randrange(2), self.random.randrange(50))) + start + tail

    def odd_edns(self) -> bytes:
        query = dns.message.make_query(self.random.choice(NAMES), "A", use_edns=False).to_wire()
        opts = b""
        count = self.random.choice((1, 1, 1, 2, 30))
        for _ in range(count):
            data = self.random.randbytes(self.random.randrange(30))
            length = len(data) if self.random.random() < 0.7 else self.random.randrange(65536)
            owner = b"\0" if self.random.random() < 0.8 else b"\xc0\x0c"
            head = message.RECORD.pack(OPT, self.random.randrange(65536), self.random.getrandbits(32), length)
            opts += owner + head + data
        return query[:10] + count.to_bytes(2, "big") + query[12:] + opts

    def opcodes(self) -> bytes:
        packet = self.real()
        return packet[:2] + self.random.randrange(65536).to_bytes(2, "big") + packet[4:]

    def swollen(self) -> bytes:
        return self.real() + self.random.randbytes(self.random.randrange(1, 2000))

    def labels(self) -> bytes:
        """Names at and past every limit."""
        size = self.random.choice((1, 2, 62, 63, 64))
        name = (bytes([size]) + self.random.randbytes(size)) * self.random.choice((1, 2, 3, 4, 5, 126, 127, 128))
        return self.header((1, 0, 0, 0)) + name + b"\0\0\1\0\1"


def is_fit_answer(packet: bytes, got: bytes) -> None:
    """Whatever is said to a packet: a response to it, within bounds, which repeats nothing but the question."""
    assert got[2] & 0x80 and got[:2] == packet[:2]
    if got[4:6] == b"\0\0":
        assert len(got) == 12, "a bare error"
        return
    question = message.parse_question(packet)
    assert len(got) <= (min(question.udp_size, message.UDP_SIZE) if question.edns else 512)
    assert got[12 : 12 + len(question.section)] == question.section
    rest = packet[12 + len(question.section) :]
    pieces = [rest[at : at + 16] for at in range(0, len(rest) - 15, 16)]
    assert not [piece for piece in pieces if any(piece) and piece in got], "options and records of a client stay unsaid"


def rss_kb(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@pytest.fixture
def ready(house: House) -> Iterator[House]:
    edit.add_rule(edit.engine(house.state), "block", "blocked.example")
    house.worker.wait_for_policy()
    yield house


def send_over_udp(house: Any, packets: Packets, count: int) -> int:
    """Send in small groups, check what comes back, and ask plainly in between; returns how many were answered."""
    answered = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect((house.worker.address, house.worker.port))
        for _ in range(count // 20):
            group = [packets.next() for _ in range(20)]
            for packet in group:
                sock.send(packet)
            by_id = {packet[:2]: packet for packet in group}
            while select.select([sock], [], [], 0)[0]:
                got = sock.recv(65535)
                answered += 1
                if got[:2] in by_id:
                    is_fit_answer(by_id[got[:2]], got)
            assert house.worker.ask("www.plain.example").answer, "a plain query right after"
    return answered


def send_over_tcp(house: Any, packets: Packets, count: int) -> None:
    """The same over TCP, some frames with a length that lies."""
    for _ in range(count // 50):
        with socket.create_connection((house.worker.address, house.worker.port), 5) as sock:
            try:
                for _ in range(50):
                    packet = packets.next()
                    length = len(packet) if packets.random.random() < 0.95 else packets.random.randrange(65536)
                    sock.sendall(length.to_bytes(2, "big") + packet)
                sock.shutdown(socket.SHUT_WR)
                while sock.recv(65536):
                    pass
            except OSError:  # cut off in the middle, as a length that lies deserves
                pass
        assert house.worker.ask("www.plain.example", tcp=True).answer, "a plain query right after"


def test_bad_packets_do_no_harm(ready: Any, capsys: pytest.CaptureFixture[str]) -> None:
    worker, packets = ready.worker, Packets(SEED)
    begun = time.monotonic()
    send_over_udp(ready, packets, COUNT // 10)
    send_over_tcp(ready, packets, COUNT // 20)
    early = rss_kb(worker.process.pid)
    answered = send_over_udp(ready, packets, COUNT * 6 // 10)
    send_over_tcp(ready, packets, COUNT // 4)
    late = rss_kb(worker.process.pid)
    assert answered, "many of them are queries, and get their answer"
    assert late - early < GROWTH_MB * 1024, f"from {early} to {late} KiB"
    assert worker.ask("blocked.example").answer[0][0].to_text() == "0.0.0.0"
    worker.stop()
    assert worker.status().faults == 0
    assert not [line for line in worker.log if "Traceback" in line or (" ERROR " in line and "index/" not in line)]
    with capsys.disabled():
        if COUNT > 5000:
            print(f"\n{COUNT} packets in {time.monotonic() - begun:.0f} s; RSS {early} → {late} KiB; {worker.status()}")
