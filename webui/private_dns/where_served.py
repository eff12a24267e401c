# SPDX-License-Identifier: GPL-3.0-or-later
"""Under which names and ports encrypted DNS is served just now, and what devices write down. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from store.base.helper_statuses import CertificateStatus
from store.certificates import certificate_state
from store.config.endpoints import parse_endpoint

USUAL = {"dot": 853, "https": 443, "doq": 853}
PATH = "/dns-query"


@dataclass(frozen=True, slots=True)
class WhereServed:
    """`ports`: of what is served, by dot, https, doq. `name`: as clients know it; `wildcard`: whether a device may have
    a name of its own below; `usable`: whether clients take the certificate; `home_made`: they must trust the home."""

    name: str
    ports: Mapping[str, int] = field(default_factory=dict)
    wildcard: bool = False
    usable: bool = False
    home_made: bool = False

    @property
    def outside(self) -> bool:
        """Whether devices find the name when they are not at home."""
        return certificate_state.is_reached_from_outside(self.name)

    def tls_name(self, word: str = "") -> str:
        """What stands for DNS over TLS; "" where that is not served, or a device's own name is not held."""
        if "dot" not in self.ports or (word and not self.wildcard):
            return ""
        return f"{word}.{self.name}" if word else self.name

    def https_url(self, word: str = "") -> str:
        """What stands for DNS over HTTPS; "" where that is not served."""
        port = self.ports.get("https")
        if port is None:
            return ""
        return f"https://{self.name}{'' if port == USUAL['https'] else f':{port}'}{PATH}{f'/{word}' if word else ''}"


def where_served(certificate: CertificateStatus, bound: Mapping[str, Iterable[str]]) -> WhereServed:
    """What is said of it now. `bound`: endpoints by dot, https, doq, as the process that serves them says."""
    ports = {kind: _port(list(each), USUAL.get(kind, 0)) for kind, each in bound.items() if each}
    return WhereServed(
        certificate.server_name, ports, certificate.wildcard, certificate.usable, certificate.source == "home"
    )


def _port(endpoints: Sequence[str], usual: int) -> int:
    """The usual one where it is among them, else the first."""
    ports = [parse_endpoint(endpoint, usual)[1] for endpoint in endpoints]
    return usual if usual in ports else ports[0]
