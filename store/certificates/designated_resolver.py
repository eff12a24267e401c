# SPDX-License-Identifier: GPL-3.0-or-later
"""Discovery of designated resolvers (RFC 9462): what asks us in the clear is told how to ask us encrypted. Pure.

    _dns.resolver.arpa SVCB     what is served, where the certificate holds the address under which the client meets us:
                                it looks for that address there, and would refuse anything else
    anything else below         there is no data; nobody upstream is ever asked, who would name himself
    _dns.SERVER_NAME SVCB       the same for who knows the name already (RFC 9461)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from store.base.helper_statuses import CertificateStatus
from store.config.endpoints import parse_endpoint
from wire import response, svcb
from wire.message import Question
from wire.resource_records import pack
from wire.types import AA, NOERROR, SVCB

ZONE = "resolver.arpa"
NAME = f"_dns.{ZONE}"
TTL = 300  # seconds; as long as a client would keep asking a port that was closed
_BELOW = f".{ZONE}"
# What is served by the word of its setting → (ALPN, usual port, parameters beside), the best for clients first.
KINDS = {"https": ("h2", 443, "dohpath=/dns-query{?dns}"), "dot": ("dot", 853, ""), "doq": ("doq", 853, "")}


@dataclass(frozen=True, slots=True)
class Designated:
    """`records`: the data of a record each as text, without hints; `addresses`: packed, that the certificate holds."""

    server_name: str = ""
    records: tuple[str, ...] = ()
    addresses: frozenset[bytes] = frozenset()

    def is_about(self, name: str) -> bool:
        """Whether the answer to a question for this name is ours to give."""
        return name == ZONE or name.endswith(_BELOW) or (name == f"_dns.{self.server_name}" and bool(self.records))

    def answer(self, question: Question, met: Sequence[bytes]) -> bytes:
        """The response. `met`: the addresses, packed, under which the client meets us; the first is where it asked."""
        if question.qtype != SVCB or not question.name.startswith("_dns.") or not self._holds(met):
            return response.empty(question, NOERROR, flags=AA, soa_ttl=TTL)
        hints = self._hints(met)
        records = b"".join(pack(SVCB, TTL, svcb.from_text(f"{record} {hints}")) for record in self.records)
        return response.build(question, NOERROR, records, (len(self.records), 0, 0), flags=AA)

    def _holds(self, met: Sequence[bytes]) -> bool:
        return bool(self.records) and bool(met) and met[0] in self.addresses

    def _hints(self, met: Sequence[bytes]) -> str:
        """Where the name is, so that nobody needs to ask for it: addresses that the certificate holds."""
        sure = [address for address in reversed(met) if address in self.addresses]
        by_key = {f"ipv{4 if len(address) == 4 else 6}hint": str(ip_address(address)) for address in sure}
        return " ".join(f"{key}={text}" for key, text in sorted(by_key.items()))


NOBODY = Designated()


def designated(certificate: CertificateStatus | None, bound: Mapping[str, Sequence[str]]) -> Designated:
    """What is told, by what processes say of themselves; nothing while clients would refuse the certificate.

    `bound`: endpoints by dot, https, doq.
    """
    if certificate is None or not certificate.usable or not certificate.addresses:
        return NOBODY
    records = [
        f"{priority} {certificate.server_name} alpn={alpn} port={_port(bound[kind], usual)} {more}".rstrip()
        for priority, (kind, (alpn, usual, more)) in enumerate(KINDS.items(), 1) if bound.get(kind)
    ]  # fmt: skip
    packed = frozenset(ip_address(text).packed for text in certificate.addresses)
    return Designated(certificate.server_name, tuple(records), packed)


def _port(endpoints: Sequence[str], usual: int) -> int:
    """The usual one where it is among them, else the first."""
    ports = [parse_endpoint(endpoint, usual)[1] for endpoint in endpoints]
    return usual if usual in ports else ports[0]
