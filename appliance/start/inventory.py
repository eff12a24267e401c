# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found and bound at the start: the state directory, its settings, the sockets, and what is to be said."""

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from appliance.powers.keepalive_child import KeepaliveChild
from appliance.process.binder import Binder
from appliance.process.sockets import DnsSockets
from appliance.start.encrypted_ports import EncryptedSockets
from appliance.start.wanted_ports import Missing
from blocklists.index.index import CorruptIndex, Index
from store.config.endpoints import Endpoint
from store.config.settings import Settings


@dataclass(slots=True)
class House:
    """The house before its children start, and while it runs.

    `alone`: DNS alone, from what the directory holds. `used`: there was a start in it before. `troubles`: what does not
    work as it should, each under a word by which it goes again once it is mended.
    """

    state: Path
    run: Path
    settings: Settings
    dns: DnsSockets
    web: socket.socket
    web_endpoint: Endpoint
    alone: bool = False
    used: bool = True
    troubles: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    code: str | None = None
    keepalive: KeepaliveChild | None = None
    more_web: list[socket.socket] = field(default_factory=list)
    records: list[tuple[int, int]] = field(default_factory=list)  # of each worker the ends of its way to the recorder
    missing: list[Missing] = field(default_factory=list)
    binder: Binder | None = None
    encrypted: EncryptedSockets = field(default_factory=EncryptedSockets)
    certified: bool = False  # whether there is a certificate for encrypted DNS
    pages: tuple[int, int] | None = None  # from the process that ends HTTPS to the web UI
    way: tuple[int, int] | None = None  # between us and the web UI: connections that one takes for the other
    handed: list[tuple[int, int]] = field(default_factory=list)  # of each answering worker, likewise to that process

    @property
    def may_serve_dhcp(self) -> bool:
        """Whether there were the powers for it at the start."""
        return self.keepalive is not None and self.keepalive.dhcp

    @property
    def serves_encrypted(self) -> bool:
        """Whether encrypted DNS is wanted."""
        return self.certified or bool(self.encrypted.named)

    def wants_encrypted(self, kind: str) -> bool:
        """Whether this kind of it is, on what `encrypted` has of it."""
        return self.certified or kind in self.encrypted.named

    def can_answer(self) -> bool:
        """Whether there is an index that can be used, from an earlier start. Each is read through once."""
        for name in ("current.idx", "previous.idx"):
            with suppress(CorruptIndex):
                Index.open(self.state / "index" / name)
                return True
        return False
