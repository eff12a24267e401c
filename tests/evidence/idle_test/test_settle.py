# SPDX-License-Identifier: GPL-3.0-or-later
"""A test that is over is added up once; its result stays when the log has let its records go."""

import os
from contextlib import closing
from pathlib import Path

import pytest
from asked_log import NOW, Asked, write
from idle_home import START, begun, kept_test, known_facts, settled_home

from evidence.idle_test import idle_test_rows, idle_tests_file, settle
from evidence.idle_test.idle_test import IdleTest
from evidence.idle_test.idle_test_rows import LATE_US
from evidence.idle_test.result import TestResult as Result
from evidence.idle_test.settle import BATCH_US, STAY_US
from store.base import db
from store.log import querylog
from store.log.readers import SHOWN

pytestmark = pytest.mark.database

SECOND = 1_000_000
MISTAT = "data.mistat.xiaomi.com"
ASKED = [Asked(START + 180 * SECOND * number + SECOND, 1, MISTAT) for number in range(20)]
OTHERS = [Asked(START + 60 * SECOND * number + 7, 2, "other.example") for number in range(60)]


def shown(state: Path, test: IdleTest, now_us: int = NOW) -> Result:
    with closing(idle_tests_file.open_reader(state)) as con:
        return settle.result_of(con, state, test, known_facts(), now_us)


def test_a_test_that_is_over_is_settled_once(tmp_path: Path) -> None:
    state = settled_home(tmp_path, ASKED + OTHERS)
    test = begun(state)
    assert settle.settle(state, state, NOW + STAY_US - 1, known_facts) == 0
    assert settle.settle(state, state, NOW + STAY_US, known_facts) == 1
    assert settle.settle(state, state, NOW + STAY_US, known_facts) == 0
    kept = shown(state, kept_test(state, test.id))
    assert kept == settle.computed(state, test, known_facts(), NOW + STAY_US)
    (name,) = kept.names
    assert (name.name, name.company, name.counts.lookups, name.leaked) == (MISTAT, "Xiaomi", 20, 20)
    assert name.beat is not None and name.beat.period_s == 180 and name.beat.jitter == 0
    assert kept.facts_version == known_facts().version and kept.computed_us == NOW + STAY_US


@pytest.mark.parametrize(("shown_us", "settled"), [(NOW + BATCH_US - 1, 0), (NOW + BATCH_US, 1)])
def test_it_is_settled_as_soon_as_the_recorder_says_that_it_wrote_all(
    tmp_path: Path, shown_us: int, settled: int
) -> None:
    state = settled_home(tmp_path, ASKED)
    begun(state)
    (state / SHOWN).touch()
    os.utime(state / SHOWN, ns=(shown_us * 1000, shown_us * 1000))
    assert settle.settle(state, state, NOW + LATE_US - 1, known_facts) == 0
    assert settle.settle(state, state, NOW + LATE_US, known_facts) == settled


def test_the_result_stays_when_the_log_is_gone(tmp_path: Path) -> None:
    state = settled_home(tmp_path, ASKED)
    test = begun(state)
    settle.settle(state, state, NOW + STAY_US, known_facts)
    before = shown(state, kept_test(state, test.id))
    for path in state.glob(f"{querylog.FILE_NAME}*"):
        path.unlink()
    (state / "evidence.db").unlink(missing_ok=True)
    assert shown(state, kept_test(state, test.id)) == before and before.counts.queries == 20


def test_until_then_it_is_as_the_log_has_it_now(tmp_path: Path) -> None:
    state = settled_home(tmp_path, ASKED[:10])
    test = begun(state)
    assert shown(state, test).counts.queries == 10
    write(state, ASKED[10:])
    assert shown(state, test).counts.queries == 20


def test_without_a_log_tests_wait(tmp_path: Path) -> None:
    db.open_config(tmp_path)
    assert settle.settle(tmp_path, tmp_path, NOW + STAY_US, known_facts) == 0
    test = begun(tmp_path)
    assert settle.settle(tmp_path, tmp_path, NOW + STAY_US, known_facts) == 0
    assert shown(tmp_path, test).counts.queries == 0
    with closing(idle_tests_file.open_reader(tmp_path)) as con:
        assert idle_test_rows.due(con, NOW + LATE_US) == [test]


def test_a_device_that_was_made_one_with_another_is_followed(tmp_path: Path) -> None:
    state = settled_home(tmp_path, OTHERS)
    test = begun(state)
    with closing(db.connect(state / "config.db")) as con:
        con.execute("INSERT INTO device_merged (device_id, into_id) VALUES (1, 2)")
    result = settle.computed(state, test, known_facts(), NOW)
    assert (result.device_id, result.counts.queries) == (2, 60)
