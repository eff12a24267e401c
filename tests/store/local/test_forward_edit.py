# SPDX-License-Identifier: GPL-3.0-or-later
"""Forwards in config.db: each edit is one change, and none leads back to us."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.config.engine import Engine
from store.config.session import EditError, NotFound, engine
from store.household import undo
from store.household.changes import changes
from store.local import forward_edit

pytestmark = pytest.mark.database


@pytest.fixture
def e(state: Path) -> Engine:
    return engine(state)


def nobody(spec: str) -> bool:
    return False


def there(e: Engine) -> list[tuple[str, str]]:
    return [(row.domain, row.upstreams) for row in forward_edit.forwarded(e)]


def test_a_domain_is_forwarded_changed_and_let_go(e: Engine) -> None:
    number = forward_edit.add_forward(e, "Fritz.Box", ["192.168.178.1"], "router", nobody)
    assert forward_edit.add_forward(e, "fritz.box", ["192.168.178.2"], "", nobody) == number, "the same domain again"
    forward_edit.change_forward(e, number, ["10.0.0.1", "10.0.0.2"], None, nobody)
    assert there(e) == [("fritz.box", '["10.0.0.1", "10.0.0.2"]')]
    assert forward_edit.number_of(e, "fritz.box.") == number
    forward_edit.remove_forward(e, number)
    assert there(e) == []
    assert [view.what for view in changes(e)][:2] == [
        "fritz.box is forwarded no more.", "The forward of fritz.box is changed.",
    ]  # fmt: skip
    undo.undo(e, changes(e)[0].id)
    assert there(e) == [("fritz.box", '["10.0.0.1", "10.0.0.2"]')]


def test_an_exception_asks_whom_everybody_asks(e: Engine) -> None:
    forward_edit.add_forward(e, "www.corp.example", ["house"], "", nobody)
    assert there(e) == [("www.corp.example", "[]")]


def test_what_makes_no_sense_is_refused(e: Engine) -> None:
    with pytest.raises(EditError, match="itself in a circle"):
        forward_edit.add_forward(e, "lan", ["10.0.0.1"], "", lambda spec: True)
    with pytest.raises(EditError, match="no IP address"):
        forward_edit.add_forward(e, "lan", ["router"], "", nobody)
    with pytest.raises(EditError, match="at most 500 characters"):
        forward_edit.add_forward(e, "lan", ["10.0.0.1"], "x" * 501, nobody)
    for number in (1, 2**60):
        with pytest.raises(NotFound):
            forward_edit.remove_forward(e, number)
    with pytest.raises(NotFound, match="not forwarded"):
        forward_edit.number_of(e, "lan")
    assert there(e) == []
