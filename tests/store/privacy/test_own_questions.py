# SPDX-License-Identifier: GPL-3.0-or-later
"""The appliance's own tests are in no record, and nothing else is left out with them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from told_facts import NOTHING

from store.config.choices import LogPrivacy
from store.log import querylog
from store.log.batches import Batch, Columns, columns
from store.log.records import Key
from store.log.writer import Writer
from store.privacy import own_questions
from store.privacy.log_privacy import Kept

NOW = 1_790_000_000_000_000
PHONE = "10.0.0.2"
OWN = Key(own_questions.BLOCKED[0], 1, 1, 4, "pack:xiaomi", "mistat.xiaomi.com", 0, "")
PASSED = Key(own_questions.PASSED, 1, 0, 3, "", "", 0, "9.9.9.9")
OTHER = Key("a.example", 1, 0, 3, "", "", 0, "9.9.9.9")


def batch(*asked: tuple[str, Key]) -> Columns:
    clients = list(dict.fromkeys(client for client, _ in asked))
    keys = list(dict.fromkeys(key for _, key in asked))
    rows = [(NOW + n, clients.index(client), keys.index(key), 7 + n) for n, (client, key) in enumerate(asked)]
    return columns(Batch(3, 5, 11, clients, keys, rows, 40))


def test_its_rows_are_left_out_and_all_others_stay_as_they_are() -> None:
    asked = ((PHONE, OWN), (own_questions.ADDRESS, OWN), (PHONE, OTHER), (own_questions.ADDRESS, PASSED))
    left = own_questions.left_out(batch(*asked)).batch()
    assert (left.clients, left.keys) == ([PHONE], [OWN, OTHER])
    assert left.rows == [(NOW, 0, 0, 7), (NOW + 2, 0, 1, 9)]
    assert (left.worker, left.dropped, left.started_us, left.sent) == (3, 5, 11, 40)


def test_a_batch_without_them_is_the_same() -> None:
    whole = batch((PHONE, OWN), ("127.0.0.1", PASSED))
    assert own_questions.left_out(whole) is whole


def test_whoever_takes_the_address_hides_no_other_name() -> None:
    left = own_questions.left_out(batch((own_questions.ADDRESS, OTHER), (own_questions.ADDRESS, OWN))).batch()
    assert [(left.clients[client], left.keys[key]) for _, client, key, _ in left.rows] == [
        (own_questions.ADDRESS, OTHER)
    ]


def test_nothing_may_be_left() -> None:
    assert not len(own_questions.left_out(batch((own_questions.ADDRESS, OWN))))


def test_what_is_kept_of_the_rest_is_said_as_before() -> None:
    nobody = own_questions.left_out_too(Kept(LogPrivacy.NAMES).reduce)
    kept = nobody(batch((own_questions.ADDRESS, OWN), (PHONE, OTHER)), lambda address: 1)
    assert kept is not None
    assert (kept[0].clients, [key.name for key in kept[0].batch().keys], kept[1]) == ([""], ["a.example"], [None])
    all_of_it = own_questions.left_out_too(None)(batch((PHONE, OTHER)), lambda address: 7)
    assert all_of_it is not None and all_of_it[1] == [7]


@pytest.mark.database
def test_what_is_left_out_of_the_log_is_no_row_and_no_loss() -> None:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    writer = Writer(log, NOTHING, lambda: NOW + 1000)
    writer.follow_privacy(own_questions.left_out_too(None))
    first = replace(batch((own_questions.ADDRESS, OWN), (PHONE, OTHER), (own_questions.ADDRESS, PASSED)), dropped=0)
    writer.add(first, lambda address: 1)
    writer.add(replace(batch((own_questions.ADDRESS, OWN)), dropped=0, sent=43), lambda address: 1)
    writer.add(replace(batch((PHONE, PASSED)), dropped=0, sent=44), lambda address: 1)
    writer.commit()
    rows = log.execute("SELECT client, name FROM queries ORDER BY time_us").fetchall()
    assert sorted(rows) == [(PHONE, "a.example"), (PHONE, "example.com")]
    assert (writer.dropped, log.execute("SELECT count(*) FROM drops").fetchone()) == (0, (0,))
    log.close()


@pytest.mark.database
@pytest.mark.parametrize("level", [LogPrivacy.FULL, LogPrivacy.NOTHING])
def test_nor_is_it_a_loss_where_it_was_left_out_while_there_was_no_log(level: LogPrivacy) -> None:
    logs = [sqlite3.connect(":memory:", isolation_level=None) for _ in range(2)]
    for log in logs:
        querylog.migrate(log)
    waiting, writer = (Writer(log, NOTHING, lambda: NOW + 1000) for log in logs)
    for each in (waiting, writer):
        each.follow_privacy(own_questions.left_out_too(Kept(level).reduce))
    own, phone = (own_questions.ADDRESS, OWN), (PHONE, OTHER)
    for sent, asked in ((40, (own, phone)), (42, (own,)), (43, (phone, own))):
        waiting.add(replace(batch(*asked), dropped=0, sent=sent), lambda address: 1)
    writer.add_all_of(waiting)
    writer.add(replace(batch(phone), dropped=0, sent=45), lambda address: 1)
    assert writer.dropped == 0
    writer.add(replace(batch(phone), dropped=0, sent=49), lambda address: 1)
    assert writer.dropped == 3, "what never came still is one"
    for log in logs:
        log.close()
