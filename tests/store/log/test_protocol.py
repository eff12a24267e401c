# SPDX-License-Identifier: GPL-3.0-or-later
"""Two engines, one log: whatever is written, SQLite tells what a plain list of the same rows tells."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from examples import examples
from fresh_state import lay_log
from hypothesis import example, given, settings
from hypothesis import strategies as st
from memory_log import MemoryLog
from told_facts import ToldFacts

from store.log.batches import Batch, Row, columns
from store.log.protocol import LogReader, LogWriter
from store.log.records import NO_ANSWER, Key, Verdict
from store.log.sqlite_writer import SqliteWriter
from store.log.values import QueryFilter, Summary
from store.names.purpose import Kind, Purpose
from store.stats.sqlite_reader import open_reader

pytestmark = pytest.mark.database

HOUR_US, DAY_US = 3_600_000_000, 86_400_000_000
START = 20_717 * DAY_US + 5 * HOUR_US
DAYS = 3
NOW = START + DAYS * DAY_US
COMPANIES = {"a.example": "Acme", "b.a.example": "Acme", "c.example": "Other"}
FACTS = ToldFacts(COMPANIES.get, {"a.example": Purpose.ADS, "c.example": Purpose.PUSH, "d.example": Purpose.ADS}.get)
DEVICES = {"10.0.0.2": 1, "fd00::2": 1, "10.0.0.3": 2, "10.0.0.4": 3}
CLIENTS = [*DEVICES, "10.0.0.9"]
NAMES = {1: "Phone", 2: "TV"}
TITLES = {"ads": "Ads"}

KEYS = st.builds(
    Key, st.sampled_from([*COMPANIES, "d.example", "a_d.example"]), st.sampled_from([1, 28, 65_000]),
    st.sampled_from(list(Verdict)).map(int), st.integers(0, 4), st.sampled_from(["", "ads", "pack:acme"]),
    st.sampled_from(["", "a.example", "a.example through b.example"]), st.sampled_from([0, 3, 99, NO_ANSWER]),
    st.sampled_from(["", "9.9.9.9"]), st.just(""), st.integers(0, 5), st.integers(0, 12),
)  # fmt: skip
# Whole hours too, since their borders are where a count goes wrong; and a clock that was never set.
TIMES = st.one_of(
    st.integers(START, NOW - 1),
    st.integers(0, DAYS * 24 - 1).map(lambda hour: START + hour * HOUR_US),
    # Within moments of one border: so look-ups are made of several queries, and go from one hour into the next.
    st.integers(-2_500_000, 2_500_000).map(lambda offset: START + 7 * HOUR_US + offset),
    st.just(17),
)
ROWS = st.lists(
    st.tuples(TIMES, st.integers(0, len(CLIENTS) - 1), st.integers(0, 3), st.integers(0, 50_000)), max_size=40
)
ENDS: list[Row] = [(START - HOUR_US, 4, 0, 7), (NOW - 1, 4, 0, 7)]  # between these every hour and day can be added up
FIRST = st.tuples(st.lists(KEYS, min_size=4, max_size=4), ROWS.map(lambda rows: [*rows, *ENDS]), st.just(0))
MORE = st.tuples(st.lists(KEYS, min_size=4, max_size=4), ROWS, st.integers(0, 3))
BATCHES = st.tuples(FIRST, st.lists(MORE, max_size=3)).map(lambda batches: [batches[0], *batches[1]])
Told = list[tuple[list[Key], list[Row], int]]

BORDERS = st.one_of(st.integers(START - 9, NOW + 9), st.integers(-1, DAYS * 24 + 1).map(lambda n: START + n * HOUR_US))
RANGES = st.one_of(st.just([START - DAY_US, NOW + DAY_US]), st.tuples(BORDERS, BORDERS).map(sorted))
FILTERS = st.builds(
    QueryFilter, st.sampled_from([None, 1, 3, 7]), st.sampled_from([None, "10.0.0.2"]),
    st.sampled_from([None, "a.ex", "*.example", "_", "A*"]), st.sampled_from([None, "block", 0]),
    st.sampled_from([None, "ads", "none"]), st.sampled_from([None, "acme", "unknown"]),
    type=st.sampled_from([None, "aaaa", "TYPE65000", 1]), names=st.sampled_from([None, "a.example, B.example", "none"]),
    kind=st.sampled_from([None, None, "tracking", "use", "unknown"]),
    purpose=st.sampled_from([None, None, None, "ads", "update", "unknown"]),
    origin=st.sampled_from([None, None, None, "CACHE", 4]), rcode=st.sampled_from([None, None, None, "NXDOMAIN", 0]),
    hide=st.sampled_from([None, None, None, "a.ex", "*.example", ", B.EX ,none"]),
    from_us=st.one_of(st.none(), BORDERS), to_us=st.one_of(st.none(), BORDERS),
)  # fmt: skip


def _write(log: LogWriter, told: Told, merged: bool) -> None:
    dropped = sent = 0
    for keys, rows, more in told:
        dropped += more
        log.add(columns(Batch(1, dropped, 5, CLIENTS, keys, rows, sent)), DEVICES.get)
        sent += len(rows)
        assert log.buffered == len(rows) and log.commit(90) == len(rows) and log.buffered == 0
    log.copy_names(NAMES, TITLES)
    if merged:
        log.merge_device(2, 1)
    assert log.written == sent


@contextmanager
def _both(told: Told, merged: bool, rolled: bool) -> Iterator[tuple[LogReader, LogReader]]:
    plain = MemoryLog(FACTS, lambda: NOW)
    _write(plain, told, merged)
    with TemporaryDirectory() as state:
        lay_log(Path(state))
        writer = SqliteWriter(Path(state), FACTS, lambda: NOW)
        _write(writer, told, merged)
        while rolled and writer.roll():
            pass
        reader = open_reader(Path(state))
        yield plain, reader
        reader.close()
        writer.close()


def _rounded(summary: Summary) -> Summary:
    return replace(summary, average_ms=None if summary.average_ms is None else round(summary.average_ms, 6))


# A device's names stand in its hours that are added up, too.
HOURS_OF_A_DEVICE: Told = [([Key("a.example", 1, 0, 0, "", "", 0, "")] * 4, [(START + 9, 0, 0, 7), *ENDS], 0)]


@settings(max_examples=examples(60))
@example(HOURS_OF_A_DEVICE, False, True, [START - DAY_US, NOW + DAY_US], 1, 3)
@given(BATCHES, st.booleans(), st.booleans(), RANGES, st.sampled_from([None, 1, 2, 9]), st.integers(1, 6))
def test_counts_are_the_same(
    told: Told, merged: bool, rolled: bool, span: list[int], device: int | None, limit: int
) -> None:
    step_us = max(1, math.ceil((span[1] - span[0]) / 17))
    with _both(told, merged, rolled) as logs:
        plain, found = ([], [])  # type: tuple[list[object], list[object]]
        for log, numbers in zip(logs, (plain, found), strict=True):
            with log.counts(*span, device) as counts:
                numbers += [counts.tracking_pairs(), counts.tracking_names("acme", limit)]
                numbers += [_rounded(counts.summary()), counts.timeline(step_us), counts.timeline(7 * HOUR_US)]
                for of in ("names", "companies", "devices", "lists"):
                    numbers += [counts.top(of, verdict, limit) for verdict in (None, *Verdict)]
                for of, kind in product(("names", "companies", "devices"), Kind):
                    numbers += [counts.top(of, verdict, limit, kind.word) for verdict in (None, Verdict.BLOCK)]
                    numbers.append(counts.top(of, None, limit, kind.word, last=False))
                numbers += [counts.hours(company) for company in (None, "acme", "Other", "")]
                if device is None:
                    numbers += [counts.reporters(), counts.busiest([1, 3]), counts.busiest([])]
                    numbers += [counts.company(name, limit) for name in ("acme", "Other", "", "None")]
                    numbers.append(counts.company("acme", limit, since=False))
                numbers.append(counts.of_names(["a.example", "d.example", "none.example"]))
            numbers += [log.ends(), log.devices_seen(), log.active_hours([1, 2, 7], *span), log.device_queries(*span)]
            numbers += [log.list_hits(blocklist, *span) for blocklist in ("ads", "pack:acme", "none")]
            numbers += [log.rule_hits(blocklist, *span) for blocklist in ("ads", "pack:acme", "none")]
            numbers.append(log.name_queries(["d.example", "none.example"], ["a.example"], *span, limit))
        assert found == plain


@settings(max_examples=examples(40))
@given(BATCHES, st.booleans(), st.lists(FILTERS, min_size=1, max_size=5), st.integers(1, 9))
def test_rows_and_pages_are_the_same(told: Told, rolled: bool, filters: list[QueryFilter], limit: int) -> None:
    with _both(told, False, rolled) as (plain, found):
        assert found.queries(QueryFilter()) == plain.queries(QueryFilter())
        for wanted in filters:
            cursor: str | None = None
            while True:
                page = found.queries(wanted, cursor, limit)
                assert page == plain.queries(wanted, cursor, limit)
                if page.newer:
                    assert found.queries(wanted, page.newer, limit) == plain.queries(wanted, page.newer, limit)
                cursor = page.next
                if cursor is None:
                    break
            assert found.count(wanted) == plain.count(wanted)


def test_what_cannot_be_asked_is_refused_by_both() -> None:
    with _both([], False, False) as logs:
        for log in logs:
            with log.counts(START, NOW) as counts:
                with pytest.raises(ValueError, match="without a kind"):
                    counts.top("lists", kind="use")
                for step in (0, -1, 1):
                    with pytest.raises(ValueError, match="timeline"):
                        counts.timeline(step)
                with pytest.raises(ValueError, match="top"):
                    counts.top("colours")
            with pytest.raises(ValueError, match="cursor"):
                log.queries(QueryFilter(), "nonsense")


HOUSE = Path(__file__).parents[3]
SPOKEN = {"protocol", "values", "log_clock", "records", "batches", "batch_codec", "readers"}  # for any engine
# Who opens a log, and so names its engine.
OPENERS = {
    "evidence/process.py": {"querylog"},
    "appliance/demo/demo.py": {"querylog"},
    "appliance/demo/history.py": {"sqlite_writer"},
    "appliance/evidence_cli/caught_up.py": {"querylog"},
    "appliance/evidence_cli/log_command.py": {"export as exporting", "querylog", "sqlite_reader"},
    "appliance/evidence_cli/log_import.py": {"querylog"},
    "appliance/evidence_cli/log_work.py": {"querylog", "sqlite_writer"},
    "appliance/evidence_cli/verify_report.py": {"querylog"},
    "evidence/base/first_asked.py": {"packed"},
    "evidence/base/grouping.py": {"lookups"},
    "evidence/base/hours_table.py": {"rollup_tables"},  # evidence.db is one with SQLite's hours
    "evidence/base/log_hours.py": {"counts", "packed", "querylog", "rollup_tables"},
    "evidence/base/passes.py": {"querylog", "rollup_tables"},
    "evidence/base/record_groups.py": {"lookups"},
    "evidence/base/reader.py": {"rollup_tables"},
    "evidence/chain/close_days.py": {"late_rows", "querylog"},
    "evidence/chain/verify.py": {"late_rows", "querylog"},
    "evidence/findings/beacon_rows.py": {"rollup_tables"},
    "evidence/findings/find_all.py": {"rollup_tables"},
    "evidence/findings/home_findings.py": {"rollup_tables", "sqlite_reader"},
    "evidence/findings/idle_talk.py": {"rollup_tables"},
    "evidence/findings/tracked_hours.py": {"rollup_tables"},
    "evidence/idle_test/count_sql.py": {"lookups"},
    "evidence/idle_test/live_tests.py": {"lookups", "querylog"},
    "evidence/idle_test/settle.py": {"lookups", "querylog"},
    "evidence/idle_test/tally.py": {"lookups"},
    "evidence/report_counts/beat_rows.py": {"lookups", "rollup_tables"},
    "evidence/report/circumstances.py": {"late_rows", "rollup_tables"},
    "evidence/report/kept_test.py": {"late_rows", "querylog"},
    "evidence/report_counts/leak_rows.py": {"lookups", "rollup_tables"},
    "evidence/report_counts/log_measures.py": {"lookups", "rollup_tables"},
    "evidence/report/number_check.py": {"rollup_tables"},
    "evidence/report/report_check.py": {"late_rows"},
    "evidence/report/report_document.py": {"querylog", "rollup_tables"},
    "evidence/report_counts/report_numbers.py": {"rollup_tables"},
    "evidence/report_counts/report_sql.py": {"lookups", "rollup_tables"},
    "evidence/whatif/list_worth.py": {"querylog"},
    "evidence/whatif/question.py": {"querylog"},
    "evidence/whatif/update_effects.py": {"querylog"},
    "resolver/recorder/log_insight.py": {"sqlite_reader"},
    "resolver/recorder/process.py": {"sqlite_writer"},
    "webui/evidence/log_files_api.py": {"export", "sqlite_reader"},
    "webui/http/deps.py": {"querylog", "sqlite_reader"},
    "webui/http/tail.py": {"sqlite_reader"},
    "webui/queries/log_rows.py": {"lookups"},  # what a look-up is, for rows
    "webui/services/service_uses.py": {"rollup_tables"},
    "webui/signatures/dnssec_part.py": {"querylog", "sqlite_reader"},
}


def test_rooms_above_speak_the_protocol_and_few_name_an_engine() -> None:
    named: dict[str, set[str]] = {}
    for room in ("resolver", "firewall", "evidence", "webui", "appliance"):
        for path in (HOUSE / room).rglob("*.py"):
            text = path.read_text("utf-8")
            files = set(re.findall(r"^from store\.(?:log|stats|sums)\.(\w+) import", text, re.M))
            for names in re.findall(r"^from store\.(?:log|stats|sums) import (.+)$", text, re.M):
                files.update(names.split(", "))
            if files - SPOKEN:
                named[path.relative_to(HOUSE).as_posix()] = files - SPOKEN
    assert named == OPENERS
