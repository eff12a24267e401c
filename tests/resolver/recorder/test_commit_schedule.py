# SPDX-License-Identifier: GPL-3.0-or-later
"""The rule of the commits, played through in no time: who sees what when, and how often the card is written."""

import random
from bisect import bisect_left
from collections import deque
from math import ceil

import pytest

from resolver.recorder.buffer import FLUSH_SECONDS
from resolver.recorder.commit_schedule import MANY_ROWS, STAY_SECONDS, TOKEN_SECONDS, TOKENS, Pace

LONGEST = 60.0


def _written(
    arrivals: list[float], until: float, looked_from: float = 1e9, longest: float = LONGEST
) -> tuple[list[float], list[float]]:
    """When it commits, and when it commits or saves; asked every twentieth of a second as the recorder does."""
    pace, found, safe, rows, waiting = Pace(), list[float](), list[float](), 0, deque(arrivals)
    now = arrivals[0]
    while now < until:
        came = 0
        while waiting and waiting[0] <= now:
            waiting.popleft()
            came += 1
        if came:
            rows += came
            pace.arrived(now, came)
        due, save_due = pace.due(longest, rows, now >= looked_from), pace.save_due(longest)
        if due is not None and now >= due:
            pace.committed(now, pace.is_quick(now, longest, rows, now >= looked_from))
            found.append(now)
            safe.append(now)
            rows = 0
        elif save_due is not None and now >= save_due:
            pace.saved()
            safe.append(now)
        now += 0.05
    return found, safe


def _commits(arrivals: list[float], until: float, looked_from: float = 1e9, longest: float = LONGEST) -> list[float]:
    return _written(arrivals, until, looked_from, longest)[0]


def _seen_within(arrivals: list[float], commits: list[float]) -> float:
    """The longest that a row waited."""
    return max(commits[bisect_left(commits, arrival)] - arrival for arrival in arrivals)


@pytest.mark.parametrize("burst", [[0.0], [0.0, 0.1, 0.2], [n * 0.15 for n in range(20)], [0.0, 1.0, 2.5, 4.0, 9.0]])
def test_what_is_tried_out_where_it_is_quiet_is_seen_soon(burst: list[float]) -> None:
    arrivals = [1000 + at for at in burst]
    last = [at for at in _commits(arrivals, arrivals[-1] + 5) if at >= arrivals[-1]]
    assert last and last[0] - arrivals[-1] < 1.5


def test_twenty_trials_in_a_row_are_all_seen_soon() -> None:
    arrivals = [1000 + 4.0 * number for number in range(20)]
    assert _seen_within(arrivals, _commits(arrivals, arrivals[-1] + 5)) < 1.5


@pytest.mark.parametrize("together", [0.0, FLUSH_SECONDS], ids=["each at once", "as workers send them"])
def test_a_busy_home_is_saved_once_a_minute_and_committed_by_the_thousand(together: float) -> None:
    chance = random.Random(3)
    for rate in (5, 10, 40):
        arrivals = [1000.0]
        while len(arrivals) < 600 * rate:
            arrivals.append(arrivals[-1] + chance.expovariate(rate))
        arrivals += [arrivals[-1] + 0.2 * number for number in range(6000)]
        if together:
            arrivals = [ceil(at / together) * together for at in arrivals]
        commits, safe = _written(arrivals, arrivals[-1])
        assert len(commits) <= 4 + len(arrivals) / MANY_ROWS
        assert _seen_within([at for at in arrivals if at <= safe[-1]], safe) <= LONGEST + 1
        assert _seen_within([at for at in arrivals if at <= commits[-1]], commits) <= STAY_SECONDS + 1
        assert len(safe) - len(commits) <= (arrivals[-1] - arrivals[0]) / LONGEST


def test_at_night_it_is_committed_now_and_then() -> None:
    arrivals = [1000.0 + 3 * number for number in range(4800)]
    commits, safe = _written(arrivals, arrivals[-1])
    late = [at for at in commits if at > 8200]
    assert len(late) <= 7200 / TOKEN_SECONDS + 7200 / STAY_SECONDS + 1
    assert _seen_within([at for at in arrivals if at <= safe[-1]], safe) <= LONGEST + 1


def test_a_home_that_is_never_quiet_for_long_does_not_wear_its_card() -> None:
    arrivals = [1000.0 + 2 * number for number in range(3600)]
    assert len(_commits(arrivals, arrivals[-1])) <= TOKENS + 7200 / TOKEN_SECONDS + 7200 / STAY_SECONDS + 1


def test_while_somebody_looks_it_is_written_every_second() -> None:
    arrivals = [1000 + 0.2 * number for number in range(600)]
    commits = _commits(arrivals, 1120, looked_from=1060)
    looked = [at for at in arrivals if 1060 <= at <= commits[-1]]
    assert _seen_within(looked, commits) < 1.2
    assert len([at for at in commits if at >= 1060]) <= 61


def test_many_rows_do_not_wait_and_none_make_no_commit() -> None:
    pace = Pace()
    assert pace.due(LONGEST, 0, True) is None
    pace.arrived(1000.0, 1)
    due = pace.due(LONGEST, MANY_ROWS, False)
    assert due is not None and due <= 1000.0
    assert not pace.is_quick(1000.0, LONGEST, MANY_ROWS, False)


def test_the_setting_may_ask_for_more() -> None:
    arrivals = [1000 + 0.05 * number for number in range(400)]
    assert _seen_within(arrivals[:-30], _commits(arrivals, arrivals[-1], longest=0.1)) < 0.3
