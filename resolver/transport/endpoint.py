# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstream SPECs as values: `9.9.9.9`, `[2620:fe::fe]:53`, `udp://…`, `tcp://…`. The rules are the settings' own."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from store.config import endpoints

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An upstream server; `scheme` names the transports over which it is asked."""

    spec: str
    host: str
    port: int
    scheme: str = "udp"


def parse_endpoint(spec: str) -> Endpoint:
    """The server that `spec` names; raises ValueError with a sentence that says what would do."""
    text = endpoints.check_upstream(spec)
    scheme, _, rest = text.rpartition("://")
    host, port = endpoints.parse_endpoint(rest, 53)
    return Endpoint(text, host, port, scheme.lower() or "udp")


def usable(specs: Iterable[str]) -> list[Endpoint]:
    """The servers that can be used; one that cannot is left out and logged."""
    endpoint_list = []
    for spec in specs:
        try:
            endpoint_list.append(parse_endpoint(spec))
        except ValueError as error:
            log.error("upstream left out: %s", error)
    return endpoint_list
