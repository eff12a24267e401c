# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of DNS services that move: asked by name at an upstream on loopback."""

import random
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import dnslib
import pytest
from waiting import HANG_SECONDS

from blocklists.packs import dns_services
from firewall import doh_addresses, targets, wall
from firewall.doh_addresses import AddressPoller, servers
from store.base import status
from store.base.process_status import RecursorStatus
from store.config.choices import Dnssec, WallMode
from store.config.settings import Settings
from wire.addresses import Address
from wire.stub import Server


class Upstream:
    """Answers every A with `v4` and every AAAA with `v6`, on loopback; `asked` are the names that came."""

    def __init__(self, sock: socket.socket) -> None:
        self.v4, self.v6, self.asked = "198.41.0.4", "2001:500:9f::42", list[str]()
        self._sock = sock
        self.server: Server = ("127.0.0.1", sock.getsockname()[1])

    def serve(self) -> None:
        while True:
            packet, client = self._sock.recvfrom(1232)
            if packet == b"end":
                return
            query = dnslib.DNSRecord.parse(packet)
            self.asked.append(str(query.q.qname).lower())
            made = query.reply()
            kind, address = ("AAAA", self.v6) if query.q.qtype == 28 else ("A", self.v4)
            made.add_answer(*dnslib.RR.fromZone(f"{query.q.qname} 60 {kind} {address}"))
            out = bytes(made.pack())
            self._sock.sendto(out[:12] + packet[12:] + out[len(packet) :], client)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        served = Upstream(sock)
        thread = threading.Thread(target=served.serve)
        thread.start()
        yield served
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", sock.getsockname())
        thread.join()


