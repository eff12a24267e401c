# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ports the appliance takes: 53 and 80 where it may, else 5300 and 8053, unless somebody chose.

A port that somebody chose is a wish: when it cannot be had, the start fails and says why. The defaults are not.
"""

import socket
from collections.abc import Mapping
from pathlib import Path

from appliance.process import sockets
from appliance.process.sockets import DnsSockets, PortBusy, PortForbidden
from store.base.sentences import say, sentence_of, together
from store.config import settings
from store.config.endpoints import Endpoint
from store.config.settings import Settings

DNS_PORT = 53
WEB_PORT = 80
OTHER_DNS_PORT = 5300
OTHER_WEB_PORT = 8053


def open_dns(wanted: Settings, chosen: bool) -> DnsSockets:
    """The DNS sockets of the settings; when nobody chose them and they cannot be had, the same on port 5300."""
    endpoints = [settings.parse_endpoint(text, DNS_PORT) for text in wanted.dns]
    try:
        return sockets.bind_dns(endpoints)
    except (PortBusy, PortForbidden) as reason:
        if chosen:
            raise
        bound = sockets.bind_dns((address, OTHER_DNS_PORT) for address, _ in endpoints)
        until = say("Until then DNS is answered on port {port}.", port=OTHER_DNS_PORT)
        bound.warnings.insert(0, together(sentence_of(reason), until))
        return bound


def open_web(wanted: Settings, chosen: bool) -> tuple[socket.socket, Endpoint, list[str]]:
    """The web socket, its endpoint, and warnings; when nobody chose it and it cannot be had, the same on port 8053."""
    address, port = settings.parse_endpoint(wanted.web, WEB_PORT)
    warnings: list[str] = []
    try:
        sock = sockets.bind_web((address, port))
    except (PortBusy, PortForbidden) as reason:
        if chosen:
            raise
        sock = sockets.bind_web((address, OTHER_WEB_PORT))
        until = say("Until then the pages are on port {port}.", port=OTHER_WEB_PORT)
        warnings.append(together(sentence_of(reason), until))
    return sock, (address, int(sock.getsockname()[1])), warnings


def chosen(key: str, wanted: Settings, state: Path, environ: Mapping[str, str]) -> bool:
    """Whether somebody set `dns` or `web`, by option, environment, file or page."""
    return key in settings.locked(state, environ) or getattr(wanted, key) != getattr(Settings(), key)
