# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found and bound at the start: the state directory, its settings, the sockets, and what is to be said."""

import socket
from dataclasses import dataclass, field
from pathlib import Path

from appliance.process.firewall_child import FirewallChild
from appliance.process.sockets import DnsSockets
from store.config.endpoints import Endpoint
from store.config.settings import Settings


@dataclass(slots=True)
class House:
    """The house before its children start. `read_only`: DNS alone, from what the directory holds."""

    state: Path
    run: Path
    settings: Settings
    dns: DnsSockets
    web: socket.socket
    web_endpoint: Endpoint
    read_only: bool = False
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    code: str | None = None
    firewall: FirewallChild | None = None

    @property
    def can_answer(self) -> bool:
        """Whether there is an index from an earlier start; a damaged one is passed over by the workers."""
        return (self.state / "index" / "current.idx").exists()
