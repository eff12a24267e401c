# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of a test are the device's alone; what may be missing from them is told."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from asked_log import NOW, Asked
from idle_home import START, begun, settled_home

from evidence.idle_test import asked_rows
from evidence.idle_test.idle_test import MINUTE_US
from evidence.idle_test.result import AddressSeen, Limits
from store.base import db
from store.log import querylog
from store.log.records import FAILED, Verdict

pytestmark = pytest.mark.database

CLEARED = "INSERT INTO cleared (id, key, at_us, device_id, source, before_us, records) VALUES"
EVERY_MINUTE = [Asked(START + MINUTE_US * number, 2, "other.example") for number in range(60)]


def limits(state: Path, *statements: str) -> Limits:
    """After these were done to the log."""
    with closing(db.connect(state / querylog.FILE_NAME)) as log, closing(db.connect(state / "config.db")) as config:
        for statement in statements:
            (config if "change" in statement else log).execute(statement)
        return asked_rows.limits(log, config, begun(state))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return settled_home(tmp_path, EVERY_MINUTE)


def rows(state: Path, device: int, from_us: int = START, to_us: int = NOW) -> Sequence[asked_rows.AskedRow]:
    with closing(db.connect(state / querylog.FILE_NAME, read_only=True)) as log:
        return list(asked_rows.rows(log, device, from_us, to_us))


def test_rows_are_of_the_device_and_time(tmp_path: Path) -> None:
    asked = [
        Asked(START - 1, 1, "early.example"),
        Asked(START, 1, "a.example", 28, Verdict.PASS, 2), Asked(START + 1, 2, "b.example"),
        Asked(NOW - 1, 1, "c.example", 16, Verdict.BLOCK), Asked(NOW, 1, "late.example"),
        Asked(NOW - 2, 0, "d.example"),
    ]  # fmt: skip
    state = settled_home(tmp_path, asked)
    assert [(row.name, row.type, row.verdict) for row in rows(state, 1)] == [
        ("a.example", "AAAA", FAILED), ("c.example", "TXT", 1),
    ]  # fmt: skip


def test_what_was_imported_is_not_of_the_test(state: Path) -> None:
    with closing(db.connect(state / querylog.FILE_NAME)) as log:
        log.execute("INSERT INTO sources (id, name) VALUES (1, 'pihole')")
        log.execute("UPDATE outcomes SET source_id = 1")
    assert rows(state, 2) == []


def test_a_quiet_test_has_no_limits(state: Path) -> None:
    assert limits(state) == Limits()


def test_what_was_dropped_in_it_counts(state: Path) -> None:
    assert limits(
        state, f"INSERT INTO drops VALUES ({START}, 1, 7), ({NOW + 1}, 0, 2), ({START - 1}, 1, 9)"
    ).dropped == 9  # fmt: skip


def test_workers_that_began_in_it_began_again(state: Path) -> None:
    insert = "INSERT OR REPLACE INTO counted VALUES"
    at = START + 10 * MINUTE_US
    assert limits(state, f"{insert} (1, {at}, 0, 0), (2, {at}, 0, 0), (3, {START - 1}, 0, 0)").restarts == (at,)


def test_times_in_which_nobody_asked(tmp_path: Path) -> None:
    middle = [row for row in EVERY_MINUTE if not START + 10 * MINUTE_US < row.at_us < START + 20 * MINUTE_US][:40]
    silences = limits(settled_home(tmp_path, middle)).silences
    assert [(round((at - START) / MINUTE_US), round((to - START) / MINUTE_US)) for at, to in silences] == [
        (10, 20), (48, 60),
    ]  # fmt: skip


def test_a_log_without_any_record_is_one_silence(tmp_path: Path) -> None:
    assert limits(settled_home(tmp_path)).silences == ((START, NOW),)


def test_addresses_that_it_did_not_have_at_the_start_are_new(tmp_path: Path) -> None:
    state = settled_home(tmp_path, [Asked(START, 1, "a.example"), Asked(START + 5, 2, "a.example")])
    seen = limits(state, "UPDATE clients SET device_id = 1").addresses
    assert seen == (AddressSeen("10.0.0.1", START, 1, False), AddressSeen("10.0.0.2", START + 5, 1, True))


@pytest.mark.parametrize(
    ("statement", "gone"),
    [
        (f"UPDATE marks SET value = {START} WHERE key = 'deleted_to'", True),
        (f"UPDATE marks SET value = {START - 1} WHERE key = 'deleted_to'", False),
        (f"{CLEARED} (1, 'k', 0, 1, '', {START + 1}, 5)", True),
        (f"{CLEARED} (1, 'k', 0, 0, '', {NOW}, 5)", True),
        (f"{CLEARED} (1, 'k', 0, 2, '', {NOW}, 5)", False),
        (f"{CLEARED} (1, 'k', 0, 1, 'pihole', {NOW}, 5)", False),
    ],
)
def test_records_of_it_that_were_let_go(state: Path, statement: str, gone: bool) -> None:
    assert limits(state, statement).gone is gone


def test_changes_of_settings_in_it(state: Path) -> None:
    second = START // 1_000_000
    rows = ", ".join(f"({at}, 'x', 'y')" for at in (second, second + 2, second + 3599, second + 3600))
    assert limits(state, f"INSERT INTO change (at, who, what) VALUES {rows}").changes == 2
