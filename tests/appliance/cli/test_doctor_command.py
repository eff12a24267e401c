# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor's findings as they are printed."""

import json
from collections.abc import Callable

import pytest

from appliance.cli.doctor_command import render
from appliance.doctor.examined import BAD, OK, WARNING, Finding

pytestmark = pytest.mark.database

Command = Callable[..., tuple[int, str, str]]


def test_a_cure_stands_below_what_is_not_well() -> None:
    assert render(Finding("x", OK, "Fine.", "unused")) == "ok    Fine."
    assert render(Finding("x", BAD, "Broken.", "Mend it.")) == "BAD   Broken.\n      → Mend it."
    assert render(Finding("x", WARNING, "Odd\x1b[2J.", "")) == "note  Odd?[2J."
    assert "\x1b[31m" in render(Finding("x", BAD, "Broken.", "Mend it."), colour=True)


def test_it_exits_with_one_when_something_is_bad(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wire.stub.ask", lambda *_, **__: None)
    code, out, _ = command("doctor")
    assert code == 1
    assert "Telltale does not run." in out
    code, out, _ = command("doctor", "--json")
    said = json.loads(out)
    assert (code, said["state"]) == (1, "bad")
    assert {"check", "state", "text", "cure"} == said["findings"][0].keys()
