# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers for what is forwarded over TLS and HTTPS: an upstream that speaks both, and unbound as a forwarder over TLS.

unbound forwards over TLS and not over HTTPS; it is given as many connections as it may want (its default is ten), since
it puts one question on each that is busy.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.rivals.unbound import ANSWERS, UNBOUND, Unbound, Upstream
from bench.servers import free_port
from store.certificates import making

NAME = "dns.bench.example"
_SERVED = """  interface: 0.0.0.0@{tls}
  interface: 0.0.0.0@{https}
  tls-port: {tls}
  https-port: {https}
  tls-service-pem: "{pem}"
  tls-service-key: "{pem}"
  incoming-num-tcp: 1000
  http-query-buffer-size: 64m
  http-response-buffer-size: 64m
"""
_OVER_TLS = """  tls-cert-bundle: "{authority}"
  outgoing-num-tcp: 200
forward-zone:
  name: "."
  forward-tls-upstream: yes
  forward-addr: 127.0.0.1@{tls}#{name}
"""


class EncryptedUpstream(Upstream):
    """As `Upstream`, over TLS and HTTPS too, on all of 127.0.0.0/8, with a certificate of an authority of its own."""

    name = "encrypted-upstream"

    def __init__(self, folder: Path, cores: Sequence[int]) -> None:
        super().__init__(folder, cores, 0)
        self.tls, self.https = free_port(), free_port()
        self.authority = folder / "authority.pem"

    @property
    def specs(self) -> dict[str, str]:
        """How it is asked, by scheme."""
        return {
            "tls": f"tls://127.0.0.1:{self.tls}#{NAME}",
            "https": f"https://127.0.0.1:{self.https}/dns-query#{NAME}",
        }

    def prepare(self, lists: Sequence[Path]) -> None:
        now, names, addresses = datetime.now(UTC), (NAME,), ("127.0.0.1",)
        authority = making.make_authority(names, addresses, now)
        server = making.make_server(names, addresses, authority, now)
        self.authority.write_bytes(authority.certificate)
        pem = self.folder / "server.pem"
        pem.write_bytes(server.key + server.certificate)
        served = _SERVED.format(tls=self.tls, https=self.https, pem=pem)
        (self.folder / "unbound.conf").write_text(UNBOUND.format(port=self.port) + served + ANSWERS)


class UnboundOverTls(Unbound):
    """unbound without lists that asks an `EncryptedUpstream` over TLS."""

    def __init__(self, folder: Path, cores: Sequence[int], upstream: EncryptedUpstream) -> None:
        super().__init__(folder, cores, upstream.port)
        self._asked = upstream

    def prepare(self, lists: Sequence[Path]) -> None:
        over = _OVER_TLS.format(authority=self._asked.authority, tls=self._asked.tls, name=NAME)
        (self.folder / "unbound.conf").write_text(UNBOUND.format(port=self.port) + over)
