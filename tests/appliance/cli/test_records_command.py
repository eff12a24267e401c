# SPDX-License-Identifier: GPL-3.0-or-later
"""Local records from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def test_records_are_added_shown_and_removed(command: Command) -> None:
    assert command("records", "add", "nas.lan", "A", "192.168.1.5", "--comment", "box")[0] == 0
    assert command("records", "add", "_sip._tcp.lan", "SRV", "1", "2", "5060", "nas.lan")[0] == 0
    sip, nas = json.loads(command("records", "--json")[1])
    assert (nas["name"], nas["type"], nas["value"], nas["comment"]) == ("nas.lan", "A", "192.168.1.5", "box")
    assert sip["value"] == "1 2 5060 nas.lan"
    assert "192.168.1.5" in command("records")[1]
    assert command("records", "remove", "nas.lan")[0] == command("records", "remove", str(sip["id"]))[0] == 0
    assert json.loads(command("records", "list", "--json")[1]) == []


def test_a_hosts_file_is_taken_in_and_what_is_not_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("192.168.1.5 nas.lan\n0.0.0.0 ads.example\n")
    code, out, _ = command("records", "import", str(tmp_path / "hosts"))
    assert code == 0 and "Line 2: 0.0.0.0 is nowhere" in out and "1 record was added" in out
    assert json.loads(command("records", "import", str(tmp_path / "hosts"), "--json")[1])["known"] == 1
    assert "cannot be read" in command("records", "import", str(tmp_path / "none"))[2]


def test_what_makes_no_sense_is_refused_in_a_sentence(command: Command) -> None:
    assert "no type of a local record" in command("records", "add", "nas.lan", "SOA", "x")[2]
    assert "own name" in command("records", "add", "telltale", "A", "192.168.1.5")[2]
    assert "no local record 7" in command("records", "remove", "7")[2]
