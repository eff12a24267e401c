# SPDX-License-Identifier: GPL-3.0-or-later
"""Two looks at once where something lies, one where nothing does; and an end when nothing comes any more."""

import pytest

from resolver.left_lying import relieve, when_calm
from tests.fixtures.clock import Clock


class Sibling:
    def __init__(self, lying: bool) -> None:
        self.lying, self.looks = lying, 0

    def fileno(self) -> int:
        return -1

    def relieve(self) -> bool:
        self.looks += 1
        return self.lying


def test_what_lies_there_is_answered_at_once() -> None:
    siblings = [Sibling(True), Sibling(False)]
    relieve(siblings)
    assert [sibling.looks for sibling in siblings] == [2, 1]


def test_it_ends_once_nothing_was_answered_for_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = Clock(monkeypatch).loop(1000.0)
    answered = iter([3, 5, 5, 5])
    began = loop.time()
    when_calm(loop, lambda: next(answered), 600.0, loop.stop)
    loop.run_forever()
    assert loop.time() - began >= 1200.0
    loop.close()
