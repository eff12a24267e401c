# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel threw away because a socket's queue was full: by port, and of this network in all."""

from collections.abc import Collection
from pathlib import Path

_PROC = Path("/proc/net")


def parse_table(text: str, ports: Collection[int]) -> int:
    """Of /proc/net/udp: the drops of all sockets bound to these ports."""
    return sum(int(fields[-1]) for fields in map(str.split, text.splitlines()[1:])
               if int(fields[1].rpartition(":")[2], 16) in ports)  # fmt: skip


def parse_counters(text: str) -> dict[str, int]:
    """Of /proc/net/snmp: UDP's counters."""
    head, values = (line.split()[1:] for line in text.splitlines() if line.startswith("Udp:"))
    return dict(zip(head, map(int, values), strict=True))


def at(ports: Collection[int]) -> int:
    """Datagrams dropped so far at open sockets of these ports."""
    return parse_table((_PROC / "udp").read_text(), frozenset(ports))


def everywhere() -> int:
    """Datagrams dropped so far for want of room, at any socket of this network, closed ones too."""
    counters = parse_counters((_PROC / "snmp").read_text())
    return counters["RcvbufErrors"] + counters["SndbufErrors"]
