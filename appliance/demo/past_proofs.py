# SPDX-License-Identifier: GPL-3.0-or-later
"""What was tested and caught in the demo's past: idle tests of devices left alone, and attempts to go around DNS."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

from appliance.demo.past_asks import PastDay
from appliance.demo.past_decisions import ADMIN, PastHome
from evidence.idle_test import begin, idle_tests_file
from evidence.idle_test.idle_test import Blocking, NewTest
from store.base import db
from store.base.sentences import say
from store.wall import bypass
from store.wall.bypass import Caught


@dataclass(frozen=True, slots=True)
class PastTest:
    """An idle test that was begun on a day at an hour; `new` but for the number of its device."""

    day: int
    hour: float
    address: str
    new: NewTest


TESTS = (
    PastTest(7, 2.0, "127.0.0.11", NewTest(0, "Redmi Note 13", 60, str(say("Before the update")))),
    PastTest(2, 2.0, "127.0.0.11", NewTest(0, "Redmi Note 13", 60, str(say("After the update")))),
    PastTest(1, 20.0, "127.0.0.21", NewTest(
        0, "Samsung TV", 60, str(say("Nobody watches")), Blocking.HALVES)),
)  # fmt: skip

_SECONDS = 7 * 60  # between two attempts of one device
# device, its address, what it tried: kind, destination, port, protocol, company, day, hour, connections
_ATTEMPTS = (
    ("Samsung TV", "127.0.0.21", "port53", "8.8.8.8", 53, "udp", "Google", 6, 20.1, 12),
    ("Samsung TV", "127.0.0.21", "port53", "8.8.4.4", 53, "udp", "Google", 2, 20.4, 5),
    ("Poco F5", "127.0.0.12", "doh", "8.8.8.8", 443, "tcp", "Google", 5, 16.2, 4),
    ("Poco F5", "127.0.0.12", "dot", "1.1.1.1", 853, "tcp", "Cloudflare", 5, 16.4, 9),
    ("Redmi Note 13", "127.0.0.11", "httpdns", "203.107.1.33", 443, "tcp", "Alibaba", 4, 18.5, 7),
)


def begin_test(home: PastHome, test: PastTest) -> None:
    """By the clock of this process; with the pause that it may come with."""
    new = replace(test.new, device_id=home.devices[test.new.device], addresses=(test.address,))
    with (
        closing(idle_tests_file.open_writer(home.state)) as con,
        closing(db.connect(home.state / "config.db", read_only=True)) as config,
    ):
        begin.begin(con, home.engine, config, new, ADMIN, int(home.now() * 1_000_000))


def note_attempts(home: PastHome, day: PastDay, now: float) -> None:
    """What a wall that only watches saw, up to now, as its process notes it."""
    caught = [
        Caught(int(at), client, kind, address, port, protocol, False, 1, home.devices[device], company)
        for device, client, kind, address, port, protocol, company, day_, hour, times in _ATTEMPTS
        for number in range(times)
        if (at := day.at(day_, hour) + number * _SECONDS) < now
    ]
    with closing(bypass.open_bypass(home.state / bypass.FILE_NAME)) as con:
        bypass.note(con, caught)
