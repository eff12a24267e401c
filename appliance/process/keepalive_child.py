# SPDX-License-Identifier: GPL-3.0-or-later
"""The keepalive, started while there are powers to give it, and the workers' way to tell the firewall of answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.process import early_child, privilege, sockets
from appliance.process.children import Spec

ROLE = "keepalive"
MODULE = "appliance.process.keepalive"


@dataclass(frozen=True, slots=True)
class KeepaliveChild:
    """The keepalive as a child, running already; `answers` are the workers' write ends, one each; `dhcp`: whether it
    has what a DHCP server needs."""

    spec: Spec
    answers: tuple[int, ...]
    dhcp: bool


def begin(state: Path, workers: int, environ: Mapping[str, str], user: str | None) -> KeepaliveChild | None:
    """Start it with CAP_NET_ADMIN, where they are there with what else a DHCP server needs, and with nothing more, as
    `user` when one is named; None where CAP_NET_ADMIN is missing.

    To be called before powers are given up. Started again by the supervisor, should it ever end, it lacks the powers,
    and the pages say so; the wall stays as it is.
    """
    if not privilege.has_net_admin():
        return None
    dhcp = privilege.has_dhcp()
    pairs = [sockets.records_pair() for _ in range(workers)]
    writes = tuple(write.detach() for write, _ in pairs)
    reads = tuple(read.detach() for _, read in pairs)
    arguments = ("--state", str(state), "--answers", ",".join(map(str, reads)), "--powers", "dhcp" if dhcp else "wall")
    entry = privilege.account(user) if user else None
    keep = privilege.keep_to_hand_on if dhcp else privilege.keep_net_admin
    spec = early_child.begin(ROLE, MODULE, arguments, reads, environ, lambda: keep(entry))
    return KeepaliveChild(spec, writes, dhcp) if spec else None
