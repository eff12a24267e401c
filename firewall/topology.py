# SPDX-License-Identifier: GPL-3.0-or-later
"""Which part of the home's traffic passes through this machine, which decides what the wall can do here.

what passes?   nothing ─► DNS    all ─► GATEWAY    what is sent through it ─► CHOSEN
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from network import local_network
from network.routes import home_links, known_routes

# Left by Docker and by Podman in every container of theirs.
_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_LINKS = Path("/sys/class/net")
# Bridges to containers and machines on this one: no device of the home is behind them.
_INNER = ("docker", "br-", "veth", "virbr", "cni", "podman", "lxc", "lxd", "tailscale", "wg", "tun")


class Role(StrEnum):
    """What this machine is to the home. DNS: a plain DNS server; GATEWAY: its way out; CHOSEN: that of devices that are
    sent here.
    """

    DNS = "dns"
    GATEWAY = "gateway"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Topology:
    """Where Telltale stands. `container`: inside one; `shut_in`: in one with a network of its own, where the home does
    not pass.
    """

    role: Role
    container: bool = False
    shut_in: bool = False


def topology_of(routes: Iterable[Mapping[str, Any]], forwards: bool, container: bool, hardware: bool) -> Topology:
    """Pure. `routes`: over IPv4, of `ip -j`; `hardware`: whether there is an interface of the machine itself."""
    known = list(routes)
    uplink = next((str(route.get("dev", "")) for route in known if route.get("dst") == "default"), "")
    homes = home_links(known)
    behind = homes - {dev for dev in homes if dev.startswith(_INNER)} - {uplink}
    # A network of its own with a home behind it, and a way out beside that, is a gateway's.
    shut_in = container and not hardware and not (forwards and uplink and behind)
    role = Role.DNS if not forwards or shut_in else Role.GATEWAY if behind else Role.CHOSEN
    return Topology(role, container, shut_in)


def look() -> Topology:
    """Where this machine stands now."""
    return topology_of(
        known_routes()[0],
        local_network.forwards(),
        any(mark.exists() for mark in _MARKS),
        any((link / "device").exists() for link in _links()),
    )


def _links() -> list[Path]:
    try:
        return list(_LINKS.iterdir())
    except OSError:
        return []
