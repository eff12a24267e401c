# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding the situation on this machine: its addresses and networks by `ip -j`, where DNS and time are answered."""

import contextlib
import json
import subprocess
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from network.local_network import Situation

IP_SECONDS = 5
_UDP_TABLES = (Path("/proc/net/udp"), Path("/proc/net/udp6"))
_FORWARDING = (Path("/proc/sys/net/ipv4/ip_forward"), Path("/proc/sys/net/ipv6/conf/all/forwarding"))
_NTP = f":{123:04X}"


def look(endpoints: Iterable[tuple[str, int]]) -> Situation:
    """The situation now; `endpoints` are where this machine answers DNS. What cannot be found out is left empty."""
    known = [one for version in routes() for one in version]
    addresses = tuple(sorted(_addresses(links())))
    ports = dns_ports(endpoints, addresses)
    return Situation(tuple(sorted(on_link(known))), addresses, ports, serves_time(), forwards())


def routes() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """This machine's routes over IPv4 and over IPv6, as `ip -j` tells them."""
    return _ip("-4", "route"), _ip("-6", "route")


def links() -> list[dict[str, Any]]:
    """This machine's interfaces with their addresses, as `ip -j` tells them."""
    return _ip("address")


def on_link(routes: Iterable[dict[str, Any]]) -> set[str]:
    """Networks of `ip -j route` that need no router: those are the home's. A whole internet on a link is none."""
    found = set()
    for route in routes:
        if "gateway" in route or "via" in route or "nexthops" in route or route.get("type", "unicast") != "unicast":
            continue
        try:
            network = ip_network(str(route.get("dst", "")), strict=False)
        except ValueError:
            continue  # "default" on a point-to-point line
        if network.prefixlen >= (8 if network.version == 4 else 32) and network.num_addresses > 1:
            found.add(str(network))
    return found


def dns_ports(endpoints: Iterable[tuple[str, int]], own: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """(IP version, port) where every address of this machine is answered; a single address would miss a redirect."""
    ports: dict[int, int] = {}
    at_home = [ip_address(address) for address in own]
    for host, port in endpoints:
        listening = ip_address(host)
        same = [address for address in at_home if address.version == listening.version and not address.is_link_local]
        if listening.is_unspecified or (len(same) == 1 and same[0] == listening):
            ports.setdefault(listening.version, port)
    return tuple(sorted(ports.items()))


def serves_time(tables: Iterable[Path] = _UDP_TABLES) -> bool:
    """Whether something on this machine listens on UDP port 123 of every address."""
    for table in tables:
        try:
            lines = table.read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        local = [line.split()[1] for line in lines if len(line.split()) > 1]
        if any(entry.endswith(_NTP) and not entry.rpartition(":")[0].strip("0") for entry in local):
            return True
    return False


def forwards(switches: Iterable[Path] = _FORWARDING) -> bool:
    """Whether this machine passes on packets of others, over IPv4 or IPv6; so too when it cannot be seen."""
    seen = []
    for switch in switches:
        with contextlib.suppress(OSError):
            seen.append(switch.read_text("ascii").strip() != "0")
    return any(seen) or not seen


def _addresses(links: Iterable[dict[str, Any]]) -> set[str]:
    """This machine's addresses, less loopback."""
    found = {str(info["local"]) for link in links for info in link.get("addr_info", []) if "local" in info}
    return {address for address in found if not ip_address(address).is_loopback}


def _ip(*arguments: str) -> list[dict[str, Any]]:
    try:
        done = subprocess.run(["ip", "-j", *arguments], capture_output=True, timeout=IP_SECONDS, check=True)
        said = json.loads(done.stdout or b"[]")
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return [entry for entry in said if isinstance(entry, dict)]
