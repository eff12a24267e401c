# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's keepalive, started while there are powers to give it, and the workers' way to tell it of answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.process import early_child, privilege, sockets
from appliance.process.children import Spec

ROLE = "firewall"
MODULE = "firewall.keepalive"


@dataclass(frozen=True, slots=True)
class FirewallChild:
    """The keepalive as a child, running already; `answers` are the workers' write ends, one each."""

    spec: Spec
    answers: tuple[int, ...]


def begin(state: Path, workers: int, environ: Mapping[str, str], user: str | None) -> FirewallChild | None:
    """Start it with CAP_NET_ADMIN alone, as `user` when one is named; None where that power is missing.

    To be called before powers are given up. Started again by the supervisor, should it ever end, it lacks the power,
    and the pages say so; the wall stays as it is.
    """
    if not privilege.has_net_admin():
        return None
    pairs = [sockets.records_pair() for _ in range(workers)]
    writes = tuple(write.detach() for write, _ in pairs)
    reads = tuple(read.detach() for _, read in pairs)
    arguments = ("--state", str(state), "--answers", ",".join(map(str, reads)))
    entry = privilege.account(user) if user else None
    spec = early_child.begin(ROLE, MODULE, arguments, reads, environ, lambda: privilege.keep_net_admin(entry))
    return FirewallChild(spec, writes) if spec else None
