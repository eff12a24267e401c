# SPDX-License-Identifier: GPL-3.0-or-later
"""The ports of encrypted DNS: those that somebody named, else 853 and 443.

All are bound at the start, while there are powers for it, and nobody listens on them before there is a certificate: a
connection is then refused, as if nothing were there, and another program may take the port. So a certificate that is
made later needs no restart.

A port that somebody named is a wish: a first start without it fails and says why, a later one does without it, says so
and tries again. One that nobody named is told of only once there is a certificate.
"""

import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from appliance.errors import Complaint
from appliance.process import sockets
from appliance.process.sockets import NoSuchAddress
from appliance.start.wanted_ports import Missing
from store.base.sentences import Sentence, say, sentence_of, together
from store.config import settings
from store.config.endpoints import OFF, Endpoint, show_endpoint
from store.config.settings import Settings

PORTS = {"dot": 853, "https": 443, "doq": 853}
BY_ITSELF = ("dot", "https")  # without being named
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - who is answered is settled by resolver.encrypted.admission


@dataclass(slots=True)
class EncryptedSockets:
    """Bound sockets by kind, what could not be had, and the kinds that somebody named."""

    socks: dict[str, list[socket.socket]] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    @property
    def bound(self) -> Mapping[str, tuple[str, ...]]:
        """Where, by kind."""
        return {
            kind: tuple(show_endpoint((str(name[0]), int(name[1]))) for name in (sock.getsockname() for sock in socks))
            for kind, socks in self.socks.items() if socks
        }  # fmt: skip

    @property
    def possible(self) -> bool:
        """Whether there will ever be something to serve."""
        return bool(self) or bool(self.missing)

    def fds(self, kind: str) -> tuple[int, ...]:
        """The descriptors of a kind."""
        return tuple(sock.fileno() for sock in self.socks.get(kind, ()))

    def add(self, kind: str, sock: socket.socket) -> None:
        """One that was bound later."""
        self.socks.setdefault(kind, []).append(sock)

    def __bool__(self) -> bool:
        return any(self.socks.values())


def open_encrypted(wanted: Settings, *, must_start: bool) -> EncryptedSockets:
    """Bind what the settings want. Raises Complaint for a port that somebody named, unless the house `must_start`."""
    bound = EncryptedSockets()
    for kind, port in PORTS.items():
        named = [text for text in getattr(wanted, kind) if text != OFF]
        if named:
            bound.named.add(kind)
            for endpoint in (settings.parse_endpoint(text, port) for text in named):
                _bind(bound, kind, endpoint, must_start)
        elif kind in BY_ITSELF and OFF not in getattr(wanted, kind):
            for address in EVERYWHERE:
                _bind(bound, kind, (address, port), True)
    return bound


def _bind(bound: EncryptedSockets, kind: str, endpoint: Endpoint, must_start: bool) -> None:
    try:
        bound.add(kind, sockets.bind_encrypted(kind, endpoint))
    except Complaint as error:
        absent = isinstance(error, NoSuchAddress)
        with suppress(ValueError):
            if absent and ipaddress.ip_address(endpoint[0]).is_unspecified:
                return  # this machine has no IPv6
        if not must_start:
            raise
        why = say("This machine does not have the address yet.") if absent else sentence_of(error)
        bound.missing.append(Missing(kind, endpoint, absent, _told(kind, why)))


def _told(kind: str, why: str) -> Sentence:
    without = say("Without it there is no {kind} there; plain DNS and the pages go on.", kind=kind)
    return together(why, without, say("It is tried again by itself."))
