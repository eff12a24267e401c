# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream SPECs as values, as the settings check them (`store.config.upstream_specs`)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from store.config.upstream_specs import ENCRYPTED, is_address, read_upstream

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An upstream server; `scheme` names the transports over which it is asked.

    `host`: its address, or a name whose addresses have to be found. `name`: what its certificate must bear; `path`:
    where it answers over HTTPS.
    """

    spec: str
    host: str
    port: int
    scheme: str = "udp"
    name: str = ""
    path: str = ""

    @property
    def encrypted(self) -> bool:
        return self.scheme in ENCRYPTED

    @property
    def private(self) -> bool:
        """Whether nobody on the way can read what it is asked: nobody can on this machine."""
        return self.encrypted or self.host.startswith("127.") or self.host == "::1"

    @property
    def has_address(self) -> bool:
        return is_address(self.host)


def parse_endpoint(spec: str) -> Endpoint:
    """The server that `spec` names; raises ValueError with a sentence that says what would do."""
    read = read_upstream(spec)
    return Endpoint(spec.strip(), read.host, read.port, read.scheme, read.name, read.path)


def usable(specs: Iterable[str]) -> list[Endpoint]:
    """The servers that can be used; one that cannot is left out and logged."""
    endpoint_list = []
    for spec in specs:
        try:
            endpoint_list.append(parse_endpoint(spec))
        except ValueError as error:
            log.error("upstream left out: %s", error)
    return endpoint_list
