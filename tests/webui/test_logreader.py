# SPDX-License-Identifier: GPL-3.0-or-later
"""A log that is not there yet reads as an empty one."""

from typing import Any

from store import stats
from webui import logreader
from webui.house import House


def test_no_log_is_an_empty_log(bare_home: Any) -> None:
    steps = logreader.log(House(bare_home.state, bare_home.run, {}))
    con = next(steps)
    assert stats.summary(con, 0, 2**60).queries == 0
    steps.close()
    assert not (bare_home.state / "querylog.db").exists()


def test_the_log_is_read_where_there_is_one(home: Any) -> None:
    steps = logreader.log(House(home.state, home.run, {}))
    assert stats.summary(next(steps), 0, 2**60).queries == len(home.written)
    steps.close()
