# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of dnsmasq's log: when, and what it says. Pure.

    Jul  7 19:39:41 dnsmasq[536]: query[A] a.example from 192.168.1.5             log-facility, syslog
    Jul 07 19:39:41 router dnsmasq[536]: …                                        syslog with the host, journalctl
    2026-07-07T19:39:41.123456+02:00 router dnsmasq[536]: …                       RFC 3339
    <30>1 2026-07-07T19:39:41Z router dnsmasq 536 - - …                           RFC 5424
    Mon Jul  7 19:39:41 2026 daemon.info dnsmasq[536]: …                          logread of OpenWrt
    1751909981.123 dnsmasq[536]: …                                                seconds since 1970

With log-queries=extra the message begins with a number of the query and who asked: `12 192.168.1.5/53124 query[A] …`.
"""

import re
import time
from dataclasses import dataclass
from functools import lru_cache

from store.base.sentences import say
from store.imports.history_row import BadLine, iso_us

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_PROGRAM = re.compile(r"(?:^|\s)(dnsmasq(?:-dhcp)?)(?:\[[0-9-]*\]:|:|\s[0-9]+\s-\s-)\s*")
_BSD = re.compile(
    r"(?:\w{3}\s+)?(?P<month>[A-Z][a-z]{2})\s+(?P<day>\d{1,2})\s+(?P<clock>\d\d:\d\d:\d\d)(?:\.\d+)?"
    r"(?:\s+(?P<year>\d{4})\b)?"
)
_ISO = re.compile(r"(?:<\d{1,3}>\d?\s*)?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?)\s?(Z|[+-]\d\d:?\d\d)?")
_EPOCH = re.compile(r"(\d{9,10})(?:\.(\d{1,9}))?\s")
_EXTRA = re.compile(r"(?:(\d+)|\*) (\S+)/\d+ (.*)", re.S)
_QUERY = re.compile(r"query\[(?:type=)?([A-Za-z0-9-]+)\] (\S+) from (\S+)$")
_SENT = re.compile(r"forwarded (\S+) to (\S+)")
_TOLD = re.compile(r"(?P<source>\S+(?: \S+){0,2}?) (?P<name>\S+) is (?P<what>.*)$", re.S)
_LEASE = re.compile(r"DHCPACK\(\S+\) (\S+) ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})(?: (\S+))?", re.I)


@dataclass(frozen=True, slots=True)
class Query:
    """Somebody asks. serial: the query's number where the log has one."""

    name: str
    qtype: str
    client: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """The query was sent on to a server."""

    name: str
    server: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, or a part of one. source: reply, cached, config, a file, `gravity blocked`, …"""

    name: str
    source: str
    what: str
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """A device was given an address."""

    address: str
    mac: str
    name: str


Message = Query | Sent | Told | Lease


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, as a line has it. year None: it has none, and `us` is of the year 2000. exact: more than whole seconds."""

    us: int
    month: int = 0
    year: int | None = 0
    exact: bool = False
    local: tuple[int, int, str] = (0, 0, "")

    def in_year(self, year: int) -> int:
        """In µs, where the line itself has no year."""
        return self.us if self.year is not None else _local_us(year, *self.local)


def parse(line: str) -> tuple[Stamp, Message | None]:
    """When a line was written, and its message; None for one that says nothing of a query. Raises BadLine."""
    program = _PROGRAM.search(line)
    if program is None:
        raise BadLine(say("It is no line of dnsmasq."))
    return stamp(line[: program.start()].strip() + " "), message(line[program.end() :].strip(), program[1])


def stamp(text: str) -> Stamp:
    """The time at the beginning of a line. Raises BadLine."""
    if match := _ISO.match(text):
        zone = match[3] or ""
        day, clock = match[1], match[2].replace(",", ".")
        if not zone:
            return Stamp(_local_us(int(day[:4]), int(day[5:7]), int(day[8:]), clock[:8]))
        zone = zone if zone == "Z" or ":" in zone else f"{zone[:3]}:{zone[3:]}"
        return Stamp(iso_us(f"{day}T{clock}{zone}"), exact="." in clock)
    if match := _BSD.search(text):
        month, day_of_month, clock = _MONTHS.get(match["month"], 0), int(match["day"]), match["clock"]
        if match["year"]:
            return Stamp(_local_us(int(match["year"]), month, day_of_month, clock), month, int(match["year"]))
        return Stamp(_local_us(2000, month, day_of_month, clock), month, None, local=(month, day_of_month, clock))
    if match := _EPOCH.match(text):
        return Stamp(int(match[1]) * 1_000_000 + int((match[2] or "").ljust(6, "0")[:6] or 0), exact=bool(match[2]))
    raise BadLine(say("It does not begin with a time."))


def message(text: str, program: str = "dnsmasq") -> Message | None:
    """What dnsmasq says, without time and program."""
    if program != "dnsmasq":
        lease = _LEASE.match(text)
        return Lease(lease[1], lease[2].lower(), lease[3] or "") if lease else None
    serial = ""
    if extra := _EXTRA.match(text):
        serial, text = extra[1] or "", extra[3]
    if query := _QUERY.match(text):
        return Query(query[2], query[1], query[3], serial)
    if sent := _SENT.match(text):
        return Sent(sent[1], sent[2], serial)
    if text.startswith(("dnssec-", "auth[", "read ", "using ", "started", "compile ", "exiting")):
        return None
    if answer := _TOLD.match(text):
        return Told(answer["name"], answer["source"], answer["what"].strip(), serial)
    return None


def _local_us(year: int, month: int, day: int, clock: str) -> int:
    minute_us = _minute_us(year, month, day, clock[:5])
    return minute_us + int(clock[6:8]) * 1_000_000


@lru_cache(256)
def _minute_us(year: int, month: int, day: int, minute: str) -> int:
    """In this machine's zone, as dnsmasq wrote it in its own."""
    try:
        hours, minutes = int(minute[:2]), int(minute[3:])
        if not (1 <= month <= 12 and 1 <= day <= 31 and hours < 24 and minutes < 60):
            raise ValueError
        return int(time.mktime((year, month, day, hours, minutes, 0, 0, 0, -1))) * 1_000_000
    except (ValueError, OverflowError):
        raise BadLine(say("Its time is none.")) from None
