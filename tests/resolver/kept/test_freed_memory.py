# SPDX-License-Identifier: GPL-3.0-or-later
from types import SimpleNamespace

import pytest

from resolver.kept import freed_memory


def test_it_may_be_asked_for_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    freed_memory.give_back()
    monkeypatch.setattr(freed_memory, "_libc", SimpleNamespace())
    freed_memory.give_back()
