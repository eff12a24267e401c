# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that run, watched: what came since the last look is added to what was counted then, so a look costs little.

Rows of different workers reach the log some seconds late, and not in order: those seconds are read again at each look.
What is held here is only a shortcut; a new process reads the test from its start again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from blocklists.whose.facts import Facts
from evidence.base import log_hours
from evidence.base.log_hours import SECOND_US
from evidence.idle_test import asked_rows, tally
from evidence.idle_test.idle_test import IdleTest
from evidence.idle_test.result import Limits, TestResult
from evidence.idle_test.tally import Tally
from store.log import querylog
from store.sums.lookups import TOGETHER_US

MAX_LIVE = 16  # tests that are watched at a time; of one more the one that was looked at longest ago is read anew
LATE_US = 10 * SECOND_US  # a record reaches the log within a commit and a batch, a few seconds


@dataclass(slots=True)
class _Live:
    """A tally of the rows before `to_us`, of the device as it was then."""

    device: int
    tally: Tally
    to_us: int


class LiveTests:
    """Of one process; threads may share it."""

    def __init__(self) -> None:
        self._live: OrderedDict[int, _Live] = OrderedDict()
        self._lock = threading.Lock()

    def result(self, state: Path, test: IdleTest, device: int, facts: Facts, now_us: int) -> TestResult:
        """What the device asked for until now, without beats and limits, which show when it is over.

        `device`: the one that it is by now. Without a log nothing. Raises sqlite3.Error.
        """
        to_us = min(now_us, test.to_us)
        test = replace(test, device_id=device)
        with self._lock:
            live = self._of(test)
            if not (state / querylog.FILE_NAME).exists():
                return tally.result(test, live.tally, facts, Limits(), now_us, beats=False)
            with closing(log_hours.open_log(state)) as log:
                settled_us = max(live.to_us, to_us - LATE_US)
                _add(live.tally, log, device, live.to_us, settled_us)
                live.to_us = settled_us
                whole = live.tally.fork()
                _add(whole, log, device, settled_us, to_us)
        return tally.result(test, whole, facts, Limits(), now_us, beats=False)

    def _of(self, test: IdleTest) -> _Live:
        live = self._live.get(test.id)
        if live is None or live.device != test.device_id:
            begun = Tally(test.from_us, test.unblocked_us)
            live = self._live[test.id] = _Live(test.device_id, begun, test.from_us - TOGETHER_US)
        self._live.move_to_end(test.id)
        while len(self._live) > MAX_LIVE:
            self._live.popitem(last=False)
        return live


def _add(to: Tally, log: sqlite3.Connection, device: int, from_us: int, to_us: int) -> None:
    for row in asked_rows.rows(log, device, from_us, to_us):
        to.add(row)
