# SPDX-License-Identifier: GPL-3.0-or-later
"""What commands, the doctor and `health` print of a home in all kinds of trouble, each sentence in brackets."""

from __future__ import annotations

import re
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from brackets import TAG, outside
from brackets import brackets as brackets
from full_home import TROUBLED, publish
from full_home import _full as _full
from lived_in_home import HOSTILE, Home, settle
from situations import SITUATIONS, Situation, lay_out

from appliance.cli import health_command, main
from appliance.doctor import examine
from firewall import kernel
from store.base import db, languages, status
from store.base.process_parts import State
from store.config import custom_responses, settings
from store.config.choices import ListFormat, NameSource, PackLevel, WallMode
from store.config.wall_switches import BY_NAME
from store.log.records import Verdict
from wire import stub
from wire.message import Response

pytestmark = pytest.mark.database

# Roles and checks, as they are called; what was typed as it stands; what a system says.
NAMES = {
    "worker", "recorder", "webui", "updater", "firewall", "supervisor", "telltale", "disk I/O error", "nft said <no>",
    "TELLTALE_COMPILED=off", "UDP", "TCP", "UTC", *time.tzname, "data.mistat.xiaomi.com", "example.com",
    *PackLevel, "systemd", "adblock", "house", *State, *ListFormat, *WallMode, *BY_NAME, *settings.SETTINGS,
    *custom_responses.WORDS, *Verdict.__members__,
}  # fmt: skip


def bare(printed: str, known: set[str]) -> list[str]:
    """Words in no brackets that are no names."""
    left, names = outside(printed), sorted(known | NAMES, key=len, reverse=True)
    for text in [name for name in names if name.startswith("/")]:  # whole, though a folder has a space
        left = left.replace(text, " ")
    left = re.sub(r"(?<!\S)/\S+", "", left)
    for text in names:
        left = left.replace(text, " ")
    return re.findall(r"[^\W\d_]{2,}", left)


def texts(values: Any) -> set[str]:
    """Every text in a status file."""
    if isinstance(values, dict):
        return set().union(*(texts(key) | texts(value) for key, value in values.items()))
    if isinstance(values, list | tuple):
        return set().union(*map(texts, values))
    return {values.rstrip(".")} if isinstance(values, str) and len(values) > 2 else set()


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return settle(tmp_path_factory.mktemp("sentences"))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_health_and_doctor_say_every_trouble_through_the_catalogue(
    situation: Situation, settled: Home, brackets: object, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    del brackets
    moment = status.now()
    monkeypatch.setattr(status, "now", lambda: moment)
    lay_out(situation, settled.run, moment)
    for name, value in (("STATE", settled.state), ("RUN", settled.run)):
        monkeypatch.setenv(f"TELLTALE_{name}", str(value))
    monkeypatch.setenv("LANGUAGE", TAG)
    monkeypatch.setattr(stub, "ask", lambda *_, **__: Response(0, b"", (0, 0, 0)) if situation.dns else None)
    health_command.main([])
    printed = capsys.readouterr().out
    assert "⟦" in printed
    told = [printed]
    for finding in examine.examine(settled.state):
        told += [languages.tell_here(finding.text), languages.tell_here(finding.cure)]
    known = texts(situation.files) | data(settled)
    assert not [words for line in told if (words := bare(line, known))]


@pytest.mark.parametrize(
    "arguments", [("lists",), ("devices",), ("groups",), ("rules",), ("token",), ("health",),
     *(pytest.param((name,), marks=pytest.mark.process) for name in ("wall", "doctor"))],
)
@pytest.mark.process  # the wall asks the system for its addresses
def test_a_home_in_trouble_is_told_through_the_catalogue(
    arguments: tuple[str, ...], _full: Home, brackets: object, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    del brackets
    publish(_full)
    for name, value in (("STATE", _full.state), ("RUN", _full.run)):
        monkeypatch.setenv(f"TELLTALE_{name}", str(value))
    monkeypatch.setenv("LANGUAGE", TAG)
    monkeypatch.setattr(kernel, "standing", lambda: False)  # whatever wall this machine has
    main.main(arguments)
    printed = capsys.readouterr()
    assert "⟦" in printed.out
    assert not bare(printed.out + printed.err, data(_full))


def data(home: Home) -> set[str]:
    """What people, lists and devices call things."""
    known = {str(home.state), str(Path(home.run)), *NameSource, "http://"}
    known |= {*HOSTILE, *TROUBLED.guarded, *TROUBLED.changes["some_added"]}
    with closing(db.connect(home.state / "config.db", read_only=True)) as con:
        for table in ("blocklist", '"group"', "device", "token", "rule"):
            known |= {text for row in con.execute(f"SELECT * FROM {table}") for text in row if isinstance(text, str)}
    return {text for text in known if len(text) > 2}
