# SPDX-License-Identifier: GPL-3.0-or-later
"""Letting a name through from the command line, and deciding what devices ask for."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store.base import db
from store.config import edit
from store.devices import sightings_store
from store.household import requests

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(command: Command, state: Path) -> Command:
    """Device 1 at an address, and a name that is blocked for all."""
    with closing(db.connect(state / "config.db")) as con:
        sightings_store.sighted(con, "10.0.0.2")
    assert command("rules", "add", "block", "blocked.org")[0] == 0
    return command


def verdict(command: Command, client: str) -> tuple[str, str]:
    answer = json.loads(command("explain", "www.blocked.org", "--client", client, "--offline", "--json")[1])
    return answer["verdict"], answer["list"]


def test_a_name_is_let_through_there_alone_and_blocked_again(home: Command) -> None:
    assert "is let through for device:1 until" in home("except", "blocked.org", "--scope", "device:1")[1]
    assert verdict(home, "10.0.0.2") == ("ALLOW", "exception") and verdict(home, "10.0.0.3") == ("BLOCK", "own")
    text = home("explain", "blocked.org", "--client", "10.0.0.2", "--offline")[1]
    assert "blocked.org is let through for 10.0.0.2 until" in text
    (row,) = json.loads(home("except", "--json")[1])
    assert (row["scope"], row["name"], row["who"]) == ("device:1", "blocked.org", "command line")
    assert "blocked.org" in home("except")[1]
    assert "blocked again" in home("except", "Blocked.org.", "--scope", "device:1", "--end")[1]
    assert verdict(home, "10.0.0.2") == ("BLOCK", "own")
    code, _, errors = home("except", "blocked.org", "--scope", "device:1", "--end")
    assert code != 0 and "is not let through" in errors


def test_that_safe_search_stays_is_said(home: Command) -> None:
    assert "safe search" not in home("except", "blocked.org")[1]
    assert "Where safe search is on, it answers for it all the same" in home("except", "www.google.com")[1]


def test_for_ever_it_is_a_rule(home: Command) -> None:
    assert "allows blocked.org for device:1" in home("except", "blocked.org", "--scope", "device:1", "--for", "ever")[1]
    assert verdict(home, "10.0.0.2") == ("ALLOW", "own")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("blocked.org", "--scope", "device:9"), "no device 9"), (("a b",), "no valid name"),
        (("blocked.org", "--for", "always"), "write 90s"), (("blocked.org", "--scope", "x"), "no scope"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(home: Command, words: tuple[str, ...], error: str) -> None:
    code, _, errors = home("except", *words)
    assert code != 0 and error in errors
    assert json.loads(home("except", "--json")[1]) == []


def test_requests_are_granted_or_refused(home: Command, state: Path) -> None:
    engine = edit.engine(state)
    first, second = (requests.ask_for(engine, 1, name, "please").id for name in ("blocked.org", "video.org"))
    assert "please" in home("requests")[1]
    assert [row["name"] for row in json.loads(home("requests", "--json")[1])] == ["blocked.org", "video.org"]
    assert "is let through for device 1" in home("requests", "grant", str(first), "--for", "1h")[1]
    assert verdict(home, "10.0.0.2") == ("ALLOW", "exception")
    assert "stays blocked" in home("requests", "refuse", str(second))[1]
    code, _, errors = home("requests", "grant", str(second))
    assert code != 0 and f"Request {second} was answered already" in errors
    third = requests.ask_for(engine, 1, "video.org").id
    assert "by a rule" in home("requests", "grant", str(third), "--for", "ever")[1]
