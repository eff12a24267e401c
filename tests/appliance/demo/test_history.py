# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's thirty days: what stands in its files is what a home's own processes write, and tells of everything."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from demo_home import DemoHome, at_its_end

from appliance.demo.household_devices import DEVICES
from appliance.demo.household_habits import HABITS
from blocklists.whose import home_facts
from evidence.chain import chain_file, verify
from evidence.findings.finding import Cause, FindingKind
from evidence.idle_test import idle_test_rows, idle_tests_file
from evidence.idle_test.idle_test import Blocking
from resolver.explain.explain import Explainer
from store.base import db
from store.config import session
from store.history.acting import PEOPLE, Origin
from store.household import changes, requests
from store.log import late_rows
from store.log.records import Verdict
from store.stats.sqlite_reader import open_reader
from wire import types

pytestmark = pytest.mark.process  # the index is compiled by a process of its own

DAY = 86_400


def rows(home: DemoHome, sql: str, file: str = "querylog.db") -> list[tuple[Any, ...]]:
    with closing(db.connect(home.state / file, read_only=True)) as con:
        return [tuple(row) for row in con.execute(sql)]


def test_every_query_stands_in_the_log_in_its_time_and_with_its_device(demo_home: DemoHome) -> None:
    [(count, first_us, last_us)] = rows(demo_home, "SELECT count(*), min(time_us), max(time_us) FROM queries")
    assert count == demo_home.queries > 50_000
    assert 28 * DAY < demo_home.now - first_us / 1e6 < 31 * DAY
    assert demo_home.now - 3600 < last_us / 1e6 < demo_home.now
    asked = dict(rows(demo_home, "SELECT device_id, count(*) FROM queries GROUP BY 1"))
    assert len(asked) == len(DEVICES)
    assert None not in asked


def test_the_log_notes_nothing_as_late_or_lost(demo_home: DemoHome) -> None:
    with closing(db.connect(demo_home.state / "querylog.db", read_only=True)) as con:
        days = [at // DAY for at in range(int(demo_home.now) - 31 * DAY, int(demo_home.now), DAY)]
        assert not any(late_rows.of_day(con, day) for day in days)
    assert rows(demo_home, "SELECT count(*) FROM drops") == [(0,)]


def test_the_sums_of_its_hours_are_those_of_its_rows(demo_home: DemoHome) -> None:
    end_us = int(demo_home.now * 1e6) + 1
    with closing(open_reader(demo_home.state)) as log, log.counts(end_us - 31 * DAY * 1_000_000, end_us) as counted:
        summary = counted.summary()
    counts = dict(rows(demo_home, "SELECT verdict, count(*) FROM queries GROUP BY 1"))
    assert summary.queries == sum(counts.values())
    assert summary.blocked == counts[Verdict.BLOCK.name]
    assert set(counts) >= {"PASS", "BLOCK", "ALLOW", "LOCAL"}


def test_an_outage_and_names_that_do_not_exist_are_among_it(demo_home: DemoHome) -> None:
    codes = dict(rows(demo_home, "SELECT rcode, count(*) FROM queries GROUP BY 1"))
    assert codes["SERVFAIL"] > 10
    assert codes["NXDOMAIN"] > 10


def test_findings_are_of_every_kind_that_a_home_on_loopback_can_have(demo_home: DemoHome) -> None:
    found = rows(demo_home, "SELECT kind, cause FROM findings", "evidence.db")
    assert {kind for kind, _ in found} >= {
        FindingKind.BEACON, FindingKind.NEW_COMPANY, FindingKind.NEW_NAME, FindingKind.LEAK, FindingKind.BYPASS
    }
    assert {cause for kind, cause in found if kind == FindingKind.LEAK} >= {
        Cause.NO_LIST, Cause.LIST_OFF, Cause.LIST_LATER, Cause.GROUP, Cause.RULE, Cause.ALLOW_LIST, Cause.SCHEDULE,
        Cause.EXCEPTION, Cause.PAUSE,
    }  # fmt: skip


def test_its_days_are_closed_and_the_chain_holds(demo_home: DemoHome) -> None:
    with closing(chain_file.open_reader(demo_home.state)) as chain:
        links = list(chain_file.links(chain))
    assert 28 <= len(links) <= 30
    assert verify.verify_state(demo_home.state).is_whole


def test_its_idle_tests_are_over_and_settled(demo_home: DemoHome) -> None:
    with closing(idle_tests_file.open_reader(demo_home.state)) as con:
        tests = idle_test_rows.tests(con)
        results = [idle_test_rows.kept(con, test.id) for test in tests]
    assert [test.settled for test in tests] == [True] * 3
    assert Blocking.HALVES in {test.blocking for test in tests}
    assert all(results)


def test_what_people_did_is_in_the_history_at_its_time(demo_home: DemoHome) -> None:
    engine = session.engine(demo_home.state)
    views = changes.changes(engine, limit=100)
    times = [view.at for view in views]
    assert all(later >= earlier for later, earlier in pairwise(times))
    assert times[0] < demo_home.now
    assert times[-1] < demo_home.now - 28 * DAY
    assert len({time.strftime("%F", time.localtime(at)) for at in times}) > 10
    assert {view.origin for view in views} <= {*PEOPLE, Origin.START}
    assert requests.waiting(engine)


def test_the_new_device_is_new(demo_home: DemoHome) -> None:
    new = next(device for device in DEVICES if HABITS[device.name].new_on < 10)
    [(seen,)] = rows(demo_home, f"SELECT min(time_us) FROM queries WHERE client = '{new.address}'")
    assert demo_home.now - 8 * DAY < seen / 1e6 < demo_home.now - 4 * DAY


def test_what_was_decided_lately_is_what_explain_says_of_it(demo_home: DemoHome) -> None:
    """Two ways: rows as they were written, and the explanation that a page gives of the same question.

    Of devices under no schedule, whatever time of the day it is.
    """
    since_us = int((demo_home.now - 1800) * 1e6)
    found = rows(demo_home, f"""SELECT DISTINCT client, name, type, verdict FROM queries
                                WHERE time_us > {since_us} AND device NOT IN ('Poco F5', 'iPad')""")  # fmt: skip
    numbers = {name: number for number, name in types.TYPE_NAMES.items()}
    with at_its_end(demo_home):
        explainer = Explainer.load(demo_home.state, {}, None)
        differing = Counter(
            name for client, name, type_, verdict in found
            if explainer.decide(name, numbers[type_], client).judgement.verdict.name != verdict
        )
    assert found
    assert not differing


def test_the_clock_is_the_machines_again(demo_home: DemoHome) -> None:
    assert time.time() > demo_home.now
    with closing(sqlite3.connect(demo_home.state / "config.db")) as con:
        assert con.execute("SELECT count(*) FROM change WHERE at > ?", (demo_home.now,)).fetchone() == (0,)
    assert home_facts.load(demo_home.state).of("data.mistat.xiaomi.com").company == "Xiaomi"
