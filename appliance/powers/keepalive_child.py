# SPDX-License-Identifier: GPL-3.0-or-later
"""The keepalive, started while there are powers to give it, and the workers' way to tell the firewall of answers."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.powers import early_child
from appliance.powers.keepalive import MODULE, ROLE
from appliance.process import privilege, sockets
from appliance.process.children import Spec, numbers


@dataclass(frozen=True, slots=True)
class KeepaliveChild:
    """The keepalive as a child, running already; `answers` are the workers' write ends, one each; `dhcp`: whether it
    has what a DHCP server needs; `wake`: where a line wakes it when it sleeps (keepalive_door)."""

    spec: Spec
    answers: tuple[int, ...]
    dhcp: bool
    wake: int = -1


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
    asleep, wake = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(wake, False)
    words = {"state": state, "answers": numbers(reads), "wake": asleep, "powers": "dhcp" if dhcp else "wall"}
    arguments = tuple(word for name, value in words.items() for word in (f"--{name}", str(value)))
    entry = privilege.account(user) if user else None
    keep = privilege.keep_to_hand_on if dhcp else privilege.keep_net_admin
    spec = early_child.begin(ROLE, MODULE, arguments, (*reads, asleep), environ, lambda: keep(entry))
    return KeepaliveChild(spec, writes, dhcp, wake) if spec else None
