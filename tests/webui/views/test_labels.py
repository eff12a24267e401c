# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels: every word that pages show has one."""

from enum import StrEnum

import pytest

from store.config.choices import PackLevel, RuleKind, TokenScope, WallMode
from store.log.records import COUNTED, Origin
from webui.views import labels


def test_every_verdict_and_origin_has_words() -> None:
    assert set(labels.VERDICTS) == set(COUNTED)
    assert set(labels.ORIGINS) == set(Origin.__members__)


@pytest.mark.parametrize("words", [PackLevel, RuleKind, TokenScope, WallMode])
def test_every_word_of_config_db_that_is_shown_has_a_label(words: type[StrEnum]) -> None:
    assert {str(word) for word in words} <= set(labels.OTHERS)


def test_what_is_no_such_word_stays() -> None:
    assert labels.label("telltale.toml") == "telltale.toml"
    assert labels.label("BLOCK") == "blocked"
