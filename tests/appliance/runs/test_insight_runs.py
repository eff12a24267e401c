# SPDX-License-Identifier: GPL-3.0-or-later
"""The log is looked at each quarter of an hour, and each minute while somebody stands for the home."""

from pathlib import Path

import pytest
from counted_runs import CountedRuns

from appliance.runs import insight_runs
from appliance.runs.insight_runs import HIDDEN, LOOK_SECONDS, REST_SECONDS, InsightRuns
from resolver.recorder import log_insight


class Home(CountedRuns):
    """Runs of a home whose supervisor always comes late."""

    def __init__(self, state: Path) -> None:
        super().__init__(1000.0, code=0)
        self.runs = InsightRuns(state, state, {})

    def started(self, seconds: float = LOOK_SECONDS) -> int:
        """Starts so far, after steps for so long."""
        for _ in range(round(seconds / LOOK_SECONDS)):
            super().started(LOOK_SECONDS + 0.3)
        return self.starts


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = Home(tmp_path)
    made.take_over(insight_runs, monkeypatch)
    return made


def test_at_the_first_step_and_each_quarter_of_an_hour(home: Home) -> None:
    assert home.started(LOOK_SECONDS) == 1
    assert home.started(REST_SECONDS - LOOK_SECONDS) == 1
    assert home.started(LOOK_SECONDS) == 2
    assert home.started(REST_SECONDS * 4) == 6


def test_each_minute_while_somebody_stands_for_the_home(home: Home) -> None:
    home.code = HIDDEN
    assert home.started(LOOK_SECONDS * 5) == 5
    home.code = 0
    assert home.started(LOOK_SECONDS * 5) == 5
    assert log_insight.HIDDEN == HIDDEN


def test_no_second_one_beside_one_that_goes_on_and_one_that_fails_waits_as_well(home: Home) -> None:
    home.code = None
    assert home.started(REST_SECONDS * 3) == 1
    home.code = -9
    assert home.started(LOOK_SECONDS) == 2
    assert home.started(LOOK_SECONDS * 5) == 2
