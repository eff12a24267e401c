# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that does not answer is told with its last words."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.errors import Complaint
from appliance.service import first_answer
from appliance.service.install_choices import Choices
from appliance.service.machine import Machine

pytestmark = pytest.mark.process


def test_one_that_ended_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"systemctl": (0, ""), "journalctl": (0, "port 53 is busy")}
    monkeypatch.setattr(Machine, "ask", lambda self, command: words[command[0]])
    with pytest.raises(Complaint, match="Its last words: port 53 is busy"):
        first_answer.wait(Machine(tmp_path), Choices(dns=("127.0.0.1:9",)))


def test_one_that_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(first_answer.stub, "ask", lambda name, server, timeout: asked.append((name, server)) or True)
    first_answer.wait(Machine(tmp_path), Choices())
    assert asked == [("_health.telltale", ("127.0.0.1", 53))]
