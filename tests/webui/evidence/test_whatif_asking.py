# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions of the web UI that cannot be begun, and those that nobody knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence.whatif.whatif_change import RuleChange
from evidence.whatif.whatif_jobs import Busy
from webui.evidence import whatif_asking
from webui.http.problems import Problem
from webui.http.state import WebUi


def test_while_others_are_answered_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Busy("Ask again in a moment.")

    ui = WebUi(tmp_path, tmp_path, {})
    monkeypatch.setattr(ui.questions, "start", busy)
    with pytest.raises(Problem) as raised:
        whatif_asking.begin(ui, [RuleChange("block", "x.example")], "-1h", "now")
    assert raised.value.status == 503 and raised.value.headers["Retry-After"]


def test_a_question_that_nobody_knows_any_more(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        whatif_asking.job_of(WebUi(tmp_path, tmp_path, {}), "gone")
    assert raised.value.status == 404
