# SPDX-License-Identifier: GPL-3.0-or-later
"""What unbound is to do: made of the settings, this machine's memory and network, and whether its clock is sane."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from store.config.settings import Settings
from store.names.insecure_domains import holding

ANCHORS = "root.key"  # in the state directory: the root's keys as unbound keeps them up to date (RFC 5011)
DEBIAN_HINTS = Path("/usr/share/dns/root.hints")  # of dns-root-data; newer than those that are built into unbound
MIB = 1 << 20
# Memory of the machine up to which unbound's tables have these MiB: messages, records, keys.
_SMALL, _MIDDLE = 600 * MIB, 1200 * MIB


@dataclass(frozen=True, slots=True)
class Tables:
    """MiB of unbound's caches, each half as much again in memory."""

    messages: int
    records: int
    keys: int


@dataclass(frozen=True, slots=True)
class RecursorPlan:
    """`recursive`: it asks the internet's name servers itself, else it asks `relay_port` on loopback, the workers'.

    `validates`: signatures are checked. `anchors`: a file of the household's own; None: the root's, kept in `state`.
    """

    recursive: bool
    validates: bool
    state: Path
    relay_port: int
    tables: Tables
    anchors: Path | None = None
    hints: Path | None = None  # None: those that are built into unbound
    insecure: tuple[str, ...] = ()
    ipv6: bool = True


def make(
    settings: Settings, state: Path, relay_port: int, memory: int, now_s: float, *, clock_sane: bool, ipv6: bool
) -> RecursorPlan:
    """The plan for settings that want one; `memory`: bytes that this machine has, 0: unknown. Looks for files."""
    return RecursorPlan(
        recursive=settings.recursive == "on",
        validates=clock_sane,
        state=state,
        relay_port=relay_port,
        tables=tables_for(memory),
        anchors=Path(settings.dnssec_anchors) if settings.dnssec_anchors else None,
        hints=_hints(settings.recursive_hints),
        insecure=tuple(sorted(entry.domain for entry in holding(settings.dnssec_insecure, now_s))),
        ipv6=ipv6,
    )


def _hints(chosen: str) -> Path | None:
    if chosen:
        return Path(chosen)
    return DEBIAN_HINTS if DEBIAN_HINTS.is_file() else None


def tables_for(memory: int) -> Tables:
    """Small ones on a small Pi; the workers keep what the home asks anyway."""
    if 0 < memory <= _SMALL:
        return Tables(4, 8, 2)
    return Tables(8, 16, 4) if memory <= _MIDDLE else Tables(16, 32, 8)
