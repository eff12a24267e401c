# SPDX-License-Identifier: GPL-3.0-or-later
"""What may not be written down is in no file: not in the log, not in what waits for it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from store.config.choices import LogPrivacy
from store.log import batches
from store.log.batches import Batch, Columns
from store.log.querylog import FILE_NAME, WAITING_NAME
from store.log.records import Key, Origin, Verdict
from store.log.sqlite_writer import SqliteWriter
from store.privacy import log_privacy
from store.privacy.log_privacy import ALL, Kept
from store.stats.sqlite_reader import open_reader

NOW_US = 1_790_000_000_000_000
SECRET, PLAIN = "very-secret-name.example", "plain-name.example"
DEVICES = {"192.0.2.61": 1, "192.0.2.62": 2}


def batch(number: int = 0, clients: tuple[str, ...] = ("192.0.2.61", "192.0.2.62")) -> Columns:
    """Client 0 asks for the secret name, which a rule blocked; the others for a plain one."""
    keys = [
        Key(SECRET, 1, Verdict.BLOCK, Origin.SELF, "list-that-tells", "rule-that-tells.example", 0, ""),
        Key(PLAIN, 28, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "192.0.2.53"),
    ]
    rows = [(NOW_US + 10 * number + place, place, min(place, 1), 5) for place in range(len(clients))]
    return batches.columns(Batch(1, 0, 7, list(clients), keys, rows, number * len(clients)))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteWriter]:
    writer = SqliteWriter(tmp_path, NOTHING, lambda: NOW_US)
    with closing(writer):
        yield writer


def told(state: Path) -> bytes:
    """All that stands in the files of the log."""
    return b"".join(path.read_bytes() for path in state.iterdir() if path.name.startswith("querylog"))


def rows(state: Path) -> list[tuple[int | None, str | None, str | None, str | None]]:
    from store.log.values import QueryFilter

    with closing(open_reader(state)) as reader:
        page = reader.queries(QueryFilter())
        return sorted((row.device_id, row.client, row.name, row.verdict) for row in page.items)  # type: ignore[type-var]


def test_all_of_it_is_the_same_batch() -> None:
    whole = batch()
    assert ALL.reduce is None
    assert log_privacy.reduced(ALL, whole, DEVICES.get) == (whole, [1, 2])


@pytest.mark.database
def test_of_an_unnamed_device_only_what_became_of_it(log: SqliteWriter, tmp_path: Path) -> None:
    log.follow_privacy(Kept(unnamed=frozenset({1})).reduce)
    log.add(batch(), DEVICES.get)
    log.save()
    assert (tmp_path / WAITING_NAME).exists()
    log.commit(90)
    log.roll()
    files = told(tmp_path)
    for secret in (SECRET, "rule-that-tells", "list-that-tells"):
        assert secret.encode() not in files
    assert PLAIN.encode() in files
    assert rows(tmp_path) == [(1, "192.0.2.61", "", "BLOCK"), (2, "192.0.2.62", PLAIN, "PASS")]


@pytest.mark.database
def test_whose_an_address_is_that_nobody_knows_may_be_the_unnamed_ones(log: SqliteWriter, tmp_path: Path) -> None:
    log.follow_privacy(Kept(unnamed=frozenset({9})).reduce)
    log.add(batch(), {"192.0.2.62": 2}.get)
    log.commit(90)
    assert SECRET.encode() not in told(tmp_path) and PLAIN.encode() in told(tmp_path)


@pytest.mark.database
def test_names_without_who(log: SqliteWriter, tmp_path: Path) -> None:
    log.follow_privacy(Kept(LogPrivacy.NAMES).reduce)
    log.add(batch(), DEVICES.get)
    log.save()
    log.commit(90)
    files = told(tmp_path)
    assert b"192.0.2.6" not in files and SECRET.encode() in files
    assert rows(tmp_path) == [(None, "", PLAIN, "PASS"), (None, "", SECRET, "BLOCK")]


@pytest.mark.database
def test_devices_without_their_addresses(log: SqliteWriter, tmp_path: Path) -> None:
    log.follow_privacy(Kept(addresses=False).reduce)
    log.add(batch(), DEVICES.get)
    log.save()
    log.commit(90)
    assert b"192.0.2.6" not in told(tmp_path)
    assert rows(tmp_path) == [(1, "", SECRET, "BLOCK"), (2, "", PLAIN, "PASS")]


@pytest.mark.database
def test_nothing_is_nothing_and_no_row_counts_as_lost(log: SqliteWriter, tmp_path: Path) -> None:
    log.follow_privacy(Kept(LogPrivacy.NOTHING).reduce)
    log.add(batch(0), DEVICES.get)
    log.add(batch(1), DEVICES.get)
    assert (log.buffered, log.commit(90)) == (0, 0)
    files = told(tmp_path)
    assert SECRET.encode() not in files and b"192.0.2.6" not in files and rows(tmp_path) == []
    log.follow_privacy(ALL.reduce)
    log.add(batch(2), DEVICES.get)
    assert (log.commit(90), log.dropped) == (2, 0)
    assert len(rows(tmp_path)) == 2


@pytest.mark.database
def test_a_new_recorder_knows_that_nothing_was_lost_meanwhile(tmp_path: Path) -> None:
    with closing(SqliteWriter(tmp_path, NOTHING, lambda: NOW_US)) as before:
        before.follow_privacy(Kept(LogPrivacy.NOTHING).reduce)
        before.add(batch(0), DEVICES.get)
        before.commit(90)
    with closing(SqliteWriter(tmp_path, NOTHING, lambda: NOW_US)) as after:
        after.add(batch(1), DEVICES.get)
        assert (after.commit(90), after.dropped) == (2, 0)
    assert (tmp_path / FILE_NAME).exists()
