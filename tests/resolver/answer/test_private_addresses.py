# SPDX-License-Identifier: GPL-3.0-or-later
"""What is private behind the network's own NAT64 prefix is private, once the network has told it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Network, ip_address

import pytest
from dnslib import AAAA as IPv6
from dnslib import QTYPE, RR, DNSRecord
from running_worker import RunningWorker, StartWorker
from scripted_upstream import ScriptedUpstream
from waiting import until

from resolver.answer.private_addresses import FIRST_BYTES, is_private, learn, prefixes
from store.base import status
from wire.message import Response

OWN = "2001:db8:64::/96"
PLEASE = {  # the second label → what the name has
    "hidden": "2001:db8:64::192.168.1.1", "sixtofour": "2002:c0a8:101::1", "site": "fec0::1", "teredo": "2001:0:4136:"
    "e378:8000:63bf:3f57:fefe", "well": "64:ff9b::10.0.0.1", "shown": "2001:db8:64::9.9.9.9",
}  # fmt: skip


def answer(*texts: str) -> Response:
    return Response(0, b"", (0, 0, 0), addresses=[ip_address(text).packed for text in texts])


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    learn(())


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        (["2001:db8:64::192.0.0.170", "2001:db8:64::192.0.0.171"], [OWN]),
        (["64:ff9b::c000:aa"], ["64:ff9b::/96"]),
        (["2001:db8:122:c000:0:aa00::"], ["2001:db8:122::/48"]),
        (["2001:db8:64::192.0.0.170", "2a00:64::192.0.0.171"], [OWN, "2a00:64::/96"]),
        (["2001:db8::1", "192.0.0.170"], []),
        ([], []),
    ],
)
def test_the_network_tells_its_prefixes(addresses: list[str], found: list[str]) -> None:
    assert prefixes(answer(*addresses)) == tuple(map(IPv6Network, found))


def test_what_is_private_behind_its_prefix_is_private_until_it_is_another() -> None:
    inside, public = ip_address("2a00:64::10.1.2.3").packed, ip_address("2a00:64::9.9.9.9").packed
    assert not is_private(inside) and inside[0] not in FIRST_BYTES
    learn([IPv6Network("2a00:64::/96")])
    assert is_private(inside) and inside[0] in FIRST_BYTES and not is_private(public)
    assert is_private(ip_address("192.168.1.1").packed)
    learn([IPv6Network(OWN)])
    assert not is_private(inside) and inside[0] not in FIRST_BYTES


def translating(packet: bytes, query: DNSRecord, tcp: bool) -> list[tuple[float, str, bytes]]:
    """A network with a NAT64, which gives names in it addresses in disguise."""
    reply, labels = query.reply(), str(query.q.qname).lower().split(".")
    for text in ["2001:db8:64::192.0.0.170"] if labels[0] == "ipv4only" else [PLEASE[labels[1]]]:
        reply.add_answer(RR(query.q.qname, QTYPE.AAAA, ttl=300, rdata=IPv6(str(ip_address(text)))))
    return [(0, "", reply.pack())]


@pytest.fixture
def translated(start_worker: StartWorker, upstream: ScriptedUpstream) -> RunningWorker:
    upstream.behaviours.update(dict.fromkeys([*PLEASE, "arpa"], translating))
    worker = start_worker(TELLTALE_UPSTREAMS=upstream.spec)
    until(lambda: any(told.nat64 for told in status.read_live(worker.run).workers.values()))
    return worker


def test_a_worker_asks_the_network_and_hides_what_leads_home_in_disguise(translated: RunningWorker) -> None:
    for label in PLEASE:
        for _ in range(3):  # from the upstream, from the cache, from the memo
            found = translated.ask(f"www.{label}.example", "AAAA").answer
            assert bool(found) is (label == "shown"), label
