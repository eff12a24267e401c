# SPDX-License-Identifier: GPL-3.0-or-later
"""In a whole appliance a worker and the recorder are renewed while devices ask: no query is lost, and no row of one."""

import os
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from running_appliance import RunningAppliance, StartAppliance
from waiting import HANG_SECONDS, until

from store.base import db
from store.log import querylog

pytestmark = pytest.mark.process

NAME = "renewed.localhost"  # is answered here, RFC 6761


def have_renewed(pid: int) -> None:
    """Write into its pulse, the one pipe that it writes to, what it writes itself once it holds too much."""
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            if str(entry.readlink()).startswith("pipe:") and entry.lstat().st_mode & 0o600 == 0o200:
                fd = os.open(entry, os.O_WRONLY | os.O_NONBLOCK)
                os.write(fd, b"r")
                os.close(fd)


class Device(threading.Thread):
    """Asks one question after the other, each once."""

    def __init__(self, house: RunningAppliance) -> None:
        super().__init__()
        self._house, self.stops = house, threading.Event()
        self.answered = self.lost = 0

    def run(self) -> None:
        while not self.stops.is_set():
            if self._house.response(NAME, HANG_SECONDS) is not None:
                self.answered += 1
            else:
                self.lost += 1


def rows(state: Path) -> int:
    with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as con:
        return int(con.execute("SELECT count(*) FROM queries WHERE name = ?", (NAME,)).fetchone()[0])


def test_who_asks_notices_nothing(state: Path, appliance: StartAppliance) -> None:
    house = appliance(state)
    until(lambda: house.answers() and house.is_up("recorder") and house.is_up("worker-1"))
    device = Device(house)
    device.start()
    try:
        for role in ("worker-1", "recorder"):
            pid = house.children()[role]["pid"]
            have_renewed(pid)
            until(lambda role=role, pid=pid: house.children()[role]["pid"] not in (None, pid) and house.is_up(role))
            assert house.children()[role]["restarts_last_minute"] == 0
            answered = device.answered
            until(lambda answered=answered: device.answered > answered + 10)
    finally:
        device.stops.set()
        device.join()
    until(lambda: rows(state) == device.answered)
    assert house.stop() == 0
    assert device.lost == 0 and rows(state) == device.answered
    said = house.said()
    assert said.count("is renewed") == 2 and "started again" not in said
