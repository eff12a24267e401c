# SPDX-License-Identifier: GPL-3.0-or-later
"""A domain is answered anyway for a while: each is one change, which can be undone, and ends by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.config import edit, settings
from store.config.engine import Engine
from store.config.session import EditError, NotFound, engine
from store.household import undo
from store.household.changes import changes
from store.local import insecure_edit

pytestmark = pytest.mark.database

NOW = 1_795_000_000.0  # 2026-11-18T11:06:40Z


@pytest.fixture
def e(state: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(insecure_edit.time, "time", lambda: NOW)
    return engine(state)


def there(state: Path) -> tuple[str, ...]:
    return settings.load(state, {}).dnssec_insecure


def test_for_a_day_and_then_checked_again(e: Engine, state: Path) -> None:
    edit.put_settings(e, {"dnssec_insecure": ["kept.example", "over.example until 2026-11-01T00:00:00Z"]})
    entry = insecure_edit.answer_anyway(e, "Broken.Example.")
    assert entry.holds(NOW) and not entry.holds(NOW + 86_400)
    assert there(state) == ("broken.example until 2026-11-19T11:06:40Z", "kept.example"), "what is over goes with it"
    insecure_edit.answer_anyway(e, "broken.example", 2)
    assert there(state) == ("broken.example until 2026-11-18T13:06:40Z", "kept.example"), "once, with the last word"
    insecure_edit.check_again(e, "broken.example")
    assert there(state) == ("kept.example",)
    insecure_edit.check_again(e, "kept.example")
    assert there(state) == ()
    assert [view.what for view in changes(e)][1:3] == [
        "The signatures of broken.example are looked at again.",
        "broken.example is answered for 2 hours, although its signatures do not hold.",
    ]


def test_it_can_be_undone(e: Engine, state: Path) -> None:
    insecure_edit.answer_anyway(e, "broken.example")
    undo.undo(e, changes(e)[0].id)
    assert there(state) == ()


@pytest.mark.parametrize(("domain", "hours"), [("", 24), ("a b", 24), ("ok.example", 0), ("ok.example", 10_000)])
def test_what_cannot_be_is_refused(e: Engine, state: Path, domain: str, hours: int) -> None:
    with pytest.raises(EditError):
        insecure_edit.answer_anyway(e, domain, hours)
    with pytest.raises(NotFound, match="not answered anyway"):
        insecure_edit.check_again(e, "nobody.example")
    assert there(state) == ()


def test_there_is_a_bound(e: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insecure_edit, "MAX_DOMAINS", 1)
    insecure_edit.answer_anyway(e, "first.example")
    with pytest.raises(EditError, match="remove one first"):
        insecure_edit.answer_anyway(e, "second.example")
