# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence whatif`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from told_facts import ToldFacts

from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key, Origin, Verdict
from store.log.writer import Writer

pytestmark = pytest.mark.process

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def logged(state: Path) -> None:
    """Half an hour ago, a device asked for one name thirty times."""
    begun = (int(time.time()) - 1800) * 1_000_000
    key = Key("cdn.example.net", 1, Verdict.PASS, Origin.UPSTREAM, "", "", 0, "9.9.9.9")
    with closing(querylog.open_log(state / querylog.FILE_NAME)) as con:
        writer = Writer(con, ToldFacts(lambda name: "Example"))
        writer.add(Batch(1, 0, 1, ["192.168.1.9"], [key], [(begun + at, 0, 0, 900) for at in range(30)]), {}.get)
        writer.commit()


@pytest.mark.usefixtures("logged")
def test_a_change_in_words_is_answered_in_words_and_as_json(command: Command) -> None:
    code, text, _ = command("evidence", "whatif", "block", "example.net", "--from", "-1h")
    assert code == 0
    assert "30 queries were judged" in text and "More is blocked: 30 queries for 1 name of 1 device." in text
    assert "! cdn.example.net is used by 192.168.1.9: 30 queries got an answer." in text
    code, text, _ = command("evidence", "whatif", "--json", "allow example.net")
    effect = json.loads(text)
    assert (effect["queries"], effect["more"]["queries"], effect["names"]) == (30, 0, [])


@pytest.mark.parametrize(("words", "trouble"), [
    (["nonsense"], "begins no change"), (["on", "nowhere"], "There is no blocklist 'nowhere'"),
    (["on", "pack:xiaomi", "--from", "soon"], "'soon' is no time"), (["forget", "99"], "There is no rule 99"),
])  # fmt: skip
@pytest.mark.usefixtures("logged")
def test_what_makes_no_sense_is_told_in_a_sentence(command: Command, words: list[str], trouble: str) -> None:
    code, _, error = command("evidence", "whatif", *words)
    assert code == 1 and trouble in error
