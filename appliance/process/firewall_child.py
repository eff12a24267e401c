# SPDX-License-Identifier: GPL-3.0-or-later
"""The firewall's keepalive, started while there are powers to give it, and the workers' way to tell it of answers."""

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.process import forking, orphans, privilege, sockets
from appliance.process.children import Spec
from store.base.pulse import Pulse, take

ROLE = "firewall"
MODULE = "firewall.keepalive"

log = logging.getLogger("telltale.supervisor")


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
    entry, supervisor = privilege.account(user) if user else None, os.getpid()

    pulse, end = Pulse.begin()

    def settle() -> None:
        os.setpgid(0, 0)
        privilege.keep_net_admin(entry)
        orphans.end_with(supervisor)
        take(end)

    try:
        process = forking.fork(ROLE, MODULE, arguments, (*reads, end), environ, settle)
    except OSError as error:
        log.error("the firewall's keepalive could not be started (%s); DNS goes on without a wall", error)
        return None
    finally:
        os.close(end)
    spec = Spec(
        ROLE, MODULE, arguments, reads, beats=True, pulse=pulse, process=process, since=time.monotonic()
    )  # fmt: skip
    return FirewallChild(spec, writes)