class Clock:
    """Both clocks, moved by hand."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def whole_round(poller: AddressPoller, clock: Clock, server: Server) -> bool:
    """Turns until a round has ended, or nothing comes of it."""
    end = clock.now + doh_addresses.ROUND_SECONDS * 1.2
    while clock.now < end:
        if sources := poller.sources():
            assert select.select(sources, [], [], HANG_SECONDS)[0]  # it never waits
        if poller.turn(clock.now, lambda: [server], lambda: True):
            return True
        clock.now += 0.5
    return False


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_round_asks_every_name_and_what_it_finds_is_refused(
    tmp_path: Path, upstream: Upstream, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    poller = AddressPoller(tmp_path, random.Random(1), clock)
    assert whole_round(poller, clock, upstream.server)
    names = {name.rstrip(".") for name in upstream.asked}
    assert "dns.quad9.net" in names and len(upstream.asked) == 2 * len(names) <= 2 * doh_addresses.MAX_NAMES
    known = {target.company for target in targets.load().doh}
    assert all((found := dns_services.load().of(name)) and found.company in known for name in names)
    found = {str(target.network.network_address): target for target in doh_addresses.load(tmp_path, clock())}
    assert set(found) == {"198.41.0.4", "2001:500:9f::42"}
    assert all(target.company in known for target in found.values())
    assert poller.company_of(ip_address("198.41.0.4")) in known and poller.company_of(ip_address("198.41.0.5")) is None
    monkeypatch.setattr("time.time", clock)
    made = wall.planned(Settings(wall=WallMode.ENFORCE), None, tmp_path)
    assert ip_address("198.41.0.4") in made.doh


@pytest.mark.parametrize(
    "address",
    ["192.168.1.1", "127.0.0.1", "0.0.0.0", "100.64.0.1", "224.0.0.1", "104.16.1.1", "151.101.1.1", "255.255.255.255"],
)
def test_what_may_not_stand_there(tmp_path: Path, upstream: Upstream, clock: Clock, address: str) -> None:
    """Neither the home nor an address that many web sites share, whatever an upstream says."""
    upstream.v4, upstream.v6 = address, "fd00::1"
    poller = AddressPoller(tmp_path, random.Random(1), clock)
    assert whole_round(poller, clock, upstream.server)
    assert poller.seen == {} and doh_addresses.load(tmp_path, clock()) == ()


def test_an_address_that_is_gone_is_forgotten(tmp_path: Path, upstream: Upstream, clock: Clock) -> None:
    poller = AddressPoller(tmp_path, random.Random(1), clock)
    assert whole_round(poller, clock, upstream.server)
    assert doh_addresses.load(tmp_path, clock() + doh_addresses.KEEP_SECONDS + 1) == ()
    again = AddressPoller(tmp_path, random.Random(1), clock)  # a restart knows what was found
    assert set(again.seen) == set(poller.seen) != set()
    upstream.v4 = "198.41.0.5"
    clock.now += doh_addresses.KEEP_SECONDS
    assert whole_round(again, clock, upstream.server)
    assert {str(address) for address in again.seen} == {"198.41.0.5", "2001:500:9f::42"}


def test_nobody_is_asked_while_lists_tell(tmp_path: Path, upstream: Upstream, clock: Clock) -> None:
    poller = AddressPoller(tmp_path, random.Random(1), clock)
    for _ in range(1000):
        assert not poller.turn(clock.now, lambda: [upstream.server], lambda: False)
        clock.now += 30
    assert upstream.asked == []


def test_a_round_ends_where_there_is_nobody_to_ask_any_more(tmp_path: Path, upstream: Upstream, clock: Clock) -> None:
    """Nor does one begin; once there is somebody it does soon."""
    poller, there = AddressPoller(tmp_path, random.Random(1), clock), list[Server]()

    def turns(seconds: float) -> None:
        end = clock.now + seconds
        while clock.now < end:
            if sources := poller.sources():
                assert select.select(sources, [], [], HANG_SECONDS)[0]
            poller.turn(clock.now, lambda: there, lambda: True)
            clock.now += 0.5

    turns(2 * doh_addresses.ROUND_SECONDS)
    assert not upstream.asked
    there.append(upstream.server)
    turns(doh_addresses.FIRST_SECONDS + 10.0)
    assert upstream.asked
    there.clear()
    turns(10.0)
    asked = len(upstream.asked)
    turns(doh_addresses.ROUND_SECONDS / 2)
    assert len(upstream.asked) == asked < 2 * len(dns_services.load().by_name)
    there.append(upstream.server)
    turns(doh_addresses.FIRST_SECONDS + 10.0)
    assert len(upstream.asked) > asked


def test_a_name_goes_where_the_house_asks_and_never_in_the_clear_beside_what_is_encrypted(tmp_path: Path) -> None:
    hidden = ("tls://9.9.9.9#dns.quad9.net", "https://dns.quad9.net/dns-query", "quic://dns.adguard-dns.com")
    assert servers(Settings(upstreams=hidden), tmp_path) == []
    mixed = Settings(upstreams=(*hidden, "192.168.1.1", "tcp://192.168.1.2:5300"))
    assert servers(mixed, tmp_path) == [("192.168.1.1", 53), ("192.168.1.2", 5300)]
    for own in (replace(mixed, recursive="on"), replace(mixed, dnssec=Dnssec.VALIDATE)):
        status.publish(tmp_path, "recursor", RecursorStatus())
        assert servers(own, tmp_path) == [], "it does not answer yet"
        status.publish(tmp_path, "recursor", RecursorStatus(port=5355))
        assert servers(own, tmp_path) == [("127.0.0.1", 5355)]


@pytest.mark.process
def test_an_upstream_that_says_nothing_stops_nothing(tmp_path: Path, clock: Clock) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        poller = AddressPoller(tmp_path, random.Random(1), clock)
        server = ("127.0.0.1", mute.getsockname()[1])
        ended = False
        for _ in range(5000):
            ended = ended or poller.turn(clock.now, lambda: [server], lambda: True)
            clock.now += 0.5
        assert ended and poller.seen == {}
        poller.close()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[["x", "y", 1]]', '[["9.9.9.9"]]', '[["9.9.9.9", "Q", "z"]]'])
def test_a_file_that_does_not_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / doh_addresses.FILE_NAME).write_text(text)
    assert doh_addresses.load(tmp_path, 1e9) == ()


def test_a_file_is_judged_again(tmp_path: Path) -> None:
    rows = '[["192.168.1.1", "Me", 1000], ["9.9.9.9", "Quad9", 1000], ["104.16.1.1", "Cloudflare", 1000]]'
    (tmp_path / doh_addresses.FILE_NAME).write_text(rows)
    (target,) = doh_addresses.load(tmp_path, 1001)
    address: Address = ip_address("9.9.9.9")
    assert (target.network.network_address, target.company) == (address, "Quad9")


def test_the_shared_networks_are_sorted_and_hold_none_of_ours() -> None:
    rows = targets.shared()
    order = [(row.company.lower(), row.network.version, row.network) for row in rows]
    assert order == sorted(order)
    assert all(row.source and row.network.is_global for row in rows)
