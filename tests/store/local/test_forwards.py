# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains that other servers answer, as people write them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from network import own_addresses
from store.base import db
from store.base.process_status import SupervisorStatus
from store.local import forwards
from store.local.forwards import Forward, check_domain, check_room, check_upstreams, is_listening, leads_here


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("Fritz.Box.", "fritz.box"), ("*.corp.example.com", "corp.example.com"), ("lan", "lan"),
        ("192.168.1.0/24", "1.168.192.in-addr.arpa"), ("10.0.0.0/8", "10.in-addr.arpa"),
        ("192.168.1.7", "7.1.168.192.in-addr.arpa"), ("fd00::/8", "d.f.ip6.arpa"),
        ("168.192.in-addr.arpa", "168.192.in-addr.arpa"),
    ],
)  # fmt: skip
def test_a_domain_is_a_name_or_a_network(written: str, domain: str) -> None:
    assert check_domain(written) == domain


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "empty"), (".", "empty"), ("a b", "no valid name"), ("172.16.0.0/12", "16 reverse zones"),
        ("0.0.0.0/0", "every address"), ("localhost", "answered here"), ("use-application-dns.net", "answered here"),
    ],
)  # fmt: skip
def test_what_is_none_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check_domain(written)


def test_servers_are_checked_and_named_once() -> None:
    assert check_upstreams(["192.168.1.1", " 192.168.1.1", "tcp://10.0.0.1:5353"]) == ("192.168.1.1", "tcp://10.0.0.1:5353")
    assert check_upstreams(["house"]) == ()
    for specs, sentence in (
        ([], "Name a server"), (["house", "10.0.0.1"], "no IP address"), (["router"], "no IP address"),
        ([f"10.0.0.{n}" for n in range(9)], "at most 8"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=sentence):
            check_upstreams(specs)
    with pytest.raises(ValueError, match="itself in a circle"):
        check_upstreams(["10.0.0.1"], lambda spec: spec == "10.0.0.1")


@pytest.mark.parametrize(
    ("spec", "listening", "ours"),
    [
        ("127.0.0.1", ("0.0.0.0", 53), True), ("127.0.0.1", ("127.0.0.1", 53), True), ("::1", ("::", 53), True),
        ("tcp://127.0.0.1:53", ("0.0.0.0", 53), True), ("127.0.0.1:5353", ("0.0.0.0", 53), False),
        ("::ffff:127.0.0.1", ("127.0.0.1", 53), True), ("[::ffff:127.0.0.2]:53", ("0.0.0.0", 53), True),
        ("127.0.0.53", ("127.0.0.1", 53), False), ("192.0.2.1", ("0.0.0.0", 53), False),
    ],
)  # fmt: skip
def test_our_own_address_is_known_again(spec: str, listening: tuple[str, int], ours: bool) -> None:
    assert is_listening(spec, [listening]) is ours


@pytest.mark.parametrize(
    ("spec", "ours"),
    [
        ("tls://127.0.0.1", True), ("tls://127.0.0.9:853#dns.home.example", True), ("tls://127.0.0.1:8853", False),
        ("https://127.0.0.1/dns-query", True), ("https://127.0.0.2/dns-query", False), ("quic://127.0.0.1", False),
        ("tls://192.0.2.1", False), ("127.0.0.1", True), ("127.0.0.1:853", False), ("tls://dns.home.example", False),
    ],
)  # fmt: skip
def test_our_own_address_is_known_again_over_what_it_is_served(spec: str, ours: bool) -> None:
    served = {"dot": ("0.0.0.0:853",), "https": ("127.0.0.1:443",), "doq": ("no endpoint",)}
    supervisor = SupervisorStatus(dns=("0.0.0.0:53",), encrypted=served)
    assert leads_here((), supervisor)(spec) is ours
    assert leads_here(("0.0.0.0:53",), None)(spec) is (spec == "127.0.0.1")


def test_the_kernel_is_asked_for_the_way_to_a_server_only_where_that_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(own_addresses, "towards", asked.append)
    assert not is_listening("9.9.9.9", [("0.0.0.0", 5300), ("192.168.1.2", 53)]) and not asked
    assert is_listening("192.168.1.2", [("192.168.1.2", 53)]) and not asked
    assert not is_listening("9.9.9.9", [("0.0.0.0", 53)]) and asked == ["9.9.9.9"]


def test_there_is_room_for_so_many() -> None:
    full = {f"d{n}.example": ("10.0.0.1",) for n in range(forwards.MAX_FORWARDS)}
    check_room(full, "d0.example", ("10.0.0.2",))
    with pytest.raises(ValueError, match="At most 500 domains"):
        check_room(full, "another.example", ("10.0.0.1",))
    servers = {f"d{n}.example": (f"10.0.1.{n}",) for n in range(forwards.MAX_SERVERS)}
    with pytest.raises(ValueError, match="at most 100 different servers"):
        check_room(servers, "another.example", ("10.0.0.1",))


@pytest.mark.database
def test_what_stands_in_the_table_is_read_whatever_it_is(state: Path) -> None:
    con = sqlite3.connect(state / "config.db")
    with con:
        for domain, upstreams in (("a.lan", '["10.0.0.1"]'), ("b.lan", "[]"), ("c.lan", "{"), ("d.lan", "3")):
            con.execute("INSERT INTO forward (domain, upstreams, created_at) VALUES (?, ?, 0)", (domain, upstreams))
    assert forwards.load(con) == (Forward("a.lan", ("10.0.0.1",)), *(Forward(f"{x}.lan", ()) for x in "bcd"))
    con.close()
    db.connect(state / "config.db").close()
