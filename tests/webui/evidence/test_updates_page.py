# SPDX-License-Identifier: GPL-3.0-or-later
"""What an update changed, asked for beside its list."""

from __future__ import annotations

import re
from typing import Any

import pytest

from evidence.whatif.update_values import UpdatedName, UpdateEffect, UpdateEffects

pytestmark = [pytest.mark.process, pytest.mark.web]

SCRIPT = {"HX-Request": "true"}


def test_it_is_told_beside_the_list_and_on_a_page_of_its_own(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.evidence.updates_page.WAIT_SECONDS", 600.0)
    form = {"csrf": visitor.csrf, "list": "hagezi-light"}
    answer = visitor.post("/evidence/updates", data=form, headers=SCRIPT).text
    assert "No update of the last 7 days changed anything" in answer and "<html" not in answer
    assert "<html" in visitor.post("/evidence/updates", data=form).text


def test_what_takes_long_is_shown_once_it_is_known(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.evidence.updates_page.WAIT_SECONDS", 0.0)
    form = {"csrf": visitor.csrf, "list": "mine"}
    number = re.search(r"job\?id=([0-9a-f]+)", visitor.post("/evidence/updates", data=form, headers=SCRIPT).text)
    assert number
    job = visitor.app.state.ui.questions.find(number[1])
    job.wait()
    job._effect = UpdateEffects(lists=(UpdateEffect("mine", "Mine", 1, (UpdatedName("<b>.example", 5),), ()),))
    shown = visitor.get(f"/evidence/updates/job?id={number[1]}&list=mine").text
    assert "blocks 1 name that this home asked for" in shown and "&lt;b&gt;.example" in shown
