# SPDX-License-Identifier: GPL-3.0-or-later
"""Where Telltale stands in the home, which decides what the wall can do there.

what passes through this machine?   nothing ─► DNS    all ─► GATEWAY    what is sent through it ─► CHOSEN
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


class Place(StrEnum):
    """DNS: a plain DNS server; GATEWAY: the home's way out; CHOSEN: that of devices which are sent here."""

    DNS = "dns"
    GATEWAY = "gateway"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Standing:
    """`container`: inside one; `shut_in`: in one with a network of its own, where the home does not pass."""

    place: Place
    container: bool = False
    shut_in: bool = False


def stand(routes: Iterable[Mapping[str, Any]], forwards: bool, container: bool, hardware: bool) -> Standing:
    """Pure. `routes`: over IPv4, of `ip -j`; `hardware`: whether there is an interface of the machine itself."""
    known = list(routes)
    uplink = next((str(one.get("dev", "")) for one in known if one.get("dst") == "default"), "")
    homes = home_links(known)
    shut_in = container and not hardware
    if not forwards or shut_in:
        place = Place.DNS
    else:
        inner = {dev for dev in homes if dev.startswith(_INNER)}
        place = Place.GATEWAY if homes - inner - {uplink} else Place.CHOSEN
    return Standing(place, container, shut_in)


def look() -> Standing:
    """Where this machine stands now."""
    return stand(
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
