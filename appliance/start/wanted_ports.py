# SPDX-License-Identifier: GPL-3.0-or-later
"""The ports of a start that had a good one before: what is there is taken, and the rest waited for.

    an address that this machine does not have    bound all the same (IP_FREEBIND); it is answered once it appears
    a port that another program holds             tried again every few seconds, by the binder (appliance.process)
    no DNS port at all                            the same addresses on port 5300 meanwhile
    the web port                                  8053, else any, on the same address; where that is absent, on all

A first start is told by appliance.start.ports that a wish cannot be had; one after it must not be ended by a neighbour.
"""

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from appliance.errors import Complaint
from appliance.process import sockets
from appliance.process.sockets import DnsSockets, NoSuchAddress
from appliance.start.ports import DNS_PORT, OTHER_DNS_PORT, OTHER_WEB_PORT, WEB_PORT
from store.base.sentences import Sentence, say, sentence_of, together
from store.config import settings
from store.config.endpoints import Endpoint, show_endpoint
from store.config.settings import Settings

PAGE = say("the settings page")


@dataclass(frozen=True, slots=True)
class Missing:
    """An endpoint that could not be had. `setting`: dns, web, dot, https or doq; `absent`: for want of the address;
    `word`: as a trouble."""

    setting: str
    endpoint: Endpoint
    absent: bool
    sentence: Sentence

    @property
    def word(self) -> str:
        return f"{self.setting} {show_endpoint(self.endpoint)}"


@dataclass(slots=True)
class TakenPorts:
    """What was bound, and what is waited for."""

    dns: DnsSockets
    web: socket.socket
    web_endpoint: Endpoint
    missing: list[Missing] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def take(wanted: Settings, sources: dict[str, str]) -> TakenPorts:
    """Bind what can be; `sources`: what sets `dns` and `web`. Raises Complaint when no web port at all can be had."""
    missing: list[Missing] = []
    dns = _take_dns(wanted, sources.get("dns", PAGE), missing)
    try:
        web = _take_web(wanted, sources.get("web", PAGE), missing)
    except Complaint:
        dns.close()
        raise
    address, port = web.getsockname()[:2]
    return TakenPorts(dns, web, (str(address), int(port)), missing)


def _take_dns(wanted: Settings, source: str, missing: list[Missing]) -> DnsSockets:
    bound = DnsSockets()
    endpoints = [settings.parse_endpoint(text, DNS_PORT) for text in wanted.dns]
    for endpoint in endpoints:
        try:
            sockets.bind_one(bound, endpoint)
        except Complaint as error:
            if isinstance(error, NoSuchAddress) and endpoint[0] == "::":
                bound.warnings.append(say("This machine has no IPv6, so DNS is answered over IPv4 only."))
                continue
            absent = isinstance(error, NoSuchAddress) and _is_bound_free(bound, endpoint)
            missing.append(Missing("dns", endpoint, absent, _told("dns", source, error)))
    if len(bound.endpoints) == len(bound.absent):
        for address, _ in endpoints:
            with suppress(Complaint):
                sockets.bind_one(bound, (address, OTHER_DNS_PORT))
    return bound


def _is_bound_free(bound: DnsSockets, endpoint: Endpoint) -> bool:
    try:
        sockets.bind_one(bound, endpoint, free=True)
    except Complaint:
        return False
    return True


def _take_web(wanted: Settings, source: str, missing: list[Missing]) -> socket.socket:
    endpoint = settings.parse_endpoint(wanted.web, WEB_PORT)
    try:
        return sockets.bind_web(endpoint)
    except Complaint as error:
        absent, first = isinstance(error, NoSuchAddress), error
    for other in _web_instead(endpoint, absent):
        with suppress(Complaint):
            sock = sockets.bind_web(other)
            there = say("Until then the pages are on port {port}.", port=sock.getsockname()[1])
            missing.append(Missing("web", endpoint, absent, together(_told("web", source, first), there)))
            return sock
    raise first


def _web_instead(endpoint: Endpoint, absent: bool) -> Iterator[Endpoint]:
    address, port = endpoint
    if absent:
        address = "::" if ":" in address else "0.0.0.0"  # noqa: S104 - who may see pages is settled by webui.http.access
        yield address, port
    yield address, OTHER_WEB_PORT
    yield address, 0


def _told(setting: str, source: str, error: Complaint) -> Sentence:
    by = say("The setting {setting} ({source}) wants it; it is tried again by itself.", setting=setting, source=source)
    return together(sentence_of(error), by)
