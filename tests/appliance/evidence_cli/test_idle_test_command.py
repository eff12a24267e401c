# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence test`: begun, shown, stopped, compared, deleted; errors are one plain sentence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import NOTHING

from evidence.idle_test import idle_test_rows, idle_tests_file
from evidence.idle_test.idle_test import MINUTE_US, NewTest
from store.base import db
from store.config import edit
from store.devices import sightings_store
from store.household import pauses
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

pytestmark = pytest.mark.process

Command = Callable[..., tuple[int, str, str]]
PHONE = "192.168.1.9"
MISTAT = "data.mistat.xiaomi.com"


@pytest.fixture
def home(state: Path) -> Path:
    """A device that asked for a name every minute of the last half hour; two tests of it are over."""
    now_us = time.time_ns() // 1000
    with closing(db.connect(state / "config.db")) as con:
        assert sightings_store.sighted(con, PHONE) == 1
    with closing(querylog.open_log(state / querylog.FILE_NAME)) as con:
        writer = Writer(con, NOTHING)
        key = Key(MISTAT, 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "")
        rows = [(now_us - number * MINUTE_US, 0, 0, 9) for number in range(30, 0, -1)]
        writer.add(Batch(1, 0, 1, [PHONE], [key], rows), {PHONE: 1}.get)
        writer.commit()
    with closing(idle_tests_file.open_writer(state)) as con:
        for minutes, ago in ((20, 31), (10, 11)):
            idle_test_rows.begin(con, NewTest(1, "Phone", minutes), now_us - ago * MINUTE_US)
    return state


def test_one_is_begun_with_its_pause_and_stopped(command: Command, home: Path) -> None:
    words = (PHONE, "--for", "60m", "--blocking", "halves", "--title", "Ours")
    code, text, _ = command("evidence", "test", "start", *words)
    assert code == 0 and f"Test 3 of {PHONE} runs until" in text
    (pause,) = pauses.pauses(edit.engine(home))
    assert pause.scope == "device:1"
    assert "being tested already" in command("evidence", "test", "start", "1")[2]
    assert "Ours" in command("evidence", "test", "show")[1]
    code, text, _ = command("evidence", "test", "stop", "3")
    assert code == 0 and "is over" in text and pauses.pauses(edit.engine(home)) == []
    assert command("evidence", "test", "delete", "3")[0] == 0
    assert command("evidence", "test", "show", "3")[2] == "telltale: There is no idle test 3.\n"


def test_what_one_shows(command: Command, home: Path) -> None:
    _, text, _ = command("evidence", "test", "show", "1")
    assert "Phone asked for 1 name." in text
    assert "Look-ups: 19, blocked of them: 0, tracking that was answered: 19." in text
    assert "Xiaomi" in text and "every 60 seconds" in text
    shown = json.loads(command("evidence", "test", "show", "1", "--json")[1])
    assert shown["names"][0]["name"] == MISTAT and shown["names"][0]["beat"]["period_s"] == 60
    assert shown["names"][0]["counts"]["lookups"] == 19 == shown["leaked"] and shown["test"]["id"] == 1
    assert [each["id"] for each in json.loads(command("evidence", "test", "show", "--json")[1])] == [2, 1]


def test_two_are_compared(command: Command, home: Path) -> None:
    _, text, _ = command("evidence", "test", "compare", "2", "1")
    assert "new: 0, gone: 0, changed: 0, asked for as before: 1." in text
    assert json.loads(command("evidence", "test", "compare", "1", "2", "--json")[1])["same"] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("start", "9"), "There is no device '9', or several"),
        (("start", "1", "--for", "90s"), "whole minutes"),
        (("start", "1", "--for", "2d"), "1 to 1,440 minutes"),
        (("start", "1", "--for", "soon"), "is no length of time"),
        (("show", "99"), "There is no idle test 99."),
        (("stop", "99"), "There is no idle test 99."),
    ],
)
def test_errors_are_one_plain_sentence(command: Command, home: Path, words: tuple[str, ...], sentence: str) -> None:
    code, _, error = command("evidence", "test", *words)
    assert code == 1 and error.startswith("telltale: ") and sentence in error and error.count("\n") == 1


def test_one_is_not_compared_with_itself(command: Command, home: Path) -> None:
    code, text, error = command("evidence", "test", "compare", "1", "1")
    assert (code, text) == (1, "") and error == "telltale: Choose two tests: this is the same one twice.\n"


def test_a_damaged_file_is_said_by_who_reads_and_by_who_begins(command: Command, home: Path) -> None:
    path = home / "idle_tests.db"
    path.write_bytes(b"no database" * 500)
    code, _, error = command("evidence", "test", "show")
    assert code == 1 and "idle_tests.db was damaged. It is kept as idle_tests.db.corrupt-" in error
    code, text, error = command("evidence", "test", "show")
    assert (code, text, error) == (0, "There is none.\n", "")
    path.write_bytes(b"no database" * 500)
    code, text, error = command("evidence", "test", "start", "1")
    assert code == 0 and "Test 1 of" in text and "a new one begins" in error
