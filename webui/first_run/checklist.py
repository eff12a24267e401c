# SPDX-License-Identifier: GPL-3.0-or-later
"""The checklist that ticks itself: what must have happened once for the home to be looked after."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from network import own_addresses
from store.base.sentences import Sentence, say
from store.config import devices
from store.config.devices import DeviceRow
from store.log.protocol import LogReader
from store.log.values import QueryFilter

UNIT = "telltale.service"
CGROUP, WANTED = Path("/proc/self/cgroup"), Path("/etc/systemd/system/multi-user.target.wants") / UNIT
CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))


@dataclass(frozen=True, slots=True)
class Check:
    """`words`: what happened, or what is waited for and how it comes about; `code`: what is to be typed for it."""

    key: str
    ticked: bool
    title: Sentence
    words: Sentence
    code: str = ""


def checks(reader: LogReader, config: sqlite3.Connection) -> list[Check]:
    """All four, in their order."""
    rows = devices.devices(config)
    return [_first_query(reader), _first_device(rows), _first_block(reader), service(CGROUP, WANTED)]  # fmt: skip


def _first_query(reader: LogReader) -> Check:
    asked = bool(reader.ends() or reader.devices_seen())
    words = say("Somebody asked, and was answered.") if asked else say("Nobody has asked yet. The button below asks.")
    return Check("query", asked, say("The first look-up"), words)


def _first_device(rows: Iterable[DeviceRow]) -> Check:
    others = [row for row in rows if any(not is_own(address) for address in row.addresses)]
    title = say("The first device that is not this one")
    if others:
        return Check("device", True, title, say("{device} asks Telltale.", device=devices.display_name(others[0])))
    return Check("device", False, title, say(
        "Once the router is set, turn the Wi-Fi of a phone off and on, and it appears here within seconds."
    ))


def is_own(address: str) -> bool:
    """Whether an address is this machine's, as the way there begins at itself; a MAC address is somebody else's."""
    try:
        return ip_address(address.partition("%")[0]).is_loopback or str(own_addresses.towards(address)) == address
    except ValueError:
        return False


def _first_block(reader: LogReader) -> Check:
    rows = reader.queries(QueryFilter(verdict="BLOCK"), limit=1).items
    title = say("The first look-up that is stopped")
    if rows:
        return Check("block", True, title, say("{name} got no answer.", name=rows[0].name or ""))
    return Check("block", False, title, say("It comes by itself: open any news site on a device that asks Telltale."))


def install_command() -> str:
    """What makes a service of this very program."""
    return f"sudo {Path(sys.prefix) / 'bin' / 'telltale'} install"


def service(cgroup: Path, wanted: Path) -> Check:
    """Whether this runs as a service that starts with the machine."""
    title = say("It starts with the machine")
    if any(mark.exists() for mark in CONTAINER):
        return Check("service", True, title, say("It runs in a container, which is kept running by what started it."))
    try:
        is_service = UNIT in cgroup.read_text()
    except OSError:
        is_service = False
    if is_service and wanted.is_symlink():
        return Check("service", True, title, say("It is a service of this machine, and starts with it."))
    if is_service:
        words = say("It is a service, but does not start by itself after a restart of the machine. Type there:")
        return Check("service", False, title, words, f"sudo systemctl enable {UNIT}")
    return Check("service", False, title, say(
        "It was started by hand, and is gone after a restart. End it, then type on that machine; what you set up here "
        "comes along:"
    ), install_command())
