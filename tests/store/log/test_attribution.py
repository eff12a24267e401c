# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens to facts, devices and records: what sums know of names is what the view `queries` says just then."""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from told_facts import NOTHING, ToldFacts

from evidence.base.grouping import grouped
from store.base.db import transaction
from store.log import attribution, interning, querylog, retention, rollup_tables
from store.log.batches import Batch
from store.log.name_facts import NameFacts, stored
from store.log.records import COUNTED, Key, Origin, counted, counted_sql
from store.log.rollup_tables import DAY_US, HOUR_US, KNOWN_HOURS, TABLE
from store.log.timespan import split
from store.log.writer import Writer
from store.names.purpose import Kind, Purpose
from store.sums import lookups, packed
from store.sums.counts import unpack
from wire import types

pytestmark = pytest.mark.database


@pytest.fixture(scope="module", autouse=True, params=["hours", "days"])
def _sums(request: pytest.FixtureRequest) -> Iterator[str]:
    """Whether days of few records, as all of these are, are added up by hours or at once."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "hours":
            patch.setattr(rollup_tables, "MAX_SPARSE", -1)
        yield request.param


START = 20_717 * DAY_US + 21 * HOUR_US
HOURS = 36
NOW = START + HOURS * HOUR_US + HOUR_US // 2
NAMES = [f"n{number}.example" for number in range(7)]
DEVICE = {"10.0.0.2": 1, "fd00::2": 1, "10.0.0.3": 2, "10.0.0.4": 3}
CLIENTS = [*DEVICE, "10.0.0.9"]
KEYS = [
    Key(name, qtype, verdict, Origin.SELF, "", "", rcode, "")
    for name in NAMES for qtype in (1, 28, 16) for verdict, rcode in ((0, 0), (0, 2), (1, 0))
]  # fmt: skip
PURPOSES = [None, Purpose.ADS, Purpose.CONTENT, Purpose.PUSH]


def _facts(version: int) -> NameFacts:
    """Whose names are in this version; most are whose they were in the one before."""

    def drawn(name: str, of: str, among: list[str | None]) -> str | None:
        changed = random.Random(f"{name} {of} {version}").random() < 0.4
        return random.Random(f"{name} {of} {version if changed else 0}").choice(among)

    def purpose(name: str) -> Purpose | None:
        word = drawn(name, "purpose", [None if each is None else str(each) for each in PURPOSES])
        return None if word is None else Purpose(word)

    return ToldFacts(lambda name: drawn(name, "company", [None, "Acme", "Other"]), purpose, str(version))


def _write(writer: Writer, seed: int, count: int) -> None:
    """Queries in bursts, mostly around the ends of hours, where look-ups go over them."""
    dice, rows = random.Random(seed), []
    for _ in range(count):
        at = START + dice.randrange(HOURS) * HOUR_US + dice.choice([0, 0, 0, HOUR_US // 3])
        client, name = dice.randrange(len(CLIENTS)), dice.randrange(len(NAMES))
        for _ in range(dice.randrange(1, 4)):
            key = 9 * name + dice.randrange(9)
            rows.append((at + dice.randrange(-1_300_000, 1_300_000), dice.choice([client, dice.randrange(5)]), key, 7))
    writer.add(Batch(1, 0, 0, CLIENTS, KEYS, sorted(rows)), DEVICE.get)
    writer.commit()


Sums = Counter[tuple[str, str, str, int]]
"""(queries or look-ups, company, kind, counted verdict)"""


def _by_sql(log: sqlite3.Connection, from_us: int, to_us: int, device: int | None) -> Sums:
    """By the view alone, each row looked at by itself."""
    sums: Sums = Counter()
    last: dict[tuple[int | None, str], int] = {}
    columns = "time_us, device_id, name, type, verdict, rcode, company, kind"
    for at, asker, name, qtype, verdict, rcode, company, kind in log.execute(f"SELECT {columns} FROM queries"):
        begins = True
        if qtype in ("A", "AAAA", "SVCB", "HTTPS"):
            begins = at - last.get((asker, name), 0) > 1_000_000
            last[asker, name] = at
        if from_us <= at < to_us and device in (None, asker):
            rcodes = {word: number for number, word in types.RCODE_NAMES.items()}
            key = (company or "", kind, counted(COUNTED[verdict], rcodes[rcode]))
            sums["queries", *key] += 1
            sums["lookups", *key] += begins
    return +sums


def _by_sums(log: sqlite3.Connection, from_us: int, to_us: int, device: int | None) -> Sums:
    clients = None
    if device is not None:
        clients = [number for (number,) in log.execute("SELECT id FROM clients WHERE device_id = ?", (device,))]
    timespan = split(log, from_us, to_us, clients).known
    of_name = timespan.in_gaps.companies()
    sums: Counter[tuple[str, int, int]] = Counter()
    for what, section in (("queries", "companies"), ("lookups", "lookups")):
        for company, verdict, count in packed.unpacked(timespan.section(section).items()):
            sums[what, company, verdict] += count
    for name, verdict, count in packed.unpacked(timespan.in_gaps.section("name_id").items()):
        sums["queries", of_name.get(name, 0), verdict] += count
    for gap in timespan.gaps:
        begun = lookups.begun(log, *gap, clients)
        verdicts = interning.verdicts(log, {outcome for *_, outcome in begun})
        for (_, name, outcome), count in begun.items():
            sums["lookups", of_name.get(name, 0), verdicts[outcome]] += count
    words = {0: ("", "unknown")}
    words.update({number: (name, Kind(kind).word) for number, name, kind in log.execute("SELECT * FROM companies")})
    total: Sums = Counter()
    for (what, company, verdict), count in sums.items():
        total[what, *words[company], verdict] += count
    return total


def _same(log: sqlite3.Connection) -> None:
    for span in ((START - DAY_US, NOW), (START + HOUR_US, START + 30 * HOUR_US)):
        for device in (None, 1, 2):
            assert _by_sums(log, *span, device) == _by_sql(log, *span, device)
    for device in (1, 2):  # and so counts evidence
        rows = grouped(log, START - DAY_US, NOW, device)
        counts = _by_sums(log, START - DAY_US, NOW, device)
        assert sum(row.pair.lookups for row in rows) == sum(n for (what, *_), n in counts.items() if what == "lookups")


def _same_moments(log: sqlite3.Connection) -> None:
    """`tracking` and `trackers` of each hour and day that holds, by client and for the house."""
    verdicts = dict(log.execute(f"SELECT o.id, {counted_sql('o')} FROM outcomes o"))
    tracking = {name for (name,) in log.execute(_TRACKING)}
    for level, block in log.execute("SELECT level, block FROM rolled WHERE level >= 2 AND kept").fetchall():
        length = (HOUR_US, DAY_US)[level - KNOWN_HOURS]
        span, moments, trackers = (block * length, (block + 1) * length), Counter[Moment](), Counter[tuple[int, int]]()
        for at, client, name, outcome in log.execute(_RECORDS, span):
            moment = at % length // (60_000_000 if level == KNOWN_HOURS else HOUR_US)
            moments.update((who, moment, verdicts[outcome]) for who in (0, client) if name in tracking)
        for (client, name, outcome), count in lookups.begun(log, *span).items():
            trackers[client, verdicts[outcome]] += count if name in tracking else 0
        sums, of_clients = Counter[Moment](), Counter[tuple[int, int]]()
        table, within = TABLE[level], (packed.row(block, 0), packed.row(block + 1, 0))
        sql = f"SELECT id, tracking, trackers FROM {table} WHERE id >= ? AND id < ?"
        for row, data, more in log.execute(sql, within):
            of_row = packed.unpacked(unpack(data))
            sums.update({(packed.client_of(row), moment, verdict): count for moment, verdict, count in of_row})
            of_clients.update({(client, verdict): count for client, verdict, count in packed.unpacked(unpack(more))})
        assert sums == moments and of_clients == +trackers


Moment = tuple[int, int, int]
"""(client, moment of the hour or day, counted verdict)"""
_TRACKING = "SELECT n.id FROM names n JOIN companies c ON c.id = n.company_id WHERE c.kind = 1"
_RECORDS = "SELECT time_us, client_id, name_id, outcome_id FROM records WHERE time_us >= ? AND time_us < ?"


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(2, 99)),
        st.tuples(st.just("roll"), st.integers(1, 60)),
        st.tuples(st.just("facts"), st.integers(1, 3)),
        st.tuples(st.just("attribute"), st.integers(1, 5)),
        st.tuples(st.just("merge"), st.sampled_from([{}, {1: 2}, {2: 1}, {3: 1}])),
        st.tuples(st.just("twin"), st.sampled_from([(1, 2), (3, 1)])),
        st.tuples(st.just("retain"), st.integers(0, HOURS)),
        st.tuples(st.just("die"), st.just(0)),
    ),
    min_size=3,
    max_size=8,
)  # fmt: skip


@settings(max_examples=examples(40))
@given(ACTIONS)
def test_sums_are_what_the_view_says_at_every_moment(actions: list[tuple[str, Any]]) -> None:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    facts = _facts(0)
    writer = Writer(log, facts, lambda: NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attribution, "STEP_NAMES", 2)
        _write(writer, 1, 60)
        for what, value in [("roll", 99), *actions, ("attribute", 9), ("roll", 99)]:
            if what == "facts":
                facts = _facts(value)
            elif what == "die":
                writer = Writer(log, facts, lambda: NOW)
            _act(writer, what, value, facts)
            _same(log)
        _same_moments(log)
    names = log.execute("SELECT n.name, c.name, c.kind FROM names n LEFT JOIN companies c ON c.id = n.company_id")
    for name, company, kind in names:
        assert (company or "", kind or 0) == stored(facts.of(name))[0]
    log.close()


def _act(writer: Writer, what: str, value: Any, facts: NameFacts) -> None:
    con = writer.inside().con
    if what == "write":
        _write(writer, value, 8)
    elif what == "facts":
        writer.follow_facts(facts)
    elif what in ("roll", "attribute"):
        for _ in range(value):
            (writer.roll if what == "roll" else writer.attribute)()
    elif what == "merge":
        querylog.follow_merged(con, value)
    elif what == "twin":
        querylog.merge_device(con, *value)
    elif what == "retain":
        with transaction(con):
            retention.delete_some(con, "WHERE time_us < ?", (START + value * HOUR_US,), 100)


@pytest.fixture
def filled(log: sqlite3.Connection) -> tuple[sqlite3.Connection, Writer]:
    writer = Writer(log, ToldFacts(lambda name: "Acme"), lambda: NOW)
    _write(writer, 1, 200)
    while writer.attribute() or writer.roll():
        pass
    return log, writer


def _known(log: sqlite3.Connection) -> set[int]:
    return {hour for (hour,) in log.execute("SELECT block FROM rolled WHERE level = ?", (KNOWN_HOURS,))}


def test_a_look_up_over_the_end_of_an_hour_begins_where_its_first_query_is(log: sqlite3.Connection) -> None:
    writer = Writer(log, ToldFacts(lambda name: "Acme"), lambda: NOW)
    border = START + 5 * HOUR_US

    def write(*times: int) -> None:
        writer.add(Batch(1, 0, 0, ["10.0.0.2"], KEYS[:1], [(at, 0, 0, 7) for at in times]), DEVICE.get)
        writer.commit()
        _same(log)
        while writer.roll():
            pass
        _same(log)

    def begun() -> int:
        return _by_sums(log, border, border + HOUR_US, None)["lookups", "Acme", "unknown", 0]

    write(START, border + 200_000, NOW - 2 * HOUR_US)
    assert border // HOUR_US in _known(log) and begun() == 1
    write(border - 300_000)  # which came late
    assert border // HOUR_US in _known(log) and begun() == 0
    with transaction(log):
        retention.delete_some(log, "WHERE time_us < ?", (border,), 100)
    assert begun() == 1
    _same(log)


def test_names_whose_facts_stay_cost_no_write(filled: tuple[sqlite3.Connection, Writer]) -> None:
    log, writer = filled
    before, known = log.total_changes, _known(log)
    writer.follow_facts(ToldFacts(lambda name: "Acme", version="2"))
    while writer.attribute():
        pass
    assert log.total_changes - before == 2, "that they are looked at, and that all were"
    assert _known(log) == known and not writer.roll()


def test_only_hours_that_have_a_name_are_added_up_again(
    filled: tuple[sqlite3.Connection, Writer], _sums: str
) -> None:  # fmt: skip
    log, writer = filled
    at = START + (2 if _sums == "days" else 3) * HOUR_US + 9  # the first day begins late, and has hours always
    writer.add(Batch(1, 0, 0, ["10.0.0.2"], [KEYS[0]._replace(name="rare.example")], [(at, 0, 0, 7)]), DEVICE.get)
    writer.commit()
    while writer.roll():
        pass
    known, whole = _known(log), log.execute("SELECT * FROM hours").fetchall()
    names = ToldFacts(lambda name: "Other" if name == "rare.example" else "Acme", version="2")
    writer.follow_facts(names)
    while writer.attribute():
        pass
    assert known - _known(log) == {at // HOUR_US}
    _same(log)
    while writer.roll():
        pass
    assert _known(log) == known and log.execute("SELECT * FROM hours").fetchall() == whole


def test_a_killed_writer_goes_on_where_it_was(
    filled: tuple[sqlite3.Connection, Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    log, writer = filled
    monkeypatch.setattr(attribution, "STEP_NAMES", 2)
    better = ToldFacts(lambda name: "Other", version="2")
    writer.follow_facts(better)
    assert writer.attribute() and writer.attribute()
    assert log.execute("SELECT looked_to FROM facts").fetchone() == (4,)
    again, looked = Writer(log, better, lambda: NOW), list[str]()
    better.company_of = lambda name: looked.append(name) or "Other"  # type: ignore[func-returns-value]
    while again.attribute():
        _same(log)
    assert looked == [name for (name,) in log.execute("SELECT name FROM names WHERE id > 4 ORDER BY id")]


def test_what_is_stored_meanwhile_is_by_the_new_facts(filled: tuple[sqlite3.Connection, Writer]) -> None:
    log, writer = filled
    writer.follow_facts(ToldFacts(lambda name: "Other", version="2"))
    writer.add(Batch(1, 0, 0, ["10.0.0.2"], [KEYS[0]._replace(name="new.example")], [(NOW, 0, 0, 7)]), DEVICE.get)
    writer.commit()
    sql = "SELECT DISTINCT company FROM queries WHERE name = 'new.example'"
    assert log.execute(sql).fetchall() == [("Other",)]
    older = Writer(log, ToldFacts(lambda name: "Acme"), lambda: NOW)  # a version before, which knows less
    while older.attribute():
        pass
    assert log.execute(sql).fetchall() == [("Acme",)]


def test_a_step_that_fails_is_done_again(filled: tuple[sqlite3.Connection, Writer]) -> None:
    log, writer = filled
    writer.follow_facts(ToldFacts(lambda name: "Other", version="2"))
    log.execute("CREATE TRIGGER full BEFORE UPDATE ON names BEGIN SELECT RAISE(FAIL, 'full'); END")
    with pytest.raises(sqlite3.Error):
        writer.attribute()
    _same(log)
    log.execute("DROP TRIGGER full")
    while writer.attribute():
        pass
    assert log.execute("SELECT DISTINCT company FROM queries").fetchall() == [("Other",)]
    _same(log)


def test_where_nobody_is_known_nothing_is_stored(log: sqlite3.Connection) -> None:
    writer = Writer(log, NOTHING, lambda: NOW)
    _write(writer, 1, 5)
    while writer.attribute():
        pass
    assert log.execute("SELECT count(*) FROM companies").fetchone() == (0,)
