# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence verify`: 0 where all fits, 1 with day and row where it does not."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from chained_days import Chained, begin_of

from evidence.chain import close_days
from store.base import db
from store.log import querylog

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def closed(state: Path) -> Path:
    with closing(querylog.open_log(state / querylog.FILE_NAME)) as log:
        Chained(log, log, begin_of(1)).write(range(begin_of(0) + 1_000_000, begin_of(0) + 51_000_000, 1_000_000))
    close_days.close_days(state, begin_of(1) + close_days.CLOSE_US)
    return state / querylog.FILE_NAME


def test_all_of_it_fits(command: Command, closed: Path) -> None:
    code, text, _ = command("evidence", "verify")
    assert code == 0
    assert "1 day, 50 rows: compared with what was closed between 2026-09-04 and 2026-09-04." in text
    assert "All of it fits." in text and "Head of the chain" in text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE records SET duration_us = 7 WHERE time_us = ?", "it was changed; now: [1788480020000000,"),
        ("DELETE FROM records WHERE time_us = ?", "it is missing."),
    ],
)
def test_the_row_at_fault_is_named(command: Command, closed: Path, change: str, sentence: str) -> None:
    with closing(db.connect(closed)) as log:
        log.execute(change, (begin_of(0) + 20_000_000,))
    code, text, _ = command("evidence", "verify")
    assert code == 1 and "All of it fits" not in text
    assert f"2026-09-04, row 20 (2026-09-04T00:00:20.000000Z): {sentence}" in text
    code, text, _ = command("evidence", "verify", "--json")
    verified = json.loads(text)
    assert code == 1 and not verified["whole"]
    assert (verified["faults"][0]["day"], verified["faults"][0]["row"]) == ("2026-09-04", 20)


def test_a_chain_that_was_taken_away_is_told(command: Command, closed: Path) -> None:
    with closing(querylog.open_log(closed)) as log:
        Chained(log, log, begin_of(3)).write([begin_of(2) + 10_000_000_000])
    chain = closed.with_name("chain.db")
    chain.unlink()
    code, text, _ = command("evidence", "verify")
    assert code == 1 and "There is no chain, though the log has 1 day that is over" in text
    chain.write_bytes(b"")
    code, _, trouble = command("evidence", "verify")
    assert code == 1 and "chain" in trouble


def test_before_a_day_is_closed_it_says_so(command: Command, state: Path) -> None:
    code, _, trouble = command("evidence", "verify")
    assert code == 1 and "it is missing. Start Telltale, which makes it." in trouble
    querylog.open_log(state / querylog.FILE_NAME).close()
    code, text, _ = command("evidence", "verify")
    assert code == 0 and "No day is closed yet" in text
