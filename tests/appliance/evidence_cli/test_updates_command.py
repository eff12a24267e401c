# SPDX-License-Identifier: GPL-3.0-or-later
"""`telltale evidence updates`."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from evidence.whatif.update_values import UpdatedName, UpdateEffect, UpdateEffects
from evidence.whatif.whatif_jobs import WhatIfJobs
from store.log import querylog

pytestmark = pytest.mark.process

Command = Callable[..., tuple[int, str, str]]


def test_a_home_without_updates_is_told_so(command: Command, state: Path) -> None:
    with closing(querylog.open_log(state / querylog.FILE_NAME)):
        pass
    code, text, _ = command("evidence", "updates")
    assert code == 0 and "No update of this time changed anything" in text
    code, _, error = command("evidence", "updates", "--from", "soon")
    assert code == 1 and "no time" in error


def test_names_are_told_with_their_list(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    names = (UpdatedName("new.example", 5),)
    answer = UpdateEffects(0, 1, 9, (UpdateEffect("mine", "Mine", 1_790_000_000, names, (UpdatedName("old.x", 2),)),))

    class Done:
        def wait(self, _: float) -> UpdateEffects:
            return answer

    monkeypatch.setattr(WhatIfJobs, "start_updates", lambda *_: Done())
    text = command("evidence", "updates")[1]
    assert "Mine" in text and "blocked now" in text and "not blocked any more" in text and "new.example" in text
    assert json.loads(command("evidence", "updates", "--json")[1])["lists"][0]["freed"] == [
        {"name": "old.x", "queries": 2},
    ]  # fmt: skip
