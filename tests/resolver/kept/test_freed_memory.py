# SPDX-License-Identifier: GPL-3.0-or-later
from types import SimpleNamespace

import pytest

from resolver.kept import freed_memory


def test_the_c_library_is_asked_where_it_knows_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    freed_memory.give_back()
    asked = list[tuple[int, ...]]()
    note = lambda *words: asked.append(words)  # noqa: E731
    monkeypatch.setattr(freed_memory, "_libc", SimpleNamespace(malloc_trim=note, mallopt=note))
    freed_memory.give_back()
    freed_memory.share()
    assert asked == [(0,), (-8, 1)]
    monkeypatch.setattr(freed_memory, "_libc", SimpleNamespace())
    freed_memory.give_back()
    freed_memory.share()
