# SPDX-License-Identifier: GPL-3.0-or-later
"""Private addresses go, all else stays, and what is written anew is a whole answer."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.answer.rebinding import protect, stripped
from store.log.records import Verdict
from wire import message
from wire.addresses import is_private
from wire.message import HEADER, Response
from wire.types import AD

NAME = "www.example"


def held(*records: str, rdtype: str = "A") -> tuple[Response, bytes]:
    """An upstream's response with these records in its answer, and its question."""
    reply = dns.message.make_response(dns.message.make_query(NAME, rdtype))
    for record in records:
        name, ttl, rclass, kind, data = record.split(None, 4)
        reply.answer.append(dns.rrset.from_text(name, int(ttl), rclass, kind, data))
    reply.authority.append(dns.rrset.from_text("example.", 60, "IN", "NS", "ns.example."))
    packet = reply.to_wire()
    section = packet[12 : 12 + len(NAME) + 6]
    return message.parse_response(packet, section), section


def shown(found: Response | None, section: bytes) -> list[str]:
    assert found is not None
    packet = HEADER.pack(0, found.flags, 1, *found.counts) + section + found.body
    return [f"{rrset.name} {rr}" for rrset in dns.message.from_wire(packet).answer for rr in rrset]


def test_the_public_addresses_remain_behind_their_chain() -> None:
    response, section = held(
        f"{NAME}. 60 IN CNAME cdn.example.",
        "cdn.example. 50 IN CNAME edge.cdn.example.",
        "edge.cdn.example. 40 IN A 192.168.1.1",
        "edge.cdn.example. 40 IN A 9.9.9.9",
        "edge.cdn.example. 40 IN A 10.0.0.1",
        "edge.cdn.example. 40 IN A 9.9.9.10",
    )
    found = stripped(response, section)
    assert shown(found, section) == [
        "www.example. cdn.example.",
        "cdn.example. edge.cdn.example.",
        "edge.cdn.example. 9.9.9.9",
        "edge.cdn.example. 9.9.9.10",
    ]
    assert found is not None and found.chain == ["cdn.example", "edge.cdn.example"]
    assert [ttl for _, ttl in found.ttls] == [60, 50, 40, 40]
    assert found.counts == (4, 0, 0)


def test_nothing_but_private_addresses_leaves_nothing() -> None:
    assert stripped(*held(f"{NAME}. 60 IN A 10.0.0.1", f"{NAME}. 60 IN A 127.0.0.1")) is None
    assert stripped(*held(f"{NAME}. 60 IN CNAME a.example.", "a.example. 60 IN A 10.0.0.1")) is None
    assert stripped(*held(f"{NAME}. 60 IN AAAA fd00::1", rdtype="AAAA")) is None


@pytest.mark.parametrize(
    ("data", "remains"),
    [
        ("1 . alpn=h2 ipv4hint=192.168.1.1,9.9.9.9 ipv6hint=fd00::1", '1 . alpn="h2" ipv4hint="9.9.9.9"'),
        ("1 svc.example. ipv6hint=2620:fe::fe,fe80::1", '1 svc.example. ipv6hint="2620:fe::fe"'),
        ("1 . alpn=h2 ipv4hint=10.0.0.1 port=8443", '1 . alpn="h2" port="8443"'),
        ("1 . mandatory=ipv4hint alpn=h2 ipv4hint=10.0.0.1", None),
        ("1 . mandatory=alpn alpn=h2 ipv4hint=10.0.0.1", '1 . mandatory="alpn" alpn="h2"'),
    ],
)
def test_private_hints_of_https_records_go(data: str, remains: str | None) -> None:
    response, section = held(f"{NAME}. 60 IN HTTPS {data}", rdtype="HTTPS")
    found = stripped(response, section)
    assert (found and shown(found, section)) == (remains and [f"www.example. {remains}"])
    assert found is None or not any(map(is_private, found.addresses))


def test_signatures_over_what_was_changed_go_with_it_and_nobody_vouches() -> None:
    def signed(kind: str) -> str:
        return f"{NAME}. 60 IN RRSIG {kind} 8 2 60 20300101000000 20200101000000 1 example. AAAA"

    response, section = held(
        f"{NAME}. 60 IN A 9.9.9.9", f"{NAME}. 60 IN A 10.0.0.1", signed("A"), f'{NAME}. 60 IN TXT "x"', signed("TXT"),
        rdtype="ANY",
    )  # fmt: skip
    response.flags |= AD
    found = stripped(response, section)
    kinds = [line.split()[1] for line in shown(found, section)]
    assert kinds == ["9.9.9.9", '"x"', "TXT"]
    assert found is not None and not found.flags & AD


def protected(record: str) -> Any:
    response, section = held(record)
    return protect(response, NAME, section)


def test_what_remains_passes_and_nothing_is_blocked() -> None:
    response, section = held(f"{NAME}. 60 IN A 10.0.0.1", f"{NAME}. 60 IN A 9.9.9.9")
    judged = protect(response, NAME, section)
    assert judged is not None and judged[0].verdict is Verdict.PASS
    assert shown(judged[1], section) == ["www.example. 9.9.9.9"]
    judged = protected(f"{NAME}. 60 IN A 10.0.0.1")
    assert judged is not None and judged[0].verdict is Verdict.BLOCK
    assert protected(f"{NAME}. 60 IN A 9.9.9.9") is None


def test_names_within_records_are_written_in_full() -> None:
    records = [
        f"{NAME}. 60 IN MX 5 mail.{NAME}.",
        f"{NAME}. 60 IN NS ns.{NAME}.",
        f"{NAME}. 60 IN SOA ns.{NAME}. hostmaster.{NAME}. 1 2 3 4 5",
        f"{NAME}. 60 IN SRV 1 2 3 srv.{NAME}.",
    ]
    response, section = held(f"{NAME}. 60 IN A 10.0.0.1", *records, rdtype="ANY")
    assert shown(stripped(response, section), section) == [
        f"www.example. {record.split(None, 4)[4]}" for record in records
    ]


@given(st.lists(st.ip_addresses(), max_size=20))
def test_of_any_addresses_the_public_ones_remain_in_order(addresses: list[object]) -> None:
    lines = [f"{NAME}. 60 IN {'A' if ':' not in str(one) else 'AAAA'} {one}" for one in addresses]
    response, section = held(*dict.fromkeys(lines))
    public = [packed for packed in response.addresses if not is_private(packed)]
    found = stripped(response, section)
    assert (found.addresses if found else []) == public
    assert all(str(ip_address(packed)) in str(addresses) for packed in public)
