# SPDX-License-Identifier: GPL-3.0-or-later
"""Thirty days of the household, written before the demo begins: `python -m appliance.demo.history --state DIR`.

What people decided goes through the edits that pages use, what devices asked through the recorder's writer, and what
is proven by it through the process of evidence, each at its moment, by a clock that is turned. So every number of
every page comes from the same rows as in a home. A process of its own, since it ends with the memory that it took.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from appliance import errors
from appliance.demo.household_devices import DEVICES
from appliance.demo.household_habits import ALWAYS, DAYS, HABITS, OUTAGE
from appliance.demo.past_answers import PastAnswers
from appliance.demo.past_asks import HOUR, Asked, Past, PastDay
from appliance.demo.past_decisions import ADMIN, DECISIONS, FIRST, LATELY, PastHome, meet
from appliance.demo.past_proofs import TESTS, begin_test, note_attempts
from appliance.demo.turned_clock import US, TurnedClock, turned
from appliance.start import prepare, state_directory
from blocklists.whose.home_facts import HomeFacts
from evidence import process as evidence
from store.base import db, logs, status
from store.config import devices, list_status, session
from store.history import acting
from store.history.acting import Acting, Origin
from store.log.batches import Batch, columns
from store.log.records import Key
from store.log.sqlite_writer import SqliteWriter

SEED = 20261129
COMMIT_HOURS = 6  # rows of so many hours are written at once; the end of a day of the log is among the ends of those
KEEP_DAYS = 90

log = logging.getLogger("demo-history")


@dataclass(frozen=True, slots=True)
class _Step:
    """Something that happens at a moment, µs since 1970."""

    at_us: int
    do: Callable[[], object]


def main(words: Sequence[str] | None = None) -> int:
    """Write the history; errors are one sentence on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="demo_history")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--upstream", required=True, metavar="SPEC")
    args = parser.parse_args(words)
    logs.setup("demo-history")
    return errors.tell(lambda: _told(write(args.state, os.environ, args.upstream, time.time())))


def write(state: Path, environ: Mapping[str, str], spec: str, now: float, seed: int = SEED) -> int:
    """The household's past up to `now`, into a state directory that nothing was written into yet; how many queries."""
    day = PastDay.before(now)
    begin = day.at(FIRST.day, FIRST.hour)
    with turned(int(begin * US)) as clock:
        home = _moved_in(state, environ, clock)
        answers = PastAnswers(state, environ, spec, random.Random(seed))
        steps = _Steps(_steps(home, day, now), answers, clock)
        writer = _Writer(state, home, clock)
        past = Past(DEVICES, int(begin), day, random.Random(seed))
        down = day.at(OUTAGE[0], OUTAGE[1]), day.at(OUTAGE[0], OUTAGE[2])
        for hour in past.hours(now):
            writer.take(hour, [steps.answered(asked, down) for asked in hour])
        clock.now_us = int(now * US)
        steps.catch_up(clock.now_us)
        writer.close()
        note_attempts(home, day, now)
        evidence.work(state, clock.now_us, run=status.run_dir(state, environ))
    return writer.written


def _told(rows: int) -> None:
    log.info("%d queries of %d days written", rows, DAYS)


def _moved_in(state: Path, environ: Mapping[str, str], clock: TurnedClock) -> PastHome:
    """The first evening: what a first start makes, the devices that are there, the lists, and the index of all."""
    state_directory.make(state)
    state_directory.open_config(state)
    home = PastHome(state, session.engine(state), clock.seconds)
    prepare.settle(state, environ)
    meet(home, {device.name for device in DEVICES if HABITS.get(device.name, ALWAYS).new_on == DAYS})
    with acting.as_(Acting(Origin.BROWSER, ADMIN)):
        FIRST.do(home)
    prepare.compile_index(state)
    return home


def _steps(home: PastHome, day: PastDay, now: float) -> Iterable[_Step]:
    """What people did, in the order of time, up to now."""
    steps: list[tuple[float, Callable[[], object]]] = [
        (day.at(each.day, each.hour), partial(each.do, home)) for each in DECISIONS
    ]
    steps += [(now - ago, partial(do, home)) for ago, do in LATELY]
    steps += [(day.at(test.day, test.hour), partial(begin_test, home, test)) for test in TESTS]
    steps += [
        (day.at(habit.new_on, 10), partial(meet, home, {name}))
        for name, habit in HABITS.items() if habit.new_on < DAYS
    ]  # fmt: skip
    return [_Step(int(at * US), do) for at, do in sorted(steps, key=lambda step: step[0]) if at < now]


class _Steps:
    """What is done before a query is decided: what people did until then, and what time alone changes."""

    def __init__(self, steps: Iterable[_Step], answers: PastAnswers, clock: TurnedClock) -> None:
        self._left, self._answers, self._clock = list(steps), answers, clock
        self._look()

    def answered(self, asked: Asked, down: tuple[float, float]) -> tuple[Key, int]:
        """The key of a query's row and how long it took; upstreams are `down` from the first moment to the second."""
        if asked.time_us >= self._next_us:
            self.catch_up(asked.time_us)
        is_down = down[0] <= asked.time_us / US < down[1]
        return self._answers.answered(asked.time_us, asked.ask, is_down)

    def catch_up(self, to_us: int) -> None:
        """Do what was done until then, each at its moment."""
        while self._next_us <= to_us:
            self._clock.now_us = self._next_us
            while self._left and self._left[0].at_us <= self._next_us:
                with acting.as_(Acting(Origin.BROWSER, ADMIN)):
                    self._left.pop(0).do()
            self._look()

    def _look(self) -> None:
        edge = self._answers.look()
        edges = [edge * US] if edge is not None else []
        edges += [self._left[0].at_us] if self._left else []
        self._next_us = min(edges, default=sys.maxsize)


class _Writer:
    """The log, written as the recorder writes it: hours that are over are added up as time goes on."""

    def __init__(self, state: Path, home: PastHome, clock: TurnedClock) -> None:
        self._clock, self._home, self.written = clock, home, 0
        self._log = SqliteWriter(state, HomeFacts().of_state(state), lambda: clock.now_us, lambda: clock.now_us)
        self._addresses = [device.address for device in DEVICES]
        self._place = {address: place for place, address in enumerate(self._addresses)}
        self._names = {device.address: device.name for device in DEVICES}

    def take(self, hour: Sequence[Asked], answers: Sequence[tuple[Key, int]]) -> None:
        """The rows of one hour."""
        if hour:
            keys: dict[Key, int] = {}
            rows = [
                (asked.time_us, self._place[asked.ask.device.address], keys.setdefault(key, len(keys)), took)
                for asked, (key, took) in zip(hour, answers, strict=True)
            ]
            batch = Batch(1, 0, 1, self._addresses, list(keys), rows, self.written)
            self._log.add(columns(batch), self._device_of)
            self.written += len(rows)
            ends = (rows[-1][0] // US // HOUR + 1) * HOUR
            self._clock.now_us = max(self._clock.now_us, rows[-1][0])
            if ends % (COMMIT_HOURS * HOUR) == 0:
                self._commit()

    def close(self) -> None:
        """All that waits is written, with what devices and lists are called; by the clock of this process it is now."""
        self._commit()
        with closing(db.connect(self._home.state / "config.db", read_only=True)) as con:
            self._log.copy_names(devices.names(con), list_status.titles(con))
        self._log.close()

    def _commit(self) -> None:
        self._log.commit(KEEP_DAYS)
        while self._log.roll():
            pass

    def _device_of(self, address: str) -> int | None:
        return self._home.devices.get(self._names[address])


if __name__ == "__main__":
    sys.exit(main())
