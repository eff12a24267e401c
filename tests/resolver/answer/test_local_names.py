# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of ours: answered here, the same for every client, and never heard of by an upstream."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.reversename
import pytest

from resolver.answer import local_names
from wire.message import parse_question

NOWHERE = [
    "invalid", "no.invalid", "test", "a.b.test", "onion", "abcdefghijklmnop.onion", "alt", "x.alt",
    "local", "printer.local", "_ipp._tcp.local", "lan", "nas.lan", "internal", "x.internal", "home", "x.home",
    "corp", "x.corp", "localdomain", "x.localdomain", "intranet", "private", "workgroup", "home.arpa", "x.home.arpa",
    "use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com", "_dns.resolver.arpa", "resolver.arpa",
]  # fmt: skip
PRIVATE = [
    "0.0.0.0", "10.0.0.1", "127.0.0.53", "169.254.7.7", "172.16.0.1", "172.31.255.254", "192.168.178.20",
    "100.64.0.1", "100.127.255.255", "255.255.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.1",
    "::", "fd00::1", "fc00::1", "fe80::1", "feb0::1", "2001:db8::1",
]  # fmt: skip
PUBLIC = ["9.9.9.9", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.169.0.1", "11.0.0.1", "2620:fe::fe"]


def answer(name: str, rdtype: str = "A", client: str = "127.0.0.1", **options: Any) -> dns.message.Message | None:
    """What `local` says, read by an independent library; None: the name is none of ours."""
    packet = dns.message.make_query(name, rdtype, **options).to_wire()
    question = parse_question(packet)
    said = local_names.ours(question, "telltale", client) or local_names.built_in(question, "telltale")
    return None if said is None else dns.message.from_wire(said)


def texts(message: dns.message.Message | None) -> list[str]:
    assert message is not None, "an upstream would be asked"
    return [str(record) for rrset in message.answer for record in rrset]


@pytest.mark.parametrize("name", NOWHERE)
@pytest.mark.parametrize("rdtype", ["A", "AAAA", "HTTPS", "SRV", "DS", "ANY"])
def test_names_that_lead_nowhere_do_not_exist(name: str, rdtype: str) -> None:
    if (name, rdtype) == ("home.arpa", "DS"):
        return  # see below
    for spelled in (name, name.upper()):
        said = answer(spelled, rdtype)
        assert said is not None and said.rcode() == dns.rcode.NXDOMAIN
        assert said.authority[0].rdtype == dns.rdatatype.SOA, "or the client asks again at once"


@pytest.mark.parametrize("name", ["home.arpa", "10.in-addr.arpa", "168.192.in-addr.arpa", "d.f.ip6.arpa"])
def test_the_proof_that_a_home_s_zone_is_not_signed_comes_from_above(name: str) -> None:
    assert answer(name, "DS") is None
    assert answer(f"x.{name}", "DS") is not None


@pytest.mark.parametrize("name", ["test.example", "nolocal", "xlan.example", "invalid.com", "mask.icloud.com.example"])
def test_names_that_only_look_alike_are_asked_for(name: str) -> None:
    assert answer(name, "TXT") is None


@pytest.mark.parametrize("address", PRIVATE)
def test_reverse_names_of_private_addresses_stay_here(address: str) -> None:
    name = str(dns.reversename.from_address(address))
    for asked in (name, f"below.{name}"):
        said = answer(asked, "PTR", client="192.0.2.250")
        assert said is not None and said.rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize("address", PUBLIC)
def test_reverse_names_of_public_addresses_are_asked_for(address: str) -> None:
    assert answer(str(dns.reversename.from_address(address)), "PTR") is None


@pytest.mark.parametrize(
    ("name", "rdtype", "client", "expected"),
    [
        ("localhost", "A", "192.168.1.2", ["127.0.0.1"]),
        ("localhost", "AAAA", "192.168.1.2", ["::1"]),
        ("www.localhost", "A", "::1", ["127.0.0.1"]),
        ("localhost", "HTTPS", "127.0.0.1", []),
        ("telltale", "A", "127.0.0.1", ["127.0.0.1"]),
        ("TellTale", "A", "127.0.0.9", ["127.0.0.1"]),
        ("telltale.lan", "AAAA", "::1", ["::1"]),
        ("telltale.home.arpa", "A", "127.0.0.1", ["127.0.0.1"]),
        ("telltale.local", "A", "127.0.0.1", ["127.0.0.1"]),
        ("telltale.internal", "MX", "127.0.0.1", []),
        ("telltale", "HTTPS", "127.0.0.1", []),
        ("1.0.0.127.in-addr.arpa", "PTR", "192.168.1.2", ["localhost."]),
        (str(dns.reversename.from_address("::1")), "PTR", "192.168.1.2", ["localhost."]),
    ],
)
def test_our_own_names_lead_to_where_the_client_reaches_us(
    name: str, rdtype: str, client: str, expected: list[str]
) -> None:
    said = answer(name, rdtype, client)
    assert texts(said) == expected
    assert said is not None and said.rcode() == dns.rcode.NOERROR and said.flags & dns.flags.AA


def test_our_own_address_leads_back_to_our_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_names, "towards", lambda client: ip_address("192.168.1.5"))
    assert texts(answer("5.1.168.192.in-addr.arpa", "PTR", "192.168.1.2")) == ["telltale.home.arpa."]
    monkeypatch.setattr(local_names, "towards", lambda client: ip_address("fd00::5"))
    assert texts(answer(str(dns.reversename.from_address("fd00::5")), "PTR", "fd00::2")) == ["telltale.home.arpa."]


def test_without_an_address_of_a_family_there_is_no_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_names, "way_out", lambda version: None)
    said = answer("telltale", "AAAA")
    assert texts(said) == [] and said is not None and said.rcode() == dns.rcode.NOERROR


@pytest.mark.parametrize("rdtype", ["A", "AAAA", "HTTPS", "SVCB"])
def test_bare_host_names_stay_here(rdtype: str) -> None:
    said = answer("nas", rdtype)
    assert said is not None and said.rcode() == dns.rcode.NXDOMAIN


@pytest.mark.parametrize(("name", "rdtype"), [("com", "NS"), ("com", "DS"), (".", "NS"), (".", "DNSKEY"), (".", "A")])
def test_the_root_and_top_level_domains_are_asked_for(name: str, rdtype: str) -> None:
    assert answer(name, rdtype) is None


@pytest.mark.parametrize("name", ["version.bind", "hostname.bind", "id.server", "version.server"])
def test_other_classes_are_refused(name: str) -> None:
    said = answer(name, "TXT", rdclass="CH")
    assert said is not None and said.rcode() == dns.rcode.REFUSED and not said.answer


@pytest.mark.process
def test_nothing_of_all_this_leaks(house: Any) -> None:
    for name in [*NOWHERE, "localhost", "telltale", "telltale.lan", "nas", "10.168.192.in-addr.arpa"]:
        for rdtype in ("A", "AAAA", "HTTPS", "PTR", "ANY"):
            if "." in name or rdtype not in ("PTR", "ANY"):
                house.worker.ask(name, rdtype)
    for address in PRIVATE:
        house.worker.ask(str(dns.reversename.from_address(address)), "PTR")
    house.worker.ask("version.bind", "TXT", rdclass="CH")
    assert not house.upstream.asked
    house.worker.ask(str(dns.reversename.from_address("9.9.9.9")), "PTR")
    assert list(house.upstream.asked) == ["9.9.9.9.in-addr.arpa"], "and the rest is asked for"
