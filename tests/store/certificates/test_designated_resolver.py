# SPDX-License-Identifier: GPL-3.0-or-later
"""How to ask us encrypted, as a client reads it (RFC 9461, RFC 9462), with dnspython's own reader."""

from ipaddress import ip_address

import dns.message
import dns.rdatatype
import pytest

from store.base.helper_statuses import CertificateFault, CertificateStatus
from store.certificates.designated_resolver import NAME, NOBODY, Designated, designated
from wire.message import parse_question

CERTIFICATE = CertificateStatus(
    source="home", server_name="telltale.home.arpa", addresses=("10.0.0.1", "fd00::1"), until=2_000_000_000,
)  # fmt: skip
BOUND = {"dot": ("0.0.0.0:853",), "https": ("0.0.0.0:8443",), "doq": ()}
MET = [ip_address("10.0.0.1").packed, ip_address("fd00::1").packed]


def asked(told: Designated, name: str = NAME, qtype: str = "SVCB", met: list[bytes] = MET) -> dns.message.Message:
    query = dns.message.make_query(name, qtype)
    question = parse_question(query.to_wire())
    answer = dns.message.from_wire(told.answer(question, met))
    assert query.is_response(answer) and answer.rcode() == 0
    return answer


def records(answer: dns.message.Message) -> list[str]:
    return sorted(text for rrset in answer.answer for text in map(str, rrset))


def test_what_is_served_is_told_the_best_first() -> None:
    told = designated(CERTIFICATE, BOUND)
    assert records(asked(told)) == [
        '1 telltale.home.arpa. alpn="h2" port="8443" ipv4hint="10.0.0.1" ipv6hint="fd00::1" key7="/dns-query{?dns}"'
        if "key7" in str(asked(told).answer[0]) else
        '1 telltale.home.arpa. alpn="h2" port="8443" ipv4hint="10.0.0.1" ipv6hint="fd00::1" dohpath="/dns-query{?dns}"',
        '2 telltale.home.arpa. alpn="dot" port="853" ipv4hint="10.0.0.1" ipv6hint="fd00::1"',
    ]  # fmt: skip


def test_who_knows_the_name_is_told_the_same() -> None:
    told = designated(CERTIFICATE, BOUND)
    assert told.is_about("_dns.telltale.home.arpa") and not NOBODY.is_about("_dns.telltale.home.arpa")
    assert records(asked(told, "_dns.telltale.home.arpa")) == records(asked(told))


@pytest.mark.parametrize(("name", "qtype"), [
    (NAME, "A"), (NAME, "HTTPS"), ("resolver.arpa", "SVCB"), ("x.resolver.arpa", "SVCB"), ("resolver.arpa", "SOA"),
])  # fmt: skip
def test_all_else_has_no_data(name: str, qtype: str) -> None:
    answer = asked(designated(CERTIFICATE, BOUND), name, qtype)
    assert not answer.answer and answer.authority[0].rdtype == dns.rdatatype.SOA


@pytest.mark.parametrize("met", [[], [ip_address("10.0.0.9").packed], [ip_address("10.0.0.9").packed, MET[1]]])
def test_nothing_where_the_certificate_lacks_the_address_that_was_asked(met: list[bytes]) -> None:
    assert not asked(designated(CERTIFICATE, BOUND), met=met).answer


def test_only_addresses_that_the_certificate_holds_are_hinted() -> None:
    answer = asked(designated(CERTIFICATE, BOUND), met=[MET[0], ip_address("fd00::9").packed])
    assert "ipv6hint" not in str(answer.answer[0]) and "ipv4hint" in str(answer.answer[0])


@pytest.mark.parametrize("certificate", [
    None, CertificateStatus(), CertificateStatus(source="own", server_name="dns.example.net"),
    CertificateStatus(source="home", addresses=("10.0.0.1",), faults=(CertificateFault("expired", True, "", ""),)),
])  # fmt: skip
def test_nothing_while_clients_would_refuse_it(certificate: CertificateStatus | None) -> None:
    assert designated(certificate, BOUND) is NOBODY
    assert not asked(NOBODY).answer and NOBODY.is_about(NAME)


def test_nothing_where_nothing_is_served() -> None:
    assert not asked(designated(CERTIFICATE, {})).answer
