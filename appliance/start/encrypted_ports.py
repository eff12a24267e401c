# SPDX-License-Identifier: GPL-3.0-or-later
"""The ports of encrypted DNS: those that somebody named, else 853 and 443 once there is a certificate.

A port that somebody named is a wish: a first start without it fails and says why, a later one does without it and says
so. Nobody listens on them before there is a certificate: a connection is then refused, as if nothing were there.
"""

import ipaddress
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import Complaint
from appliance.process import sockets
from appliance.process.sockets import NoSuchAddress
from store.base.sentences import Sentence, say, sentence_of, together
from store.certificates import certificate_files
from store.config import settings
from store.config.endpoints import OFF, Endpoint, show_endpoint
from store.config.settings import Settings

PORTS = {"dot": 853, "https": 443, "doq": 853}
BY_ITSELF = ("dot", "https")  # once there is a certificate
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - who is answered is settled by resolver.encrypted.admission


@dataclass(slots=True)
class EncryptedSockets:
    """Bound sockets by kind; `troubles` by a word: a sentence each on what could not be had."""

    socks: dict[str, list[socket.socket]] = field(default_factory=dict)
    troubles: dict[str, Sentence] = field(default_factory=dict)

    @property
    def bound(self) -> Mapping[str, tuple[str, ...]]:
        """Where, by kind."""
        return {
            kind: tuple(show_endpoint((str(name[0]), int(name[1]))) for name in (sock.getsockname() for sock in socks))
            for kind, socks in self.socks.items() if socks
        }  # fmt: skip

    def fds(self, kind: str) -> tuple[int, ...]:
        """The descriptors of a kind."""
        return tuple(sock.fileno() for sock in self.socks.get(kind, ()))

    def __bool__(self) -> bool:
        return any(self.socks.values())


def open_encrypted(wanted: Settings, state: Path, *, must_start: bool) -> EncryptedSockets:
    """Bind what the settings want. Raises Complaint for a port that somebody named, unless the house `must_start`."""
    bound = EncryptedSockets()
    there = certificate_files.in_force(state, wanted) is not None
    for kind, port in PORTS.items():
        named = [text for text in getattr(wanted, kind) if text != OFF]
        if named:
            for endpoint in (settings.parse_endpoint(text, port) for text in named):
                _bind(bound, kind, endpoint, must_start)
        elif there and kind in BY_ITSELF and OFF not in getattr(wanted, kind):
            for address in EVERYWHERE:
                _bind(bound, kind, (address, port), True)
    return bound


def _bind(bound: EncryptedSockets, kind: str, endpoint: Endpoint, must_start: bool) -> None:
    try:
        bound.socks.setdefault(kind, []).append(sockets.bind_encrypted(kind, endpoint))
    except NoSuchAddress:
        with suppress(ValueError):
            if ipaddress.ip_address(endpoint[0]).is_unspecified:
                return  # this machine has no IPv6
        if not must_start:
            raise
        bound.troubles[_word(kind, endpoint)] = _told(kind, say("This machine does not have the address yet."))
    except Complaint as error:
        if not must_start:
            raise
        bound.troubles[_word(kind, endpoint)] = _told(kind, sentence_of(error))


def _word(kind: str, endpoint: Endpoint) -> str:
    return f"{kind} {show_endpoint(endpoint)}"


def _told(kind: str, why: str) -> Sentence:
    return together(why, say("Without it there is no {kind} there; plain DNS and the pages go on.", kind=kind))
