# SPDX-License-Identifier: GPL-3.0-or-later
"""The reasons told to who asked; test_resolve_answers.py has the answers themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolver.answer import snapshot
from resolver.answer.block import reason
from resolver.answer.judge import HOME, Judgement
from store.log.records import Verdict

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("blocklist", "said"),
    [
        (HOME, "||ads.test^ (a rule of this home)"),
        ("added:x", "||ads.test^ (My list)"),
        ("gone", "||ads.test^"),
    ],
)
def test_a_reason_names_the_rule_and_the_list(state: Path, blocklist: str, said: str) -> None:
    now = snapshot.build(state, {})
    now.titles["added:x"] = "My list"
    assert reason(Judgement(Verdict.BLOCK, blocklist, "||ads.test^"), now) == said
