# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that jumps deletes nothing, and what it wrote wins nothing: rows, hours, and when a device was seen last."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told_facts import NOTHING

from store.base import db
from store.log.batches import Batch
from store.log.log_clock import SLACK_US, STEADY_US, ClockWatch, LogClock
from store.log.records import Key, Origin, Verdict
from store.log.sqlite_writer import SqliteWriter
from store.log.values import AHEAD_US
from store.stats.sqlite_reader import open_reader

pytestmark = pytest.mark.database

DAY_US = 86_400_000_000
YEAR_US = 365 * DAY_US
NOW = 20_500 * DAY_US
KEY = Key("a.example", 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9")
KEEP_DAYS = 90


class Home:
    """A recorder's log on a machine whose clock the test sets; time passes for both clocks by `lives`."""

    def __init__(self, state: Path) -> None:
        self.state, self.now, self.passed = state, NOW, 0
        self.start()

    def start(self) -> None:
        self.log = SqliteWriter(self.state, NOTHING, lambda: self.now, lambda: self.passed)

    def lives(self, us: int, client: str = "10.0.0.2") -> None:
        """The recorder looks after its log each hour; once a day something is asked."""
        for _ in range(us // 3_600_000_000):
            self.now += 3_600_000_000
            self.passed += 3_600_000_000
            if self.now // 3_600_000_000 % 24 == 0:
                self.ask(client)
            self.tidy()

    def ask(self, client: str = "10.0.0.2", device: int = 1) -> None:
        self.log.add(Batch(1, 0, 1, [client], [KEY], [(self.now, 0, 0, 5)]), lambda _: device)
        self.log.commit(KEEP_DAYS)

    def tidy(self) -> None:
        while self.log.retain(KEEP_DAYS, 100).more:
            pass

    def restart(self, now: int) -> None:
        self.log.close()
        self.now = now
        self.start()

    def times(self) -> list[int]:
        with closing(db.connect(self.state / "querylog.db", read_only=True)) as con:
            return [at for (at,) in con.execute("SELECT time_us FROM records ORDER BY 1")]

    def last_seen(self, device: int = 1) -> int:
        with closing(open_reader(self.state)) as reader:
            return reader.devices_seen()[device][1]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    made.lives(20 * DAY_US)
    yield made
    made.log.close()


@pytest.mark.parametrize("jump_us", [3 * YEAR_US, 12 * YEAR_US, 80 * DAY_US])
def test_a_clock_that_was_ahead_for_a_day_deletes_nothing(home: Home, jump_us: int) -> None:
    before = home.times()
    home.now += jump_us
    home.lives(DAY_US)
    assert set(before) <= set(home.times())
    home.now -= jump_us
    home.lives(2 * DAY_US)
    assert set(before) <= set(home.times())


def test_a_start_in_2038_deletes_nothing(home: Home) -> None:
    before, now = home.times(), home.now
    home.restart(25_000 * DAY_US)
    home.ask()
    home.tidy()
    home.restart(now + 60_000_000)
    home.tidy()
    assert set(before) <= set(home.times())


@pytest.mark.slow  # months, lived hour by hour
def test_a_start_in_1970_deletes_nothing_and_the_right_time_is_believed_again(home: Home) -> None:
    before, now = home.times(), home.now
    home.restart(30_000_000)
    home.tidy()
    home.restart(now)
    home.lives(100 * DAY_US)
    assert home.times()[0] >= home.now - (KEEP_DAYS + 1) * DAY_US and before[0] not in home.times()


@pytest.mark.slow  # months, lived hour by hour
@pytest.mark.parametrize("behind_us", [1_000 * DAY_US, 200 * DAY_US, 8_000 * DAY_US])
@pytest.mark.parametrize("killed", [False, True])
def test_what_was_asked_while_the_clock_was_behind_is_kept_as_long_as_all_else(
    home: Home, behind_us: int, killed: bool
) -> None:
    before, right = set(home.times()), home.now
    home.now -= behind_us
    if killed:
        home.log._con.close()
        home.start()
    else:
        home.restart(home.now)
    home.ask()
    home.now, home.passed = home.now + 50_000_000, home.passed + 50_000_000
    home.log.add(Batch(1, 0, 1, ["10.0.0.2"], [KEY], [(home.now, 0, 0, 5)]), lambda _: 1)
    if killed:
        home.log.commit(KEEP_DAYS)
        home.log._con.close()
        home.now = right + 60_000_000
        home.start()
    else:
        home.now, home.passed = right + 60_000_000, home.passed + 10_000_000
        home.log.commit(KEEP_DAYS)
    late = set(home.times()) - before
    assert len(late) == 2
    home.tidy()
    home.lives(60 * DAY_US)
    assert late <= set(home.times())
    home.lives(40 * DAY_US)
    assert not late & set(home.times()) and home.times()[0] >= home.now - (KEEP_DAYS + 1) * DAY_US


def test_a_clock_that_jumps_behind_and_back_while_it_runs_deletes_nothing(home: Home) -> None:
    before = set(home.times())
    for _ in range(3):
        home.now -= 1_500 * DAY_US
        home.lives(2 * DAY_US)
        home.now += 1_500 * DAY_US
        home.lives(DAY_US)
    assert before <= set(home.times()) and len(home.times()) == len(before) + 9


@pytest.mark.slow  # months, lived hour by hour
def test_numbers_stay_true_where_some_old_rows_are_kept(home: Home) -> None:
    right = home.now
    home.restart(home.now - 1_000 * DAY_US)
    home.ask()
    home.restart(right + 60_000_000)
    for _ in range(9):
        home.lives(15 * DAY_US)
        while home.log.roll():
            pass
        times = home.times()
        with closing(open_reader(home.state)) as reader, reader.counts(0, home.now + 1) as counts:
            assert counts.summary().queries == len(times)


def test_after_months_without_power_what_is_too_old_goes_within_a_week_and_a_day(home: Home) -> None:
    before = home.times()
    home.restart(home.now + 200 * DAY_US)
    home.lives(DAY_US)
    assert set(before) <= set(home.times())
    home.lives(STEADY_US)
    assert not set(before) & set(home.times())


def test_nobody_was_seen_in_the_future(home: Home) -> None:
    home.ask("10.0.0.3", device=2)
    seen, right = home.last_seen(2), home.now
    home.now += 3 * YEAR_US
    home.ask("10.0.0.3", device=2)
    home.ask()
    home.now = right + 60_000_000
    home.passed += 60_000_000
    home.ask()
    assert home.last_seen() == home.now
    home.tidy()
    assert home.last_seen(2) == seen
    home.restart(home.now)
    assert home.last_seen(2) == seen


def test_hours_are_added_up_as_before_once_a_clock_is_right_again(home: Home) -> None:
    def roll() -> None:
        for _ in range(400):
            if not home.log.roll():
                break

    roll()
    home.now += 8 * DAY_US
    home.ask()
    home.now += DAY_US
    home.ask()
    roll()
    home.now -= 9 * DAY_US
    home.lives(3 * DAY_US)
    roll()
    home.lives(3_600_000_000)
    home.ask()
    roll()
    with closing(db.connect(home.state / "querylog.db", read_only=True)) as con:
        rolled = {hour for (hour,) in con.execute("SELECT block FROM rolled WHERE level = 0")}
    hour = home.now // 3_600_000_000
    assert {*range(hour - 70, hour - 1)} <= rolled, "hours of the days since"
    assert hour not in rolled, "an hour that is not over is added up by nobody"
    with closing(open_reader(home.state)) as reader, reader.counts(home.now - 10 * DAY_US, home.now + 1) as counts:
        assert counts.summary().queries == sum(home.now - 10 * DAY_US <= at <= home.now for at in home.times())


def test_beyond_the_size_what_a_wrong_clock_wrote_goes_first(tmp_path: Path) -> None:
    made = Home(tmp_path)
    rows = [(made.now + number, 0, 0, 5) for number in range(40_000)]
    made.log.add(Batch(1, 0, 1, ["10.0.0.2"], [KEY], rows), lambda _: 1)
    ahead = [(at + 3 * YEAR_US, *rest) for at, *rest in rows]
    made.log.add(Batch(2, 0, 1, ["10.0.0.2"], [KEY], ahead), lambda _: 1)  # type: ignore[arg-type]
    made.log.commit(KEEP_DAYS)
    while made.log.retain(KEEP_DAYS, 1).more:
        pass
    times = made.times()
    assert len(times) < 80_000 and (times[-1] < made.now + AHEAD_US or times[0] == made.now)
    made.log.close()


@given(st.lists(st.tuples(st.integers(-YEAR_US, YEAR_US), st.integers(0, 2 * DAY_US)), max_size=12))
def test_what_is_believed_never_runs_ahead_of_passing_time_but_by_a_steady_clock(looks: list[tuple[int, int]]) -> None:
    clock, now, passed_in_all = LogClock(NOW, NOW), NOW, 0
    for jump, passed in looks:
        now, passed_in_all = now + jump + passed, passed_in_all + passed
        clock = clock.after(now, passed)
        if passed_in_all < STEADY_US:
            assert clock.oldest_now_us <= NOW + passed_in_all + SLACK_US * len(looks)


def test_a_clock_that_is_set_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_800_000_000.0, 1000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    monkeypatch.setattr("time.monotonic", lambda: now[1])
    watch = ClockWatch()
    told = []
    for jump in (0.0, 1.0, 9e7, 0.0, -9e7, 5.0, 0.0):
        now = [now[0] + 1 + jump, now[1] + 1]
        told.append(watch.was_set())
    assert told == [False, False, True, False, True, False, False]
