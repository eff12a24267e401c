# SPDX-License-Identifier: GPL-3.0-or-later
"""Who reports to whom: pairs and names of a small log; tests/store/log/test_protocol.py draws many more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from told_facts import ToldFacts

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.values import LATEST_US, TrackingPair
from store.log.writer import Writer
from store.names.purpose import Purpose
from store.stats.sqlite_reader import SqliteReader

NOW = 1_790_000_000_000_000
FACTS = ToldFacts(
    {"ads.acme": "Acme", "crash.acme": "Acme", "push.acme": "Acme", "ads.other": "Other"}.get,
    {"ads.acme": Purpose.ADS, "crash.acme": Purpose.CRASH, "push.acme": Purpose.PUSH, "ads.other": Purpose.ADS,
     "ads.nobody": Purpose.ADS}.get,
)  # fmt: skip
TV, PHONE, STRANGER = "10.0.0.1", "10.0.0.2", "10.0.0.9"
ASKED = (
    *((TV, "ads.acme", Verdict.BLOCK),) * 5, (TV, "crash.acme", Verdict.PASS), (TV, "push.acme", Verdict.PASS),
    (PHONE, "ads.other", Verdict.PASS), (PHONE, "ads.other", Verdict.BLOCK), (PHONE, "ads.nobody", Verdict.PASS),
    (STRANGER, "ads.acme", Verdict.ALLOW),
)  # fmt: skip


@pytest.fixture
def reader() -> Iterator[SqliteReader]:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    writer = Writer(log, FACTS, lambda: NOW)
    for second, (client, name, verdict) in enumerate(ASKED):
        key = Key(name, 1, verdict, Origin.SELF, "", "", 0, "")
        writer.add(Batch(1, 0, 0, [client], [key], [(NOW + 2_000_000 * second, 0, 0, 9)]), {TV: 1, PHONE: 2}.get)
    writer.commit()
    querylog.copy_names(log, {1: "TV", 2: "Phone"}, {})
    yield SqliteReader(log)
    log.close()


def test_each_device_with_each_company(reader: SqliteReader) -> None:
    with reader.counts(0, LATEST_US) as counts:
        assert counts.tracking_pairs() == [
            TrackingPair(1, "TV", "Acme", 6, 5),
            TrackingPair(2, "Phone", "Other", 2, 1),
            TrackingPair(2, "Phone", None, 1, 0),
            TrackingPair(None, "unknown", "Acme", 1, 0),
        ]


def test_one_devices_pairs_are_its_own(reader: SqliteReader) -> None:
    with reader.counts(0, LATEST_US, 1) as counts:
        assert counts.tracking_pairs() == [TrackingPair(1, "TV", "Acme", 6, 5)]
        assert [(name.name, name.queries) for name in counts.tracking_names("acme")] == [
            ("ads.acme", 5), ("crash.acme", 1),
        ]  # fmt: skip


def test_names_that_track_come_with_what_they_are_for(reader: SqliteReader) -> None:
    with reader.counts(0, LATEST_US) as counts:
        names = counts.tracking_names("Acme")
        assert [(name.name, name.purpose, name.queries, name.blocked) for name in names] == [
            ("ads.acme", "ads", 6, 5), ("crash.acme", "crash", 1, 0),
        ]  # fmt: skip
        assert counts.tracking_names("Acme", 1) == names[:1] and counts.tracking_names("nobody") == []


def test_what_got_through_is_the_rest() -> None:
    assert TrackingPair(1, "TV", "Acme", 9, 5, 1).through == 3


def test_the_log_knows_its_ends(reader: SqliteReader) -> None:
    assert reader.ends() == (NOW, NOW + 2_000_000 * (len(ASKED) - 1))
